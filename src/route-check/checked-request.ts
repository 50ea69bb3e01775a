/**
 * A request as the command line names it (`GET https://a.example/b -H 'x: 1'`), in the form that the
 * gateway's router reads.
 */
import { isIP } from 'node:net'
import { UsageError } from '../errors.ts'
import { normalisePath } from '../gateway/exchange/paths.ts'
import type { RouterRequest } from '../gateway/router/router.ts'

export interface RequestText {
  readonly method: string
  /** Whole, or from the path on. */
  readonly url: string
  /** `name: value` */
  readonly headers: readonly string[]
  readonly clientIp?: string | undefined
  /** Server name of the TLS handshake. Default: the host of an https URL. */
  readonly sni?: string | undefined
}

/** Kong's own ports, which a route's host with a port is compared with where the URL names none. */
const listening = { http: 8000, https: 8443 } as const

/** @throws UsageError for what no client can send */
export function readRequest({ method, url, headers, clientIp, sni }: RequestText): RouterRequest {
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(method))
    throw new UsageError(`method ${JSON.stringify(method)} is not an HTTP method`, {
      hint: 'the order is: FILE... METHOD URL',
    })
  const { protocol: scheme, authority, target } = splitUrl(url)
  if (clientIp !== undefined && isIP(clientIp) === 0)
    throw new UsageError(`--client-ip: ${JSON.stringify(clientIp)} is not an IP address`)
  const read = headers.map(readHeader)
  const host = read.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? authority ?? 'localhost'
  const mark = target.indexOf('?')
  const rawPath = mark === -1 ? target : target.slice(0, mark)
  const port = listening[scheme]
  return {
    method: method.toUpperCase(),
    path: normalisePath(rawPath),
    query: mark === -1 ? undefined : target.slice(mark + 1),
    host: host.replace(/^[^@]*@/, ''),
    headers: read.filter(([name]) => name.toLowerCase() !== 'host'),
    port,
    connection: {
      protocol: scheme,
      serverName: scheme === 'https' ? (sni ?? serverNameOf(authority ?? host)) : undefined,
      source: { ip: clientIp ?? '127.0.0.1', port: 50_000 },
      destination: { ip: '127.0.0.1', port },
    },
  }
}

export interface SplitUrl {
  readonly protocol: 'http' | 'https'
  /** Host and port; undefined where the URL is a path alone. */
  readonly authority: string | undefined
  /** The path with its query, as clients send it. */
  readonly target: string
}

/** @throws UsageError for what is not a URL */
export function splitUrl(url: string): SplitUrl {
  const [, scheme = 'http', authority, rest] =
    /^(?:(https?):\/\/([^/?#\s]+))?([^#\s]*)(?:#\S*)?$/i.exec(url) ?? []
  if (rest === undefined || (authority === undefined && !rest.startsWith('/')))
    throw new UsageError(`URL ${JSON.stringify(url)} is neither http://HOST/PATH nor /PATH`)
  const protocol = scheme.toLowerCase() === 'https' ? 'https' : 'http'
  return { protocol, authority, target: encoded(rest.startsWith('/') ? rest : `/${rest}`) }
}

/** As clients send what is beyond ASCII. */
const encoded = (path: string): string =>
  path.replace(/[^\x21-\x7e]+/gu, characters => encodeURIComponent(characters))

/** An IP address is never a server name (RFC 6066, section 3). */
function serverNameOf(authority: string): string | undefined {
  const name = authority.replace(/^[^@]*@/, '').replace(/:\d+$/, '')
  return isIP(name.replace(/^\[|\]$/g, '')) > 0 ? undefined : name.toLowerCase()
}

function readHeader(text: string): [name: string, value: string] {
  const [, name, value = ''] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*?)\s*$/s.exec(text) ?? []
  if (name !== undefined) return [name, value]
  throw new UsageError(`--header: ${JSON.stringify(text)} is not of the form name: value`)
}
