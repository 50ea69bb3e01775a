/**
 * The browsers that may use the Admin API: only those that show an own page. Kong accepts all pages. This
 * gateway runs on people's own machines, where any web page in the browser could reach it. Refused are
 * requests of foreign pages (by `Origin`) and host names of an attacker that resolve to this machine (DNS
 * rebinding, by `Host`). Clients that are not browsers send neither.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

export interface GuardOptions {
  /** Where the Admin API listens. */
  readonly host: string
  /** `https://page.example:8443`, or `*` for all. */
  readonly origins: readonly string[]
  /** `gateway.example`, `*.example`, or `*` for all. */
  readonly hosts: readonly string[]
}

export interface Guard {
  /** Why a request is refused; undefined where it is not. */
  refusal(method: string, headers: IncomingHttpHeaders): string | undefined
  /** Whether a page of that origin may read responses. Undefined: the request is not from a page. */
  maySee(origin: string | undefined, host: string | undefined): boolean
}

const reads = new Set(['GET', 'HEAD', 'OPTIONS'])

export function createGuard({ host: listening, origins, hosts }: GuardOptions): Guard {
  const isOwn = ownNames(listening)
  const isAllowedHost = (name: string) =>
    isOwn(name) ||
    hosts.some(one => one === '*' || one === name || (one.startsWith('*.') && name.endsWith(one.slice(1))))

  /** Clients other than browsers may omit the header. */
  const isRightHost = (host: string | undefined) => {
    if (host === undefined || host === '') return true
    const url = host.includes('/') ? undefined : urlOf(`http://${host}`)
    return hosts.includes('*') || (url !== undefined && isAllowedHost(url.hostname))
  }

  const maySee: Guard['maySee'] = (origin, host) => {
    if (origin === undefined || origins.includes('*') || origins.includes(origin.toLowerCase())) return true
    const url = urlOf(origin)
    if (url === undefined || !/^https?:$/.test(url.protocol)) return false
    // The same host and port: a page beside the Admin API, under an allowed name.
    return (
      origins.includes(url.origin) ||
      isOwn(url.hostname) ||
      (url.host === host?.toLowerCase() && isRightHost(host))
    )
  }

  return {
    maySee,
    refusal: (method, { host, origin, 'sec-fetch-site': site }) => {
      if (!isRightHost(host)) {
        return `${JSON.stringify(host)} is not a name of this gateway; deck serve --admin-allow-host allows it`
      }
      if (reads.has(method)) return undefined
      if (origin === undefined && site === 'cross-site')
        return 'pages of other sites may not change this gateway'
      return maySee(origin, host)
        ? undefined
        : `pages of ${JSON.stringify(origin)} may not change this gateway; deck serve --admin-allow-origin allows them`
    },
  }
}

/** Without a name for a user, which would hide that of the host; and names end without a dot. */
function urlOf(text: string): URL | undefined {
  if (!/^[\w.:/[\]-]+$/.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  url.hostname = url.hostname.replace(/\.$/, '')
  return url
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** The host of a URL as an address: `[::1]` becomes `::1`. */
const bare = (name: string): string => name.replace(/^\[|\]$/g, '').toLowerCase()

const everyAddress = new Set(['0.0.0.0', '::'])

/** Names and addresses that cannot resolve elsewhere: those of this machine, and of the listeners. */
function ownNames(listening: string): (name: string) => boolean {
  const own = bare(listening)
  return given => {
    const name = bare(given)
    const family = isIP(name)
    if (family !== 0 && loopback.check(name, family === 6 ? 'ipv6' : 'ipv4')) return true
    if (name === 'localhost' || name.endsWith('.localhost')) return true
    // A request to no address in particular ends at this machine.
    if (name === own || everyAddress.has(name)) return true
    return everyAddress.has(own) && isOfThisMachine(name)
  }
}

/** Looked up each time: addresses come and go. */
function isOfThisMachine(name: string): boolean {
  const machine = hostname().toLowerCase()
  if (name === machine || name === `${machine}.local`) return true
  const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  return addresses.some(({ address }) => address.replace(/%.*$/, '').toLowerCase() === name)
}
