/**
 * An upstream: a virtual host name with targets behind it, an algorithm to choose among them and health
 * checks.
 */
import { defineEntity, type EntityCheck, type Field, type Fields, type Rules } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { created_at, header_name, headers, id, path, tags, updated_at_since_3 } from '../language/fields.ts'

const when = (if_field: string, pattern: string, then_field: string, then_match: Rules): EntityCheck => ({
  conditional: { if_field, if_match: { match: pattern }, then_field, then_match },
})

const needs = (if_field: string, value: string, then_field: string): EntityCheck =>
  when(if_field, `^${value}$`, then_field, { required: true })

const fallback = (hashOn: string, allowed: readonly string[]): EntityCheck =>
  when('hash_on', `^${hashOn}$`, 'hash_fallback', { one_of: allowed })

const since3 = (check: EntityCheck): EntityCheck => ({ ...check, since: '3.0' })
const before3 = (check: EntityCheck): EntityCheck => ({ ...check, until: '3.0' })

const hash_input = {
  type: 'string',
  default: 'none',
  one_of: ['none', 'consumer', 'ip', 'header', 'cookie', 'path', 'query_arg', 'uri_capture'],
  was: { until: '3.0', one_of: ['none', 'consumer', 'ip', 'header', 'cookie'] },
} as const satisfies Field

const hash_name = { type: 'string', len_min: 1, since: '3.0' } as const satisfies Field

const count = { type: 'integer', default: 0, between: [0, 255] } as const satisfies Field
const seconds = { type: 'number', default: 0, between: [0, 65535] } as const satisfies Field
const check_type = {
  type: 'string',
  default: 'http',
  one_of: ['tcp', 'http', 'https', 'grpc', 'grpcs'],
} as const satisfies Field

const statuses = <const L extends readonly number[]>(list: L) =>
  ({
    type: 'array',
    default: list,
    elements: { type: 'integer', between: [100, 999] },
  }) as const satisfies Field

/** The defaults of the fields that have one: Kong prints them once more at the record that holds them. */
function defaultsOf(fields: Fields): Readonly<Record<string, unknown>> {
  const having = Object.entries(fields).filter(([, field]) => field.default !== undefined)
  return Object.fromEntries(having.map(([name, field]) => [name, field.default]))
}

const record = <const F extends Fields>(fields: F) =>
  ({ type: 'record', required: true, fields, default: defaultsOf(fields) }) as const

const active = record({
  https_sni: {
    type: 'string',
    required: false,
    format: 'sni',
    description: 'A string representing an SNI (server name indication) value for TLS.',
  },
  concurrency: { type: 'integer', default: 10, between: [1, 2147483648] },
  healthy: record({ interval: seconds, http_statuses: statuses([200, 302]), successes: count }),
  unhealthy: record({
    interval: seconds,
    timeouts: count,
    tcp_failures: count,
    http_statuses: statuses([429, 404, 500, 501, 502, 503, 504, 505]),
    http_failures: count,
  }),
  type: check_type,
  http_path: { ...path, default: '/' },
  https_verify_certificate: { type: 'boolean', required: true, default: true },
  headers: { ...headers, required: false, since: '3.0' },
  timeout: { type: 'number', default: 1, between: [0, 65535] },
})

const passive = record({
  type: check_type,
  unhealthy: record({
    timeouts: count,
    tcp_failures: count,
    http_statuses: statuses([429, 500, 503]),
    http_failures: count,
  }),
  healthy: record({
    http_statuses: statuses([
      200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308,
    ]),
    successes: count,
  }),
})

