/**
 * A route: which requests go to which service. The router implements the matching; this file has the
 * fields.
 */

import { regexPrioritySurprise } from '../expressions/regex-priority.ts'
import { routeSubschemas } from '../expressions/route-subschemas.ts'
import { expressionFields, expressionProblem, routerProblem } from '../expressions/router-expression.ts'
import { defineEntity, type EntityCheck } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { created_at, id, name, port, protocol, tags, updated_at } from '../language/fields.ts'
import { sentences } from '../language/messages.ts'
import { isAbsent } from '../language/values.ts'

const address = {
  type: 'set',
  elements: {
    type: 'record',
    fields: {
      ip: {
        type: 'string',
        format: 'ip-or-cidr',
        description:
          'A string representing an IP address or CIDR block, such as 192.168.1.1 or 192.168.0.0/16.',
      },
      port,
    },
    entity_checks: [{ at_least_one_of: ['ip', 'port'] }],
  },
} as const

const plainChecks: readonly EntityCheck[] = [
  {
    conditional: {
      if_field: 'protocols',
      if_match: { elements: { type: 'string', not_one_of: ['grpcs', 'https', 'tls', 'tls_passthrough'] } },
      then_field: 'snis',
      then_match: { len_eq: 0 },
      then_err: "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'",
    },
  },
  { custom_entity_check: { field_sources: ['path_handling'] } },
]

const matchersCheck: EntityCheck = {
  custom_entity_check: {
    run_with_missing_fields: true,
    field_sources: [
      'id',
      'protocols',
      'snis',
      'sources',
      'destinations',
      'methods',
      'hosts',
      'paths',
      'headers',
      'expression',
      'regex_priority',
      'priority',
    ],
  },
}

/** Without wildcards, which the traditional router cannot match. */
const plainSnis = {
  type: 'set',
  elements: {
    type: 'string',
    format: 'sni',
    description: 'A string representing an SNI (server name indication) value for TLS.',
  },
  description: 'A list of SNIs that match this Route.',
} as const

const stream = { field: 'protocols', in: ['tcp', 'tls', 'udp', 'tls_passthrough'] }
const web = { field: 'protocols', in: ['http', 'https', 'grpc', 'grpcs'] }

