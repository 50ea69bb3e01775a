/**
 * Fields that several kinds have, in Kong's words (Kong calls them typedefs). Descriptions are what
 * `/schemas` of 3.x prints; 2.8 prints none. Nothing here knows a kind.
 */
import type { Field } from './define.ts'
import type { Presentation } from './presentation.ts'

export const id = {
  type: 'string',
  uuid: true,
  auto: true,
  description: 'A string representing a UUID (universally unique identifier).',
} as const satisfies Field

export const created_at = {
  type: 'integer',
  timestamp: true,
  auto: true,
  description: 'An integer representing an automatic Unix timestamp in seconds.',
} as const satisfies Field

/** Services and routes had it before 3.0 already; all others since. */
export const updated_at = { ...created_at, overwritten: true } as const satisfies Field

export const updated_at_since_3 = { ...updated_at, since: '3.0' } as const satisfies Field

export const tags = {
  type: 'set',
  description: 'A set of strings representing tags.',
  elements: { type: 'string', required: true, format: 'tag', description: 'A string representing a tag.' },
} as const satisfies Field

export const name = {
  type: 'string',
  unique: true,
  format: 'name',
  description: 'A unique string representing a UTF-8 encoded name.',
} as const satisfies Field

export const protocol = {
  type: 'string',
  one_of: ['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'tls_passthrough', 'udp'],
  description: 'A string representing a protocol, such as HTTP or HTTPS.',
} as const satisfies Field

export const host = {
  type: 'string',
  format: 'host',
  description: 'A string representing a host name, such as example.com.',
} as const satisfies Field

export const port = {
  type: 'integer',
  between: [0, 65535],
  description: 'An integer representing a port number between 0 and 65535, inclusive.',
} as const satisfies Field

export const path = {
  type: 'string',
  starts_with: '/',
  match_none: [{ pattern: '//', err: 'must not have empty segments' }],
  format: 'path',
  description:
    'A string representing a URL path, such as /path/to/resource. Must start with a forward slash (/) and must not contain empty segments (i.e., two consecutive forward slashes).',
} as const satisfies Field

export const timeout = { type: 'integer', between: [1, 2147483646] } as const satisfies Field

export const header_name = {
  type: 'string',
  format: 'header-name',
  description: 'A string representing an HTTP header name.',
} as const satisfies Field

export const headers = {
  type: 'map',
  description: 'A map of header names to arrays of header values.',
  keys: header_name,
  values: { type: 'array', elements: { type: 'string' } },
} as const satisfies Field

/** Credentials live below their consumer, and go with it. */
export const consumer_owner = {
  type: 'foreign',
  reference: 'consumers',
  required: true,
  on_delete: 'cascade',
  nest: 'only',
} as const satisfies Field

/** How the Manager shows credentials: on one tab of their consumer. */
export const credential = {
  isBelow: true,
  tab: 'Credentials',
  about: 'Lets the consumer prove who it is.',
} as const satisfies Partial<Presentation>
