/**
 * Kong's endpoints about the node itself: its caches, its log, and settings that this gateway does not
 * have, like a stock Kong with a database.
 */
import {
  type Admin,
  type Answer,
  type Endpoint,
  type Handler,
  noContent,
  notFound,
  ok,
  refuse,
} from '../endpoint.ts'

const needs = (what: string): Answer =>
  refuse(400, `this endpoint is only available when Kong is configured to ${what}`)

export function nodeEndpoints(admin: Admin): Endpoint[] {
  const cluster: Handler = () => needs('run as Control Plane for the cluster')
  const isNew = admin.store.schemas.version.major >= 3
  return [
    { path: '/clustering/data-planes', handlers: { GET: cluster } },
    { path: '/clustering/status', handlers: { GET: cluster } },
    // Nothing is cached here: every change acts at once.
    { path: '/cache', handlers: { DELETE: () => noContent } },
    { path: '/cache/{key}', handlers: { GET: () => notFound, DELETE: () => noContent } },
    ...(isNew ? [...logEndpoints(admin), ...wasmEndpoints(), ...newerEndpoints()] : []),
  ]
}

const logLevels = ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg']

const stockLevel = 'notice'
const stockSeconds = 60

/** The log level can be read, and set for some seconds; this gateway's own log has no levels. */
function logEndpoints({ around, declarative }: Admin): Endpoint[] {
  let changed = { level: stockLevel, until: 0 }
  const current = () => (around.now() < changed.until ? changed.level : stockLevel)
  const change: Handler = ({ params, query }) => {
    if (declarative !== undefined) return refuse(405, 'cannot change log level when not using a database')
    const wanted = params['log_level'] ?? ''
    if (!logLevels.includes(wanted)) return refuse(400, `unknown log level: ${wanted}`)
    const seconds = Math.ceil(Number(query['timeout'] ?? stockSeconds))
    if (seconds < 0) return refuse(400, 'timeout must be greater than or equal to 0')
    if (wanted === current()) return ok({ message: `log level is already ${wanted}` })
    changed = { level: wanted, until: around.now() + (Number.isNaN(seconds) ? stockSeconds : seconds) * 1000 }
    return ok({ message: 'log level changed' })
  }
  return [
    { path: '/debug/node/log-level', handlers: { GET: () => ok({ message: `log level: ${current()}` }) } },
    { path: '/debug/node/log-level/{log_level}', handlers: { PUT: change } },
    { path: '/debug/cluster/log-level/{log_level}', handlers: { PUT: change } },
  ]
}

function wasmEndpoints(): Endpoint[] {
  const chains = (owner: string) => [`/${owner}/filter-chains`, `/${owner}/filter-chains/{filter_chains}`]
  const paths = [
    '/filter-chains',
    '/filter-chains/{filter_chains}',
    '/filter-chains/{filter_chains}/route',
    '/filter-chains/{filter_chains}/service',
    ...chains('routes/{routes}'),
    ...chains('services/{services}'),
    ...['all', 'disabled', 'enabled'].map(which => `/routes/{routes}/filters/${which}`),
  ]
  const disabled = () => refuse(400, 'this endpoint is only available when wasm is enabled')
  return paths.map(path => {
    if (path.includes('/filters/')) return { path, handlers: { GET: disabled } }
    const isOne = path.endsWith('}') || path.startsWith('/filter-chains/')
    const names = isOne ? (['GET', 'PUT', 'PATCH', 'DELETE'] as const) : (['GET', 'POST'] as const)
    return {
      path,
      handlers: Object.fromEntries(names.map(name => [name, disabled])),
      before: disabled,
    }
  })
}

function newerEndpoints(): Endpoint[] {
  const worker = { id: 0, count: 1 }
  // This gateway has none of Kong's timers.
  const noTimers = { pending: 0, running: 0, runs: 0, total: 0, waiting: 0 }
  const stats = { flamegraph: { elapsed_time: '', pending: '', running: '' }, sys: noTimers, timers: {} }
  return [
    {
      path: '/schemas/filters/{name}',
      handlers: { GET: ({ params }) => refuse(404, `Filter '${params['name']}' not found`) },
    },
    {
      path: '/status/dns',
      handlers: { GET: () => refuse(501, 'not implemented with the legacy DNS client') },
    },
    { path: '/timers', handlers: { GET: () => ok({ worker, stats }) } },
  ]
}