export const route = defineEntity({
  kind: 'route',
  schema: 'routes',
  adminPath: 'routes',
  fileKey: 'routes',
  onlineName: 'Routes',
  endpointKey: 'name',
  place: 2,
  jsonKeys: `hosts headers id name methods paths path_handling preserve_host protocols regex_priority service
    strip_path snis sources destinations tags https_redirect_status_code request_buffering
    response_buffering plugins`,
  rendered: ({ expression }) =>
    `preserve_host protocols strip_path ${isAbsent(expression) ? 'regex_priority' : 'priority'}`,
  carriesTraffic: true,
  keys: [['name']],
  present: {
    one: 'Route',
    many: 'Routes',
    columns: 'name methods hosts paths service tags',
    first: 'name service protocols paths methods hosts strip_path preserve_host tags',
    groups: {
      'More to match on': 'headers snis sources destinations regex_priority expression priority',
    },
    moreTabs: { try: 'Try it' },
    when: {
      sources: stream,
      destinations: stream,
      paths: web,
      methods: web,
      hosts: web,
      headers: web,
      strip_path: web,
      preserve_host: web,
    },
    about: 'A route says which requests go to a service: by path, host, method or header.',
  },
  fields: {
    id,
    created_at,
    updated_at,
    name,
    protocols: {
      type: 'set',
      required: true,
      default: ['http', 'https'],
      len_min: 1,
      elements: protocol,
      mutually_exclusive_subsets: [
        ['http', 'https'],
        ['tcp', 'tls', 'udp'],
        ['tls_passthrough'],
        ['grpc', 'grpcs'],
      ],
      description: 'An array of the protocols this Route should allow.',
    },
    https_redirect_status_code: {
      type: 'integer',
      required: true,
      default: 426,
      one_of: [426, 301, 302, 307, 308],
      description:
        'The status code Kong responds with when all properties of a Route match except the protocol',
    },
    strip_path: {
      type: 'boolean',
      required: true,
      default: true,
      description:
        'When matching a Route via one of the paths, strip the matching prefix from the upstream request URL.',
    },
    preserve_host: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'When matching a Route via one of the hosts domain names, use the request Host header in the upstream request headers.',
    },
    request_buffering: {
      type: 'boolean',
      required: true,
      default: true,
      description: 'Whether to enable request body buffering or not. With HTTP 1.1.',
    },
    response_buffering: {
      type: 'boolean',
      required: true,
      default: true,
      description: 'Whether to enable response body buffering or not.',
    },
    tags,
    service: {
      type: 'foreign',
      reference: 'services',
      nest: 'may',
      description: 'The Service this Route is associated to. This is where the Route proxies traffic to.',
    },
    snis: {
      type: 'set',
      elements: {
        type: 'string',
        format: 'wildcard-sni',
        description: 'A string representing a wildcard host name, such as *.example.com.',
        was: { until: '3.0', format: 'sni' },
      },
      description: 'A list of SNIs that match this Route.',
    },
    sources: {
      ...address,
      description: "A set of sources, each of which is a record with at least one of 'ip' or 'port'.",
    },
    destinations: {
      ...address,
      description: "A set of destinations, each of which is a record with at least one of 'ip' or 'port'.",
    },
    methods: {
      type: 'set',
      elements: {
        type: 'string',
        match: '^%u+$',
        description:
          'A string representing an HTTP method, such as GET, POST, PUT, or DELETE. The string must contain only uppercase letters.',
      },
      description: 'A set of strings representing HTTP methods. Each method must be a valid HTTP method.',
    },
    hosts: {
      type: 'array',
      elements: {
        type: 'string',
        format: 'wildcard-host',
        match_all: [{ pattern: '^[^*]*%*?[^*]*$', err: 'invalid wildcard: must have at most one wildcard' }],
        match_any: {
          patterns: ['^%*%.', '%.%*$', '^[^*]*$'],
          err: 'invalid wildcard: must be placed at leftmost or rightmost label',
        },
      },
      description:
        "An array of strings representing hosts. A valid host is a string containing one or more labels separated by periods, with at most one wildcard label ('*')",
    },
    paths: {
      type: 'array',
      elements: {
        type: 'string',
        match_none: [{ pattern: '//', err: 'must not have empty segments' }],
        match_any: {
          patterns: ['^/', '^~/'],
          err: 'should start with: / (fixed path) or ~/ (regex path)',
        },
        format: 'router-path',
        description:
          "A string representing a router path. It must start with a forward slash ('/') for a fixed path, or the sequence '~/' for a regex path. It must not have empty segments.",
        was: { until: '3.0', match_any: undefined, starts_with: '/' } as { until: string },
      },
      description: 'An array of strings representing router paths.',
    },
    headers: {
      type: 'map',
      keys: {
        type: 'string',
        format: 'header-name',
        match_none: [
          {
            pattern: '^[Hh][Oo][Ss][Tt]$',
            err: "cannot contain 'host' header, which must be specified in the 'hosts' attribute",
          },
        ],
        description: 'A string representing an HTTP header name.',
      },
      values: { type: 'array', elements: { type: 'string' } },
      description: 'A map of header names to arrays of header values.',
    },
    regex_priority: {
      type: 'integer',
      default: 0,
      description:
        'A number used to choose which route resolves a given request when several routes match it using regexes simultaneously.',
    },
    path_handling: {
      type: 'string',
      default: 'v0',
      one_of: ['v0', 'v1'],
      description:
        'Controls how the Service path, Route path and requested path are combined when sending a request to the upstream.',
    },
  },
  entity_checks: [...plainChecks, matchersCheck],
  surprises: regexPrioritySurprise,
  check: routerProblem,
  subschema: { key: 'protocols', types: routeSubschemas(false), unknown: sentences.unknownType },
  flavors: {
    traditional: { fields: { snis: plainSnis }, entity_checks: plainChecks, check: () => undefined },
    expressions: {
      fields: expressionFields,
      check: expressionProblem,
      subschema: { key: 'protocols', types: routeSubschemas(true), unknown: sentences.unknownType },
    },
  },
})

export type Route = EntityOf<typeof route>

/** A route where the router reads expressions. */
export type ExpressionRoute = Route & { readonly expression?: string | null; readonly priority?: number }
