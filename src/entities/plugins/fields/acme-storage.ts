/** The storage of acme for certificates and keys. */
import type { Field } from '../../language/define.ts'
import { host, port } from '../../language/fields.ts'
import { isDictionary } from './custom-checks.ts'
import { redis } from './redis.ts'
import { sni, timeout } from './typedefs.ts'

/** How Consul and Vault are reached. */
const keyValueStore = {
  https: { type: 'boolean', default: false, description: 'Boolean representation of https.' },
  host: host,
  port: port,
  kv_path: { type: 'string', description: 'KV prefix path.' },
  timeout: { type: 'number', description: 'Timeout in milliseconds.' },
  token: { type: 'string', referenceable: true, description: 'Consul ACL token.' },
} as const

/** Prefixes of the keys that the plugin reserves. */
const reservedWords = ['kong_acme:renew_config:', 'kong_acme:renew_last_run', 'kong_acme:cert_key:']

export const storageConfig = {
  type: 'record',
  fields: {
    shm: {
      type: 'record',
      required: true,
      fields: {
        shm_name: {
          type: 'string',
          default: 'kong',
          description: 'Name of shared memory zone used for Kong API gateway storage',
          check: (name: string) => (isDictionary(name) ? undefined : `failed validating: ${name}`),
        },
      },
    },
    kong: { type: 'record', required: true, fields: {} },
    redis: {
      type: 'record',
      required: true,
      fields: {
        host: host,
        port: { ...port, default: 6379, was: { until: '3.0', default: undefined } },
        timeout: { ...timeout, default: 2000, since: '3.0' },
        username: {
          type: 'string',
          description:
            "Username to use for Redis connections. If undefined, ACL authentication won't be performed. This requires Redis v6.0.0+. To be compatible with Redis v5.x.y, you can set it to `default`.",
          referenceable: true,
          since: '3.0',
        },
        password: {
          type: 'string',
          referenceable: true,
          len_min: 0,
          encrypted: true,
          description:
            'Password to use for Redis connections. If undefined, no AUTH commands are sent to Redis.',
          since: '3.0',
        },
        database: {
          type: 'integer',
          default: 0,
          description: 'Database to use for the Redis connection when using the `redis` strategy',
          was: { until: '3.0', type: 'number', default: undefined },
        },
        ssl: { ...redis.fields.ssl, since: '3.0' },
        ssl_verify: { ...redis.fields.ssl_verify, since: '3.0' },
        server_name: { ...sni, required: false, since: '3.0' },
        extra_options: {
          type: 'record',
          required: true,
          description: 'Custom ACME Redis options',
          since: '3.0',
          fields: {
            namespace: {
              type: 'string',
              required: true,
              default: '',
              len_min: 0,
              description: 'A namespace to prepend to all keys stored in Redis.',
              check: (namespace: string) => {
                const reserved = reservedWords.find(word => namespace.startsWith(word))
                return reserved && `namespace can't be prefixed with reserved word: ${reserved}`
              },
            },
            scan_count: {
              type: 'number',
              required: false,
              default: 10,
              description: 'The number of keys to return in Redis SCAN calls.',
            },
          },
        },
        auth: { type: 'string', referenceable: true, secret: true, until: '3.0' },
      },
      shorthand_fields: {
        auth: {
          type: 'string',
          secret: true,
          deprecation: {
            message:
              'acme: config.storage_config.redis.auth is deprecated, please use config.storage_config.redis.password instead',
            removal_in_version: '4.0',
            replaced_with: [{ path: ['password'] }],
          },
          len_min: 0,
          since: '3.0',
        },
        ssl_server_name: {
          type: 'string',
          deprecation: {
            message:
              'acme: config.storage_config.redis.ssl_server_name is deprecated, please use config.storage_config.redis.server_name instead',
            removal_in_version: '4.0',
            replaced_with: [{ path: ['server_name'] }],
          },
          since: '3.0',
        },
        namespace: {
          type: 'string',
          deprecation: {
            message:
              'acme: config.storage_config.redis.namespace is deprecated, please use config.storage_config.redis.extra_options.namespace instead',
            removal_in_version: '4.0',
            replaced_with: [{ path: ['extra_options', 'namespace'] }],
          },
          len_min: 0,
          since: '3.0',
        },
        scan_count: {
          type: 'integer',
          deprecation: {
            message:
              'acme: config.storage_config.redis.scan_count is deprecated, please use config.storage_config.redis.extra_options.scan_count instead',
            removal_in_version: '4.0',
            replaced_with: [{ path: ['extra_options', 'scan_count'] }],
          },
          since: '3.0',
        },
      },
    },
    consul: {
      type: 'record',
      required: true,
      fields: keyValueStore,
    },
    vault: {
      type: 'record',
      required: true,
      fields: {
        ...keyValueStore,
        tls_verify: { type: 'boolean', default: true, description: 'Turn on TLS verification.' },
        tls_server_name: { type: 'string', description: 'SNI used in request, default to host if omitted.' },
        auth_method: {
          type: 'string',
          default: 'token',
          one_of: ['token', 'kubernetes'],
          description: "Auth Method, default to token, can be 'token' or 'kubernetes'.",
          was: { until: '3.0', one_of: undefined, default: undefined },
        },
        auth_path: { type: 'string', description: "Vault's authentication path to use." },
        auth_role: { type: 'string', description: 'The role to try and assign.' },
        jwt_path: { type: 'string', description: 'The path to the JWT.' },
      },
    },
  },
} as const satisfies Field
