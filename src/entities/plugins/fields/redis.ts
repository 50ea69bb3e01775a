/**
 * The Redis connection of limiting plugins with the policy redis: a separate record since 3.x, with short
 * forms for the fields of 2.8 in the plugin's own `config`.
 */
import type { EntityCheck, Field, Fields, Shorthand } from '../../language/define.ts'
import { host, port } from '../../language/fields.ts'
import { sni, timeout } from './typedefs.ts'

export const redis = {
  type: 'record',
  description: 'Redis configuration',
  fields: {
    host: host,
    port: { ...port, default: 6379 },
    timeout: { ...timeout, default: 2000 },
    username: {
      type: 'string',
      description:
        "Username to use for Redis connections. If undefined, ACL authentication won't be performed. This requires Redis v6.0.0+. To be compatible with Redis v5.x.y, you can set it to `default`.",
      referenceable: true,
    },
    password: {
      type: 'string',
      referenceable: true,
      len_min: 0,
      encrypted: true,
      description: 'Password to use for Redis connections. If undefined, no AUTH commands are sent to Redis.',
    },
    database: {
      type: 'integer',
      default: 0,
      description: 'Database to use for the Redis connection when using the `redis` strategy',
    },
    ssl: {
      type: 'boolean',
      required: false,
      default: false,
      description: 'If set to true, uses SSL to connect to Redis.',
    },
    ssl_verify: {
      type: 'boolean',
      required: false,
      default: false,
      description:
        'If set to true, verifies the validity of the server SSL certificate. If setting this parameter, also configure `lua_ssl_trusted_certificate` in `kong.conf` to specify the CA (or server) certificate used by your Redis server. You may also need to configure `lua_ssl_verify_depth` accordingly.',
    },
    server_name: { ...sni, required: false },
  },
} as const satisfies Field

/** 2.8's, as both plugins have them. */
export const oldRedisAccess = {
  redis_host: { type: 'string', format: 'host', until: '3.0' },
  redis_port: { type: 'integer', default: 6379, between: [0, 65535], until: '3.0' },
  redis_password: { type: 'string', len_min: 0, referenceable: true, until: '3.0' },
  redis_username: { type: 'string', referenceable: true, until: '3.0' },
} as const satisfies Fields

const shortTypes = {
  host: 'string',
  port: 'integer',
  password: 'string',
  username: 'string',
  ssl: 'boolean',
  ssl_verify: 'boolean',
  server_name: 'string',
  timeout: 'integer',
  database: 'integer',
} as const

/** `redis_host` → `redis.host`, and so on: 3.x takes the old names, and says that they are old. */
export const redisShorthands = (plugin: string): Readonly<Record<string, Shorthand>> =>
  Object.fromEntries(
    Object.entries(shortTypes).map(([name, type]) => [
      `redis_${name}`,
      {
        type,
        deprecation: {
          message: `${plugin}: config.redis_${name} is deprecated, please use config.redis.${name} instead`,
          removal_in_version: '4.0',
          replaced_with: [{ path: ['redis', name] }],
        },
        ...(name === 'password' && { len_min: 0 }),
        since: '3.0',
      },
    ]),
  )

const demanded = (then_field: string) =>
  ({
    if_field: 'config.policy',
    then_field,
    then_match: { required: true },
    if_match: { eq: 'redis' },
  }) as const

/** Fields that the policy requires. */
export const redisChecks: readonly EntityCheck[] = ['host', 'port', 'timeout'].flatMap(name => [
  { conditional: demanded(`config.redis.${name}`), since: '3.0' },
  { conditional: demanded(`config.redis_${name}`), until: '3.0' },
])
