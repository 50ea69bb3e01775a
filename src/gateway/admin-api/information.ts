/** Information about the node: `/`, `/status`, `/endpoints`. */
import type { ProxyProcess } from '../data-plane.ts'
import type { Traffic } from '../exchange/traffic.ts'
import { configuration } from './configuration.ts'
import { type Admin, type Answer, type Endpoint, ok, refuse } from './endpoint.ts'

export function informationEndpoints(admin: Admin, all: () => readonly Endpoint[]): Endpoint[] {
  return [
    { path: '/', handlers: { GET: () => ok(root(admin)) } },
    { path: '/status', handlers: { GET: request => status(request.query, admin) } },
    { path: '/endpoints', handlers: { GET: () => ok({ data: pathsOf(all()) }) } },
  ]
}

function root(admin: Admin) {
  const { version } = admin.store.schemas
  const isNew = version.major >= 3
  const inUse = new Set(
    admin.store
      .table('plugins')
      .list()
      .map(plugin => plugin['name']),
  )
  return {
    tagline: 'Welcome to kong',
    version: version.text,
    hostname: admin.hostname,
    node_id: admin.nodeId,
    ...(isNew && { edition: 'community' }),
    lua_version: 'none',
    pids: { master: process.pid, workers: processesOf(admin).map(({ pid }) => pid) },
    timers: { running: 0, pending: 0 },
    plugins: {
      available_on_server: Object.fromEntries(
        admin.plugins.map(({ name, priority }) => [name, isNew ? { version: version.text, priority } : true]),
      ),
      enabled_in_cluster: [...inUse],
    },
    configuration: configuration(admin),
  }
}

const units: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }

/** Without workers, the proxy is this process. */
const processesOf = ({ dataPlane }: Admin): readonly ProxyProcess[] =>
  dataPlane.processes?.() ?? [{ pid: process.pid, heapUsed: process.memoryUsage().heapUsed }]

function status(query: Readonly<Record<string, unknown>>, admin: Admin): Answer {
  const { declarative, store, traffic, dataPlane } = admin
  const unit = String(query['unit'] ?? 'm').toLowerCase()
  const scale = query['scale'] === undefined ? 2 : Number(query['scale'])
  const divisor = units[unit]
  if (divisor === undefined)
    return refuse(400, `invalid unit '${query['unit']}' (expected 'k/K', 'm/M', or 'g/G')`)
  if (Number.isNaN(scale) || scale < 0) return refuse(400, 'scale must be equal or greater than 0')
  const sizeOf = (bytes: number) =>
    unit === 'b' ? bytes : `${(bytes / divisor).toFixed(scale)} ${unit.toUpperCase()}iB`
  const memories = processesOf(admin).map(({ pid, heapUsed }) => ({
    pid,
    http_allocated_gc: sizeOf(heapUsed),
  }))
  return ok({
    // 3.x does not speak of a database that is not there.
    ...(!(declarative !== undefined && store.schemas.version.major >= 3) && {
      database: { reachable: true },
    }),
    ...(declarative && { configuration_hash: declarative.hash() }),
    memory: { lua_shared_dicts: {}, workers_lua_vms: memories },
    server: connections([traffic.now(), ...(dataPlane.traffic === undefined ? [] : [dataPlane.traffic()])]),
  })
}

/** In nginx's words: what is answered is written, what is idle waits. */
function connections(all: readonly Traffic[]) {
  const sum = (of: (one: Traffic) => number) => all.reduce((total, one) => total + of(one), 0)
  const [accepted, active, writing] = [
    sum(one => one.accepted),
    sum(one => one.active),
    sum(one => one.underWay),
  ]
  return {
    connections_accepted: accepted,
    connections_active: active,
    connections_handled: accepted,
    connections_reading: 0,
    connections_waiting: Math.max(0, active - writing),
    connections_writing: writing,
    total_requests: sum(one => one.requests),
  }
}

/** In the order of their segments: `/a`, `/a/z`, `/ab`. */
function pathsOf(endpoints: readonly Endpoint[]): string[] {
  const sortable = (path: string) => path.replaceAll('/', '\0')
  const paths = [
    ...new Set(endpoints.filter(endpoint => endpoint.unlisted !== true).map(endpoint => endpoint.path)),
  ]
  return paths.sort((a, b) => (sortable(a) < sortable(b) ? -1 : 1))
}