export const upstream = defineEntity({
  kind: 'upstream',
  schema: 'upstreams',
  adminPath: 'upstreams',
  fileKey: 'upstreams',
  onlineName: 'Upstreams',
  endpointKey: 'name',
  place: 7,
  jsonKeys: `id name host_header client_certificate algorithm slots healthchecks hash_on hash_fallback
    hash_on_header hash_fallback_header hash_on_cookie hash_on_cookie_path hash_on_query_arg
    hash_fallback_query_arg hash_on_uri_capture hash_fallback_uri_capture use_srv_name tags targets`,
  rendered: () =>
    `slots hash_on hash_fallback hash_on_cookie_path healthchecks.active.concurrency healthchecks.active.healthy
    healthchecks.active.http_path healthchecks.active.timeout healthchecks.active.type healthchecks.active.unhealthy
    healthchecks.passive.healthy healthchecks.passive.unhealthy`,
  carriesTraffic: true,
  keys: [['name']],
  present: {
    one: 'Upstream',
    many: 'Upstreams',
    columns: 'name algorithm tags',
    first: 'name algorithm host_header tags',
    groups: {
      Hashing: `hash_on hash_on_header hash_on_cookie hash_on_cookie_path hash_on_query_arg hash_on_uri_capture
        hash_fallback hash_fallback_header hash_fallback_query_arg hash_fallback_uri_capture`,
      'Health checks': 'healthchecks',
    },
    when: {
      hash_on_header: { field: 'hash_on', in: ['header'] },
      hash_on_cookie: { field: 'hash_on', in: ['cookie'] },
      hash_on_cookie_path: { field: 'hash_on', in: ['cookie'] },
      hash_on_query_arg: { field: 'hash_on', in: ['query_arg'] },
      hash_on_uri_capture: { field: 'hash_on', in: ['uri_capture'] },
      hash_fallback: {
        field: 'hash_on',
        in: ['consumer', 'ip', 'header', 'path', 'query_arg', 'uri_capture'],
      },
      hash_fallback_header: { field: 'hash_fallback', in: ['header'] },
      hash_fallback_query_arg: { field: 'hash_fallback', in: ['query_arg'] },
      hash_fallback_uri_capture: { field: 'hash_fallback', in: ['uri_capture'] },
    },
    units: { interval: 's', timeout: 's' },
    about:
      'An upstream spreads the traffic of a service over several targets, and knows which of them are healthy.',
  },
  fields: {
    id,
    created_at,
    name: {
      type: 'string',
      required: true,
      unique: true,
      format: 'upstream-name',
      description: 'This is a hostname, which must be equal to the host of a Service.',
    },
    updated_at: updated_at_since_3,
    algorithm: {
      type: 'string',
      default: 'round-robin',
      one_of: ['consistent-hashing', 'least-connections', 'round-robin', 'latency'],
      description: 'Which load balancing algorithm to use.',
      was: { until: '3.0', one_of: ['consistent-hashing', 'least-connections', 'round-robin'] },
    },
    hash_on: hash_input,
    hash_fallback: hash_input,
    hash_on_header: header_name,
    hash_fallback_header: header_name,
    hash_on_cookie: {
      type: 'string',
      format: 'cookie-name',
      description: 'The cookie name to take the value from as hash input.',
    },
    hash_on_cookie_path: { ...path, default: '/' },
    hash_on_query_arg: hash_name,
    hash_fallback_query_arg: hash_name,
    hash_on_uri_capture: hash_name,
    hash_fallback_uri_capture: hash_name,
    slots: {
      type: 'integer',
      default: 10000,
      never_null: true,
      between: [10, 65536],
      description: 'The number of slots in the load balancer algorithm.',
    },
    healthchecks: {
      ...record({ active, passive, threshold: { type: 'number', default: 0, between: [0, 100] } }),
      // Kong's own literal leaves the threshold out here.
      default: defaultsOf({ active, passive }),
      description: 'The array of healthchecks.',
    },
    tags,
    host_header: {
      type: 'string',
      format: 'host-with-optional-port',
      description:
        'A string representing a host name with an optional port number, such as example.com or example.com:8080.',
    },
    client_certificate: {
      type: 'foreign',
      reference: 'certificates',
      description:
        'If set, the certificate to be used as client certificate while TLS handshaking to the upstream server.',
    },
    use_srv_name: {
      type: 'boolean',
      default: false,
      since: '3.0',
      description: 'If set, the balancer will use SRV hostname.',
    },
  },
  // `hash_on` decides the algorithm, whatever `algorithm` says.
  shorthand_fields: {
    algorithm: {
      type: 'string',
      implies: [{ values: ['least-connections', 'latency'], sets: { hash_on: null } }],
    },
    hash_on: {
      type: 'string',
      implies: [
        { values: [null], sets: { hash_on: 'none' } },
        { values: ['none'], sets: { algorithm: 'round-robin' } },
        { sets: { algorithm: 'consistent-hashing' } },
      ],
    },
  },
  entity_checks: [
    needs('hash_on', 'header', 'hash_on_header'),
    needs('hash_fallback', 'header', 'hash_fallback_header'),
    needs('hash_on', 'cookie', 'hash_on_cookie'),
    needs('hash_fallback', 'cookie', 'hash_on_cookie'),
    fallback('none', ['none']),
    fallback('cookie', ['none']),
    since3(fallback('consumer', ['none', 'ip', 'header', 'cookie', 'path', 'query_arg', 'uri_capture'])),
    since3(fallback('ip', ['none', 'consumer', 'header', 'cookie', 'path', 'query_arg', 'uri_capture'])),
    since3(fallback('path', ['none', 'consumer', 'header', 'cookie', 'query_arg', 'ip', 'uri_capture'])),
    before3(fallback('consumer', ['none', 'ip', 'header', 'cookie'])),
    before3(fallback('ip', ['none', 'consumer', 'header', 'cookie'])),
    { distinct: ['hash_on_header', 'hash_fallback_header'] },
    since3(needs('hash_on', 'query_arg', 'hash_on_query_arg')),
    since3(needs('hash_fallback', 'query_arg', 'hash_fallback_query_arg')),
    since3({ distinct: ['hash_on_query_arg', 'hash_fallback_query_arg'] }),
    since3(needs('hash_on', 'uri_capture', 'hash_on_uri_capture')),
    since3(needs('hash_fallback', 'uri_capture', 'hash_fallback_uri_capture')),
    since3({ distinct: ['hash_on_uri_capture', 'hash_fallback_uri_capture'] }),
  ],
})

export type Upstream = EntityOf<typeof upstream>
