/**
 * The conditions of routes beside host and path, as keys by which an index finds routes: a request can match a
 * route only if it has one key of each of the route's conditions. The converse is not true: keys are coarser
 * than conditions, so that a request has few of them.
 */
import { isIPv4 } from 'node:net'
import type { Route } from '../../entities/kinds/route.ts'
import { asBytes, lowerAscii } from '../../entities/regex/regex.ts'
import { reader } from './expression-match.ts'
import type { Address, RouterRequest } from './router.ts'

/** The keys of the values of which a request has one. */
export type Condition = readonly string[]

type Conditions = Pick<Route, 'methods' | 'headers' | 'snis' | 'sources' | 'destinations'>

export function conditionsOf({ methods, headers, snis, sources, destinations }: Conditions): Condition[] {
  const all = [
    methods?.map(methodKey),
    ...Object.entries(headers ?? {}).map(([name, values]) => headerKeys(name, values)),
    serverNameKeys(snis),
    addressKeys('source', sources),
    addressKeys('destination', destinations),
  ]
  return all.flatMap(keys => (keys === undefined || keys.length === 0 ? [] : [[...new Set(keys)]]))
}

/** All keys that a request has. */
export function keysOfRequest(request: RouterRequest): string[] {
  const { method, headers, connection } = request
  return [
    methodKey(method),
    ...headers.flatMap(([name, value]) => [nameKey(name), valueKey(name, value)]),
    ...(connection.protocol === 'http' ? [withoutTls] : []),
    ...serverNameParts(connection.serverName ?? ''),
    ...keysOfAddress('source', connection.source),
    ...keysOfAddress('destination', connection.destination),
    portKey('destination', Number(destinationPort(request)[0])),
  ]
}

const methodKey = (method: string): string => `method ${method}`

/** A dash and an underscore are the same: `header-values.ts` says which name finds which. */
const nameKey = (name: string): string => `header ${name.toLowerCase().replaceAll('-', '_')}`

const valueKey = (name: string, value: string): string => `${nameKey(name)}=${folded(value)}`

/** Equal for values that one of the routers takes for equal, whatever it makes of letters beyond ASCII. */
const folded = (value: string): string => lowerAscii(value).replace(/[^\0-\x7f]+/g, '?')

/** Of a regular expression only the header's name is sure. */
const headerKeys = (name: string, values: readonly string[]): string[] =>
  values.some(value => value.startsWith('~*'))
    ? [nameKey(name)]
    : values.map(value => valueKey(name, asBytes(value)))

/** Without TLS the server names of a route do not count. */
const withoutTls = 'no TLS'

/** @returns undefined where a wildcard does not stand for whole labels */
function serverNameKeys(names: readonly string[] | null | undefined): string[] | undefined {
  if (!names?.length || names.some(name => /[^.]\*$|^\*[^.]/.test(name))) return undefined
  return [withoutTls, ...names.map(name => serverNameKey(name.replaceAll(/^\*|\*$|(?<=.)\.$/g, '')))]
}

const serverNameKey = (part: string): string => `server name ${part}`

/** `a.b.example`: itself, `a.`, `a.b.`, `.b.example`, `.example`. */
function serverNameParts(name: string): string[] {
  const dots = [...name].flatMap((letter, at) => (letter === '.' ? [at] : []))
  const parts = dots.flatMap(at => [name.slice(0, at + 1), name.slice(at)])
  return [name, ...parts].map(serverNameKey)
}

type Side = 'source' | 'destination'

const destinationPort = reader('net.dst.port')

/** By the address where there is one. */
function addressKeys(side: Side, all: Route['sources']): string[] | undefined {
  const keys = (all ?? []).map(({ ip, port }) => {
    if (ip !== null) return networkKey(side, ip)
    return port === null ? undefined : portKey(side, port)
  })
  return keys.includes(undefined) ? undefined : keys.filter(key => key !== undefined)
}

const portKey = (side: Side, port: number): string => `${side} port ${port}`

/** The networks are those of whole bytes, so that an address is in few. */
const networkSizes = [8, 16, 24, 32]

/** @returns undefined for networks greater than all that have keys, and for IPv6 */
function networkKey(side: Side, ip: string): string | undefined {
  const [address = '', bits = '32'] = ip.split('/')
  const size = networkSizes.findLast(one => one <= Number(bits))
  return isIPv4(address) && size !== undefined ? keyOfNetwork(side, address, size) : undefined
}

const keyOfNetwork = (side: Side, address: string, size: number): string =>
  `${side} ${address
    .split('.')
    .slice(0, size / 8)
    .join('.')}`

function keysOfAddress(side: Side, client: Address | undefined): string[] {
  if (client === undefined) return []
  // Node has the addresses of IPv4 clients at an IPv6 port in this form.
  const address = client.ip.replace(/^::ffff:/i, '')
  const networks = isIPv4(address) ? networkSizes.map(size => keyOfNetwork(side, address, size)) : []
  return [...networks, portKey(side, client.port)]
}
