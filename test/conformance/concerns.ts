/**
 * Which exchanges are about kinds and plugins that this gateway has. It is computed: from the gateway's own
 * `/endpoints` and `/plugins/enabled` against real Kong's. What is about others is counted apart, and so is
 * what builds on it.
 */
import type { Exchange } from './recordings.ts'

export interface Known {
  readonly endpoints: readonly string[]
  readonly plugins: readonly string[]
  readonly schemas: readonly string[]
}

export interface Concerns {
  /** Why an exchange is not about what is known here; undefined where it is. */
  whyNot(exchange: Exchange): string | undefined
  /** Takes out of a recorded list what comes from exchanges that were passed over. */
  withoutForeign(recorded: unknown): unknown
  /** Whether the rows of a page may lack what was passed over. */
  readonly hasForeign: boolean
}

const matches = (pattern: string, path: string): boolean => {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) => segment.startsWith('{') || segment === given[index])
  )
}

const written = (pattern: string): number =>
  pattern.split('/').filter(segment => !segment.startsWith('{')).length

/** The endpoint that answers a path: the one with the most written segments. */
function endpointOf(path: string, endpoints: readonly string[]): string | undefined {
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path
  const found = endpoints.filter(endpoint => matches(endpoint, plain))
  return found.sort((a, b) => written(b) - written(a))[0]
}

/** The name of a plugin that a body speaks of. */
function pluginIn({ request }: Exchange): string | undefined {
  const { path, body } = request
  const inPath = /^\/(?:schemas\/plugins|plugins\/schema)\/([^/?]+)/.exec(path)?.[1]
  if (inPath !== undefined && inPath !== 'validate') return inPath
  if (body === null || !/\/plugins(\/|\?|$)/.test(path)) return undefined
  return (
    /"name"\s*:\s*"([^"]*)"/.exec(body)?.[1] ??
    /(?:^|&)name=([^&]*)/.exec(body)?.[1] ??
    /name="name"\r?\n\r?\n([^\r\n]*)/.exec(body)?.[1]
  )
}

const ids = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi

export function createConcerns(ours: Known, kong: Known): Concerns {
  const foreign = new Set<string>()
  const others = (what: 'plugins' | 'schemas') => kong[what].filter(name => !ours[what].includes(name))
  const foreignPlugins = new Set(others('plugins'))
  const foreignSchemas = new Set(others('schemas'))

  const reason = (exchange: Exchange): string | undefined => {
    const { path, body } = exchange.request
    const plain = path.split('?', 1)[0] ?? ''
    const plugin = pluginIn(exchange)
    if (plugin !== undefined && foreignPlugins.has(plugin)) return `plugin ${plugin}`
    const schema = /^\/schemas\/([^/?]+)/.exec(path)?.[1]
    if (schema !== undefined && foreignSchemas.has(schema)) return `schema ${schema}`
    const endpoint = endpointOf(plain, kong.endpoints)
    if (endpoint !== undefined && !ours.endpoints.includes(endpoint)) return `endpoint ${endpoint}`
    const missing = kong.endpoints.some(one => !ours.endpoints.includes(one))
    if (plain === '/endpoints' && exchange.request.method === 'GET' && missing)
      return 'a list of all endpoints'
    if (plain === '/plugins/enabled' && foreignPlugins.size > 0) return 'a list of all plugins'
    const used = `${path} ${body ?? ''}`.match(ids)?.find(id => foreign.has(id))
    return used === undefined ? undefined : 'builds on one that was passed over'
  }

  const withoutForeign = (recorded: unknown): unknown => {
    if (typeof recorded !== 'object' || recorded === null || !('data' in recorded)) return recorded
    const { data } = recorded
    if (!Array.isArray(data)) return recorded
    const isOurs = (row: unknown) => {
      const text = JSON.stringify(row)
      return !(text.match(ids) ?? []).some(id => foreign.has(id))
    }
    return { ...recorded, data: data.filter(isOurs) }
  }

  return {
    whyNot: exchange => {
      const why = reason(exchange)
      const made = exchange.response.json as { id?: unknown } | undefined
      if (
        why !== undefined &&
        [200, 201].includes(exchange.response.status) &&
        typeof made?.id === 'string'
      ) {
        foreign.add(made.id)
      }
      return why
    },
    withoutForeign,
    get hasForeign() {
      return foreign.size > 0
    },
  }
}
