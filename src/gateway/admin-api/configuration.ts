/**
 * The node's configuration as `GET /` returns it, with the names of kong.conf: the settings that this
 * gateway has, without nginx directives.
 */
import type { Admin, Values } from './endpoint.ts'

/** Where one of the gateway's servers listens. */
export interface Listener {
  readonly of: 'admin' | 'proxy' | 'admin_gui' | 'stream' | 'status'
  readonly host: string
  readonly port: number
  readonly tls?: boolean
}

export function configuration(admin: Admin): Values {
  const { version, routerFlavor } = admin.store.schemas
  const isNew = version.major >= 3
  const listeners = admin.listeners()
  return {
    database: admin.declarative === undefined ? 'postgres' : 'off',
    role: 'traditional',
    ...(isNew && { router_flavor: routerFlavor }),
    plugins: ['bundled'],
    loaded_plugins: Object.fromEntries(admin.plugins.map(({ name }) => [name, true])),
    vaults: [isNew ? 'bundled' : 'off'],
    loaded_vaults: isNew ? { env: true } : {},
    anonymous_reports: false,
    log_level: 'notice',
    // Every change acts at once.
    worker_consistency: 'strict',
    ...listening('admin', listeners),
    ...listening('proxy', listeners),
    ...listening('stream', listeners),
    ...listening('status', listeners),
    ...(isNew && listening('admin_gui', listeners)),
  }
}

function listening(of: Listener['of'], all: readonly Listener[]): Values {
  const own = all.filter(listener => listener.of === of)
  const sslEnabled = of === 'stream' ? 'stream_proxy_ssl_enabled' : `${of}_ssl_enabled`
  return {
    [`${of}_listen`]: own.length === 0 ? ['off'] : own.map(textOf),
    // Lua prints an empty list as a record.
    [`${of}_listeners`]: own.length === 0 ? {} : own.map(entryOf),
    [sslEnabled]: own.some(({ tls }) => tls === true),
  }
}

const textOf = ({ host, port, tls }: Listener): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}${tls === true ? ' ssl' : ''}`

/** Unsupported flags of nginx's `listen` are reported as off, as in Kong. */
const entryOf = (listener: Listener): Values => ({
  listener: textOf(listener),
  ip: listener.host,
  port: listener.port,
  ssl: listener.tls === true,
  http2: listener.tls === true,
  proxy_protocol: false,
  deferred: false,
  bind: false,
  reuseport: false,
})
