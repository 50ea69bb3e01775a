/**
 * Internal sets of Kong: `/schemas/<set>` returns their schemas and checks values, but they have no
 * endpoints and no place in files, so they are not kinds of the registry.
 */
import { type Definition, defineEntity, type Fields } from './language/define.ts'
import { created_at, id, name, tags, updated_at_since_3 } from './language/fields.ts'

const internal = (
  schema: string,
  fields: Fields,
  more: Partial<Pick<Definition, 'since' | 'until' | 'entity_checks' | 'check'>> = {},
): Definition =>
  defineEntity({
    kind: schema,
    schema,
    adminPath: schema,
    fileKey: schema,
    collection: false,
    keys: [],
    fields,
    ...more,
  })

const timestamp = { type: 'integer', timestamp: true } as const
const anyRecord = { type: 'record', required: true, fields: {} } as const

/** A workspace cannot have the name of a set at the root of the Admin API. */
const takenNames = [
  'workspaces',
  'consumers',
  'certificates',
  'services',
  'routes',
  'snis',
  'upstreams',
  'targets',
  'plugins',
  'tags',
  'ca_certificates',
  'clustering_data_planes',
  'parameters',
]

const syncStates = [
  'unknown',
  'normal',
  'kong_version_incompatible',
  'plugin_set_incompatible',
  'plugin_version_incompatible',
]

export const workspaces = internal('workspaces', {
  id,
  name: {
    ...name,
    required: true,
    len_min: 1,
    not_one_of: [...takenNames, 'vaults', 'key_sets', 'keys', 'filter_chains'],
    was: { until: '3.0', not_one_of: [...takenNames, 'vaults_beta'] },
  },
  comment: { type: 'string' },
  created_at,
  updated_at: updated_at_since_3,
  meta: anyRecord,
  config: anyRecord,
})

export const internalSets: readonly Definition[] = [
  workspaces,
  internal('tags', {
    tag: { ...tags.elements },
    entity_name: {
      type: 'string',
      required: true,
      description: 'The name of the Kong Gateway entity being tagged.',
    },
    entity_id: { ...id, required: true },
  }),
  internal('parameters', {
    created_at,
    key: { type: 'string', required: true, unique: true, description: 'They key value of a parameter.' },
    value: { type: 'string', required: true, description: 'The value attached to the key.' },
  }),
  internal('clustering_data_planes', {
    id: { ...id, required: true },
    last_seen: created_at,
    updated_at: updated_at_since_3,
    ip: {
      type: 'string',
      required: true,
      format: 'ip-or-cidr',
      description: 'A string representing an IP address, such as 192.168.1.1.',
    },
    config_hash: { type: 'string', len_eq: 32 },
    hostname: {
      type: 'string',
      required: true,
      format: 'host',
      description: 'A string representing a host name, such as example.com.',
    },
    version: {
      type: 'string',
      match_any: {
        patterns: ['^%d+[%.%d]*$', '^%d+[%.%d]*%-?.*$'],
        err: 'invalid version number: must be in format of X.Y.Z',
      },
      match_none: [{ pattern: '%.%.', err: 'must not have empty version segments' }],
      description:
        'A string representing a semantic version number in the format X.Y.Z(-build), where X, Y, and Z are integers, plus an optional hyphen-separated build identifier.',
    },
    sync_status: {
      type: 'string',
      required: true,
      one_of: [...syncStates, 'filter_set_incompatible'],
      default: 'unknown',
      description: 'The status of the clustering data planes sync.',
      was: { until: '3.0', one_of: syncStates },
    },
    labels: {
      type: 'map',
      keys: { type: 'string' },
      values: { type: 'string' },
      description: 'Custom key value pairs as meta-data for DPs.',
      since: '3.0',
    },
    cert_details: {
      type: 'record',
      required: true,
      fields: { expiry_timestamp: { type: 'number', timestamp: true, required: false } },
      description: 'Certificate details of the DPs.',
      since: '3.0',
    },
    rpc_capabilities: {
      type: 'set',
      elements: { type: 'string', description: 'A string representing an RPC capability.' },
      description: 'An array of RPC capabilities this node supports.',
      since: '3.0',
    },
  }),
  // Codes that the oauth2 plugin issues before a token.
  internal('oauth2_authorization_codes', {
    id,
    created_at,
    service: { type: 'foreign', reference: 'services', default: null, on_delete: 'cascade' },
    credential: { type: 'foreign', reference: 'oauth2_credentials', required: true, on_delete: 'cascade' },
    code: { type: 'string', required: false, unique: true, auto: true },
    authenticated_userid: { type: 'string', required: false },
    scope: { type: 'string' },
    challenge: { type: 'string', required: false },
    challenge_method: { type: 'string', required: false, one_of: ['S256'] },
    plugin: { type: 'foreign', reference: 'plugins', default: null, on_delete: 'cascade', since: '3.0' },
  }),
  internal('ratelimiting_metrics', {
    identifier: { type: 'string', required: true, len_min: 0 },
    period: { type: 'string', required: true },
    period_date: { ...timestamp, required: true },
    service_id: { type: 'string', uuid: true, required: true },
    route_id: { type: 'string', uuid: true, required: true },
    value: { type: 'integer', required: true },
  }),
  internal(
    'filter_chains',
    {
      id,
      name,
      enabled: { type: 'boolean', required: true, default: true },
      route: { type: 'foreign', reference: 'routes', on_delete: 'cascade', default: null, unique: true },
      service: { type: 'foreign', reference: 'services', on_delete: 'cascade', default: null, unique: true },
      filters: {
        type: 'array',
        required: true,
        len_min: 1,
        elements: {
          type: 'record',
          fields: {
            // A stock node has no filters.
            name: { type: 'string', required: true, one_of: [], err: 'no such filter' },
            enabled: { type: 'boolean', required: true, default: true },
            config: { type: 'json', required: false, json_schema: filterConfig() },
          },
        },
      },
      created_at,
      updated_at: created_at,
      tags,
    },
    {
      since: '3.4',
      entity_checks: [
        { mutually_exclusive: ['service', 'route'] },
        { at_least_one_of: ['service', 'route'] },
        { custom_entity_check: { field_sources: ['filters'], run_with_invalid_fields: true } },
      ],
    },
  ),
  internal(
    'vaults_beta',
    {
      id,
      prefix: {
        type: 'string',
        required: true,
        unique: true,
        unique_across_ws: true,
        match: '^[a-z][a-z%d-]-[a-z%d]+$',
        not_one_of: ['env'],
      },
      name: { type: 'string', required: true },
      description: { type: 'string' },
      config: { type: 'record', abstract: true },
      created_at,
      updated_at: created_at,
      tags,
    },
    { until: '3.0' },
  ),
]

/** A filter without its own schema may have a text as its configuration. */
function filterConfig(): unknown {
  return {
    parent_subschema_key: 'name',
    namespace: 'proxy-wasm-filters',
    optional: true,
    default: { $schema: 'http://json-schema.org/draft-04/schema#', type: ['string', 'null'] },
  }
}
