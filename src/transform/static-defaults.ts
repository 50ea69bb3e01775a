/** What `deck file render` fills in without a gateway: decK's own few defaults (go-database-reconciler 1.41), which are not all that a gateway has. */

import type { Definition } from '../entities/language/define.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { entityFields } from '../entities/language/subschemas.ts'

type Values = Readonly<Record<string, unknown>>

const redirects = [300, 301, 302, 303, 304, 305, 306, 307, 308]

const healthchecks = {
  active: {
    concurrency: 10,
    healthy: { http_statuses: [200, 302], interval: 0, successes: 0 },
    http_path: '/',
    timeout: 1,
    type: 'http',
    unhealthy: {
      http_failures: 0,
      http_statuses: [429, 404, 500, 501, 502, 503, 504, 505],
      interval: 0,
      tcp_failures: 0,
      timeouts: 0,
    },
  },
  passive: {
    healthy: {
      http_statuses: [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, ...redirects],
      successes: 0,
    },
    unhealthy: { http_failures: 0, http_statuses: [429, 500, 503], tcp_failures: 0, timeouts: 0 },
  },
}

/** By kind. */
const defaults: Readonly<Record<string, Values>> = {
  service: { protocol: 'http', connect_timeout: 60000, read_timeout: 60000, write_timeout: 60000 },
  route: { preserve_host: false, protocols: ['http', 'https'], strip_path: true },
  target: { weight: 100 },
  upstream: { slots: 10000, healthchecks, hash_on: 'none', hash_fallback: 'none', hash_on_cookie_path: '/' },
}

/** Routes as expressions are put in order by another field. */
const orderOf = (fields: Values): Values =>
  fields['expression'] === undefined ? { regex_priority: 0 } : { priority: 0 }

export function withStaticDefaults(kind: string, fields: Values, schemas: Schemas): Values {
  const own = defaults[kind]
  if (own === undefined) return fields
  const order = Object.hasOwn(own, 'strip_path') ? orderOf(fields) : {}
  return filled({ ...own, ...order, ...typeDefaults(own, schemas.of(kind), fields, schemas) }, fields)
}

/** What the type of an entity makes of a default: `strip_path` of a gRPC route is false. */
function typeDefaults(own: Values, definition: Definition, fields: Values, schemas: Schemas): Values {
  const narrowed = entityFields(definition, fields, schemas)
  const names = Object.keys(own).filter(name => narrowed[name]?.default !== definition.fields[name]?.default)
  return Object.fromEntries(names.map(name => [name, narrowed[name]?.default]))
}

/** What is given wins, at every depth. */
function filled(base: Values, given: Values): Values {
  const both: Record<string, unknown> = { ...base }
  for (const [name, value] of Object.entries(given)) {
    const below = base[name]
    both[name] = isObject(below) && isObject(value) ? filled(below, value) : value
  }
  return both
}

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
