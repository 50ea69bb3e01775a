/** The `servers` of an OpenAPI document as a service, and as an upstream where one address is not enough. */
import { isRecord } from '../../entities/language/values.ts'
import { DeckError } from '../../errors.ts'
import { listOf, recordOf, sortedJson, type Values } from './document.ts'

/** The input of a service, at one level of the document. */
export interface ServiceSource {
  readonly servers: readonly unknown[]
  readonly serviceDefaults: Values | undefined
  readonly upstreamDefaults: Values | undefined
}

/** How entities are marked. */
export interface Marking {
  readonly tags: readonly string[]
  /** Undefined with `--no-id`. */
  readonly idOf: (name: string) => string | undefined
}

interface Address {
  readonly scheme: string
  /** With its port, where one is known. */
  readonly host: string
  readonly path: string
}

export const withId = ({ idOf }: Marking, name: string): Values => {
  const id = idOf(name)
  return id === undefined ? {} : { id }
}

export interface Served {
  readonly service: Values & { readonly name: string; readonly routes: Values[] }
  readonly upstream?: Values
}

/** @param name of the service, which its id is made of */
export function createService(name: string, source: ServiceSource, marking: Marking): Served {
  const defaults = structuredClone(source.serviceDefaults ?? {})
  const given = defaults['protocol']
  const addresses = addressesOf(source.servers, typeof given === 'string' ? given : 'https')
  const [first = { scheme: 'https', host: 'localhost:443', path: '/' }] = addresses
  const protocol = typeof given === 'string' ? given : first.scheme
  const service = {
    path: first.path,
    port: portOf(first.host) ?? (protocol === 'http' ? 80 : 443),
    ...defaults,
    protocol,
    ...withId(marking, `${name}.service`),
    name,
    tags: marking.tags,
    plugins: [],
    routes: [] as Values[],
  }
  if (defaults['host'] !== undefined && defaults['host'] !== null) return { service }
  if (addresses.length === 1 && source.upstreamDefaults === undefined) {
    return { service: { ...service, host: hostname(first.host) } }
  }
  const upstream = createUpstream(`${name}.upstream`, source, marking)
  return { service: { ...service, host: upstream['name'] }, upstream }
}

function createUpstream(name: string, source: ServiceSource, marking: Marking): Values {
  const { tags } = marking
  const defaults = structuredClone(source.upstreamDefaults ?? {})
  const targets = defaults['targets'] ?? undefined
  return {
    ...defaults,
    ...withId(marking, name),
    name,
    tags,
    targets:
      targets === undefined
        ? addressesOf(source.servers, 'https').map(({ host }) => ({ target: host, tags }))
        : givenTargets(targets).map(target => ({ ...target, tags })),
  }
}

/** @throws DeckError (decK's words) */
function givenTargets(targets: unknown): Values[] {
  if (!Array.isArray(targets)) throw new DeckError("expected 'targets' to be an array")
  if (targets.every(isRecord)) return targets as Values[]
  throw new DeckError("expected entries in 'targets' to be objects")
}

/** Where two of these are equal, so are the services. */
export const serviceKey = ({ servers, serviceDefaults, upstreamDefaults }: ServiceSource): string =>
  sortedJson([addressesOf(servers, 'https'), serviceDefaults ?? null, upstreamDefaults ?? null])

/** At least one: without servers it is this very host. */
function addressesOf(servers: readonly unknown[], scheme: string): Address[] {
  const urls = servers.length === 0 ? ['/'] : servers.map(server => filledUrl(recordOf(server)))
  return urls.map(url => completed(parseUrl(url), scheme))
}

/** `{name}` → its default. @throws DeckError for a variable without a value */
function filledUrl({ url, variables }: Values): string {
  const text = typeof url === 'string' ? url : ''
  return text.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const given = recordOf(variables)
    const value = recordOf(given[name])['default']
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return `${value}`
    const why = name in given ? 'has no default' : 'is not defined'
    throw new DeckError(`server URL '${text}' cannot be a service: variable '${name}' ${why}`, {
      hint: `add it below the server: variables: {${name}: {default: …}}`,
    })
  })
}

/** Possible values of a service's `protocol`. */
const protocols = ['http', 'https', 'grpc', 'grpcs', 'tcp', 'tls', 'tls_passthrough', 'udp', 'ws', 'wss']

/** Letters, digits, dots, hyphens and underscores; an IPv6 address in brackets. */
const hostPattern = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::(\d+))?$/i

/** @throws DeckError for a server without a possible service */
export function refuseServer(server: unknown): void {
  if (!isRecord(server) || typeof server['url'] !== 'string' || server['url'] === '')
    throw new DeckError('a server must have a url')
  const url = filledUrl(server)
  const { scheme, host } = parseUrl(url)
  const refuse = (why: string): DeckError => new DeckError(`server URL '${url}' cannot be a service: ${why}`)
  if (scheme !== '' && !protocols.includes(scheme))
    throw refuse(`the protocol '${scheme}' is none of ${protocols.join(', ')}`)
  if (scheme !== '' && host === '') throw refuse('it has no host')
  const [matched, port] = hostPattern.exec(host) ?? []
  if (host !== '' && matched === undefined) throw refuse(`'${host}' is no host name`)
  if (port !== undefined && Number(port) > 65_535) throw refuse(`port ${port} is out of range`)
}

/** @throws DeckError for what is neither a whole URL nor a path */
function parseUrl(url: string): Address {
  const whole = /^([a-z][a-z0-9+.-]*):(?:\/\/(?:[^/?@]*@)?([^/?]*))?([^?]*)/i.exec(url)
  if (whole === null && !url.startsWith('/'))
    throw new DeckError(`failed to parse uri '${url}'`, { hint: 'write it with its scheme: https://…' })
  const [, scheme = '', host = '', path = ''] = whole ?? ['', '', '', url.replace(/\?.*/s, '')]
  return { scheme: scheme.toLowerCase(), host, path: path.startsWith('/') ? decoded(path) : '/' }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new DeckError(`failed to parse uri '${path}'; invalid URL escape`)
  }
}

/** The scheme by the port, else the one to take; the port by the scheme. */
function completed({ scheme, host, path }: Address, otherwise: string): Address {
  const given = host === '' ? 'localhost' : host
  const port = portOf(given)
  const known = scheme || ({ 80: 'http', 443: 'https' }[port ?? 0] ?? otherwise)
  const usual = { http: ':80', https: ':443' }[known] ?? ''
  return { scheme: known, host: port === undefined ? given + usual : given, path }
}

function portOf(host: string): number | undefined {
  const [, digits] = /:(\d+)$/.exec(host) ?? []
  return digits === undefined ? undefined : Number(digits)
}

const hostname = (host: string): string => host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1')

/** The `servers` of one level; empty where it has none. */
export const serversOf = ({ servers }: Values): readonly unknown[] => listOf(servers)
