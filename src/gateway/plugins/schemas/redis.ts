/** Where counters are kept when the policy is redis. */
import type { Field } from '../../../entities/define.ts'
import { host, port } from '../../../entities/fields.ts'
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
