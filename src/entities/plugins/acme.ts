import type { PluginDefinition } from '../language/plugin-definition.ts'
import { storageConfig } from './fields/acme-storage.ts'
import { noConsumer, noRoute, noService, onlyHttp, url } from './fields/typedefs.ts'

export const acme = {
  name: 'acme',
  priority: 1705,
  fields: {
    consumer: noConsumer,
    service: { ...noService, description: "A reference to the 'services' table with a null value allowed." },
    route: { ...noRoute, description: "A reference to the 'routes' table with a null value allowed." },
    protocols: onlyHttp,
  },
  config: {
    account_email: {
      type: 'string',
      required: true,
      match: '%w*%p*@+%w*%.?%w*',
      description: 'The account identifier. Can be reused in a different plugin instance.',
      encrypted: true,
      referenceable: true,
    },
    account_key: {
      type: 'record',
      required: false,
      description: 'The private key associated with the account.',
      since: '3.0',
      fields: {
        key_id: { type: 'string', required: true, description: 'The Key ID.' },
        key_set: { type: 'string', description: 'The ID of the key set to associate the Key ID with.' },
      },
    },
    api_uri: { ...url, default: 'https://acme-v02.api.letsencrypt.org/directory' },
    tos_accepted: {
      type: 'boolean',
      default: false,
      description:
        "If you are using Let's Encrypt, you must set this to `true` to agree the terms of service.",
    },
    eab_kid: {
      type: 'string',
      encrypted: true,
      description:
        "External account binding (EAB) key id. You usually don't need to set this unless it is explicitly required by the CA.",
      referenceable: true,
    },
    eab_hmac_key: {
      type: 'string',
      encrypted: true,
      description:
        "External account binding (EAB) base64-encoded URL string of the HMAC key. You usually don't need to set this unless it is explicitly required by the CA.",
      referenceable: true,
    },
    cert_type: {
      type: 'string',
      default: 'rsa',
      description:
        'The certificate type to create. The possible values are `rsa` for RSA certificate or `ecc` for EC certificate.',
      one_of: ['rsa', 'ecc'],
    },
    rsa_key_size: {
      type: 'number',
      default: 4096,
      description: 'RSA private key size for the certificate. The possible values are 2048, 3072, or 4096.',
      one_of: [2048, 3072, 4096],
    },
    renew_threshold_days: {
      type: 'number',
      default: 14,
      description: 'Days remaining to renew the certificate before it expires.',
    },
    domains: {
      type: 'array',
      description:
        "An array of strings representing hosts. A valid host is a string containing one or more labels separated by periods, with at most one wildcard label ('*')",
      elements: {
        type: 'string',
        match_all: [{ pattern: '^[^*]*%*?[^*]*$', err: 'invalid wildcard: must have at most one wildcard' }],
        match_any: {
          patterns: ['^%*%.', '%.%*$', '^[^*]*$'],
          err: 'invalid wildcard: must be placed at leftmost or rightmost label',
        },
        format: 'wildcard-host',
      },
    },
    allow_any_domain: {
      type: 'boolean',
      default: false,
      description:
        'If set to `true`, the plugin allows all domains and ignores any values in the `domains` list.',
      since: '3.0',
    },
    fail_backoff_minutes: {
      type: 'number',
      default: 5,
      description:
        'Minutes to wait for each domain that fails to create a certificate. This applies to both a\nnew certificate and a renewal certificate.',
    },
    storage: {
      type: 'string',
      default: 'shm',
      description:
        'The backend storage type to use. In DB-less mode and Konnect, `kong` storage is unavailable. In hybrid mode and Konnect, `shm` storage is unavailable. `shm` storage does not persist during Kong restarts and does not work for Kong running on different machines, so consider using one of `kong`, `redis`, `consul`, or `vault` in production.',
      one_of: ['kong', 'shm', 'redis', 'consul', 'vault'],
    },
    storage_config: { ...storageConfig, required: true },
    preferred_chain: {
      type: 'string',
      description:
        'A string value that specifies the preferred certificate chain to use when generating certificates.',
    },
    enable_ipv4_common_name: {
      type: 'boolean',
      default: true,
      description:
        'A boolean value that controls whether to include the IPv4 address in the common name field of generated certificates.',
      since: '3.0',
    },
  },
  entity_checks: [
    {
      conditional: {
        if_match: {
          one_of: ['https://acme-v02.api.letsencrypt.org', 'https://acme-staging-v02.api.letsencrypt.org'],
        },
        if_field: 'config.api_uri',
        then_field: 'config.tos_accepted',
        then_match: { eq: true },
        then_err: 'terms of service must be accepted, see https://letsencrypt.org/repository/',
      },
    },
    {
      conditional: {
        if_field: 'config.storage',
        then_field: 'config.storage_config.redis.host',
        then_match: { required: true },
        if_match: { eq: 'redis' },
      },
      since: '3.0',
    },
    {
      conditional: {
        if_field: 'config.storage',
        then_field: 'config.storage_config.redis.port',
        then_match: { required: true },
        if_match: { eq: 'redis' },
      },
      since: '3.0',
    },
    { custom_entity_check: { field_sources: ['config.storage'] } },
  ],
} as const satisfies PluginDefinition
