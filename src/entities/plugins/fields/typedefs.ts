/** Fields that many plugins have, in Kong's words. What entities have too is in `entities/fields.ts`. */
import type { Field } from '../../language/define.ts'
import { isLuaFunction } from './custom-checks.ts'

export const httpProtocols = {
  type: 'set',
  description: 'A set of strings representing HTTP protocols.',
  elements: { type: 'string', one_of: ['grpc', 'grpcs', 'http', 'https'] },
} as const satisfies Field

export const allProtocols = {
  type: 'set',
  description: 'A set of strings representing protocols.',
  elements: {
    type: 'string',
    one_of: ['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'tls_passthrough', 'udp'],
    description: 'A string representing a protocol, such as HTTP or HTTPS.',
  },
} as const satisfies Field

export const noConsumer = {
  type: 'foreign',
  eq: null,
  reference: 'consumers',
  description: 'Custom type for representing a foreign key with a null value allowed.',
} as const satisfies Field

export const noService = {
  type: 'foreign',
  eq: null,
  reference: 'services',
  description: 'Custom type for representing a foreign key with a null value allowed.',
} as const satisfies Field

export const noRoute = {
  type: 'foreign',
  eq: null,
  reference: 'routes',
  description: 'Custom type for representing a foreign key with a null value allowed.',
} as const satisfies Field

export const url = {
  type: 'string',
  description: 'A string representing a URL, such as https://example.com/path/to/resource?q=search.',
  format: 'url',
} as const satisfies Field

export const sni = {
  type: 'string',
  description: 'A string representing an SNI (server name indication) value for TLS.',
  format: 'sni',
} as const satisfies Field

export const timeout = {
  type: 'integer',
  between: [0, 2147483646],
  description: 'An integer representing a timeout in milliseconds. Must be between 0 and 2^31-2.',
} as const satisfies Field

export const logLevel = {
  type: 'string',
  one_of: ['debug', 'info', 'notice', 'warning', 'err', 'crit', 'alert', 'emerg'],
} as const satisfies Field

/** What `allow` and `deny` were called before 3.0. */
export const oldList = {
  type: 'array',
  elements: { type: 'string', is_regex: true },
  until: '3.0',
} as const satisfies Field

export const luaCode = {
  type: 'map',
  description: 'Lua code as a key-value map',
  keys: { type: 'string', len_min: 1 },
  values: { type: 'string', len_min: 1, check: isLuaFunction },
} as const satisfies Field
