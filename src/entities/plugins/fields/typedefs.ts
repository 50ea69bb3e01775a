/** Fields that many plugins have, in Kong's words. What entities have too is in `entities/fields.ts`. */
import type { Field, Fields, Shorthand } from '../../language/define.ts'
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

/** Every bundled plugin works on requests unless it says otherwise. */
const forRequests = { required: true, default: ['grpc', 'grpcs', 'http', 'https'] } as const

/** `protocols` of a plugin that HTTP alone can have. */
export const onlyHttp = { ...httpProtocols, ...forRequests } as const satisfies Field

/** `protocols` of a plugin that any route can have. */
export const anyProtocol = { ...allProtocols, ...forRequests } as const satisfies Field

export const noConsumer = {
  type: 'foreign',
  eq: null,
  reference: 'consumers',
  description: 'Custom type for representing a foreign key with a null value allowed.',
} as const satisfies Field

/** The fields of a plugin that works before the consumer is known, or for all of them. */
export const withoutConsumer = { consumer: noConsumer, protocols: onlyHttp } as const satisfies Fields

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

const oldList = {
  type: 'array',
  elements: { type: 'string', is_regex: true },
  until: '3.0',
} as const satisfies Field

/** The names of `allow` and `deny` before 3.0. */
export const oldLists = {
  blacklist: { ...oldList, gives: deny => ({ deny }) },
  whitelist: { ...oldList, gives: allow => ({ allow }) },
} as const satisfies Readonly<Record<string, Shorthand>>

/** Milliseconds that a collector of logs may take. */
export const sendTimeout = {
  type: 'number',
  default: 10000,
  description: 'An optional timeout in milliseconds when sending data to the upstream server.',
} as const satisfies Field

export const luaCode = {
  type: 'map',
  description: 'Lua code as a key-value map',
  keys: { type: 'string', len_min: 1 },
  values: { type: 'string', len_min: 1, check: isLuaFunction },
} as const satisfies Field
