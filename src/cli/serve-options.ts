/** The options of `deck serve`, from its flags. */
import { type RouterFlavor, routerFlavors, stockFlavor } from '../entities/expressions/router-flavors.ts'
import type { Version } from '../entities/language/define.ts'
import { parseVersion } from '../entities/language/versions.ts'
import { hostAndPort } from '../entities/text/addresses.ts'
import { UsageError } from '../errors.ts'
import type { NameServer } from '../gateway/dns/query.ts'
import { parseServer } from '../gateway/dns/system.ts'
import type { GatewayOptions } from '../gateway/gateway.ts'
import { readText } from './settings.ts'

type Flags = Readonly<Record<string, unknown>>
type Listen = GatewayOptions['adminListen']

/** @example listenAddress('admin-listen', '127.0.0.1:0') // { host: '127.0.0.1', port: 0 } */
export function listenAddress(flag: string, text: string): Listen {
  const match = /^(?:(\[[^\]]+\]|[^:]*):)?(\d+)$/.exec(text)
  const port = Number(match?.[2])
  if (match === null || port > 65535) {
    throw new UsageError(`--${flag}: ${JSON.stringify(text)} is not of the form host:port`, {
      hint: 'for example 127.0.0.1:8001',
    })
  }
  const host = (match[1] ?? '').replace(/^\[|\]$/g, '')
  return host === '' ? { port } : { host, port }
}

/** `NAME:PORT=ADDRESS:PORT`: traffic for the first goes to the second. */
export function resolveMap(given: readonly string[]): Map<string, { host: string; port: number }> {
  return new Map(
    given.map(text => {
      const [from = '', to = ''] = text.split('=')
      const address = hostAndPort(to)
      if (hostAndPort(from) === undefined || address === undefined) {
        throw new UsageError(`--resolve: ${JSON.stringify(text)} is not of the form host:port=address:port`, {
          hint: "for example --resolve 'httpbin.org:80=127.0.0.1:9001'",
        })
      }
      return [from.toLowerCase(), address] as const
    }),
  )
}

/** @throws UsageError for what no browser sends as `Origin` */
function allowedOrigin(text: string): string {
  const origin = text.toLowerCase().replace(/\/$/, '')
  if (/^(?:\*|null|[a-z][a-z\d+.-]*:\/\/[^/?#@\s]+)$/.test(origin)) return origin
  throw new UsageError(`--admin-allow-origin: ${JSON.stringify(text)} is not an origin`, {
    hint: 'for example https://manager.example:8443, without a path; * allows all',
  })
}

/** @throws UsageError for an invalid host name */
function allowedHost(text: string): string {
  const host = text.toLowerCase().replace(/\.$/, '')
  if (/^(?:\*|(?:\*\.)?[\w.-]+|\[[\da-f:.]+\])$/.test(host)) return host
  throw new UsageError(`--admin-allow-host: ${JSON.stringify(text)} is not a host`, {
    hint: 'for example gateway.example or *.example, without a port; * allows all',
  })
}

/** `ADDRESS[:PORT]`; port 53 where it says none. */
function nameServer(text: string): NameServer {
  const server = parseServer(text)
  if (server !== undefined) return server
  throw new UsageError(`--dns-resolver: ${JSON.stringify(text)} is not of the form address:port`, {
    hint: 'for example 127.0.0.1:5353; a name server is named by its IP address',
  })
}

/**
 * @throws UsageError naming the flag that is wrong
 */
export async function gatewayOptions(flags: Flags, log: (line: string) => void): Promise<GatewayOptions> {
  const version = parseVersion(String(flags['kong-version']))
  if (version === undefined)
    throw new UsageError(`--kong-version: ${JSON.stringify(flags['kong-version'])} is not a version of Kong`)
  const listen = (flag: string): Listen => listenAddress(flag, String(flags[flag]))
  const dataDir = flags['data']
  const nameServers = ((flags['dns-resolver'] as string[] | undefined) ?? []).map(nameServer)
  const routerFlavor = flavorOf(String(flags['router-flavor'] ?? stockFlavor), version)
  return {
    adminListen: listen('admin-listen'),
    adminAllow: {
      origins: ((flags['admin-allow-origin'] as string[] | undefined) ?? []).map(allowedOrigin),
      hosts: ((flags['admin-allow-host'] as string[] | undefined) ?? []).map(allowedHost),
    },
    proxyListen: listen('proxy-listen'),
    ...proxyTlsListen(flags),
    version,
    routerFlavor,
    ...(await withoutDatabase(flags)),
    resolve: resolveMap((flags['resolve'] as string[] | undefined) ?? []),
    ...(nameServers.length > 0 && { nameServers }),
    log,
    ...(typeof dataDir === 'string' && { dataDir }),
  }
}

/** Beside the proxy, as far from it as Kong's 8443 is from 8000; `off`: not at all. */
function proxyTlsListen(flags: Flags): Pick<GatewayOptions, 'proxyTlsListen'> {
  const given = flags['proxy-tls-listen']
  if (given === 'off') return {}
  if (given !== undefined) return { proxyTlsListen: listenAddress('proxy-tls-listen', String(given)) }
  const { port, ...host } = listenAddress('proxy-listen', String(flags['proxy-listen']))
  const beside = port === 0 ? 0 : port + 443
  return beside > 65_535 ? {} : { proxyTlsListen: { ...host, port: beside, implied: true } }
}

function flavorOf(text: string, version: Version): RouterFlavor {
  const flavor = routerFlavors.find(one => one === text) ?? stockFlavor
  if (version.major < 3 && flavor !== stockFlavor) {
    throw new UsageError(`--router-flavor: Kong ${version.text} has only the traditional router`, {
      hint: 'omit the flag, or choose --kong-version 3.9',
    })
  }
  return flavor
}

/**
 * Without a database the configuration is one file, in Kong's own format; state files are synced into it as
 * one.
 */
async function withoutDatabase(
  flags: Flags,
): Promise<Pick<GatewayOptions, 'database' | 'declarativeConfig'>> {
  const file = flags['declarative-config']
  if (flags['db-less'] !== true && file === undefined) return {}
  if (file === undefined) return { database: 'off' }
  const text = await readText(String(file), '--declarative-config')
  return { database: 'off', declarativeConfig: text }
}
