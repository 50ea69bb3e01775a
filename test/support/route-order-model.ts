/**
 * The route that Kong finds, by the simplest method: each request is compared with all routes. Routes have
 * paths, methods, hosts, headers and server names; regexes and header values mean the same in all languages.
 */
import { uuidV5 } from '../../src/entities/text/uuid.ts'

export interface ModelRoute {
  readonly id: string
  readonly created_at: number
  readonly paths: readonly string[]
  readonly methods: readonly string[]
  readonly hosts: readonly string[]
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly snis: readonly string[]
  readonly regex_priority: number
}

export interface ModelRequest {
  readonly path: string
  readonly method: string
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
  /** Undefined: the request comes without TLS. */
  readonly serverName: string | undefined
}

const isRegex = (path: string) => path.startsWith('~')
const fitsPath = (path: string, asked: string) =>
  isRegex(path) ? new RegExp(`^(?:${path.slice(1)})`).test(asked) : asked.startsWith(path)
const fitsHost = (host: string, asked: string) =>
  new RegExp(`^${host.replaceAll('.', '\\.').replace('*', '.+')}$`).test(asked)
const fitsHeaders = (headers: ModelRoute['headers'], asked: ModelRequest['headers']) =>
  Object.entries(headers).every(([name, values]) => values.includes(asked[name] ?? ''))

function fits(route: ModelRoute, paths: readonly string[], request: ModelRequest): boolean {
  const { methods, hosts, snis, headers } = route
  return (
    (paths.length === 0 || paths.some(path => fitsPath(path, request.path))) &&
    (methods.length === 0 || methods.includes(request.method)) &&
    (hosts.length === 0 || hosts.some(host => fitsHost(host, request.host))) &&
    (snis.length === 0 || request.serverName === undefined || snis.includes(request.serverName)) &&
    fitsHeaders(headers, request.headers)
  )
}

const asked = ({ paths, methods, hosts, headers, snis }: ModelRoute) => ({
  host: hosts.length > 0,
  header: Object.keys(headers).length > 0,
  path: paths.length > 0,
  method: methods.length > 0,
  serverName: snis.length > 0,
})
const count = (things: ReturnType<typeof asked>) => Object.values(things).filter(Boolean).length
const hasPlainHosts = ({ hosts }: ModelRoute) => hosts.length > 0 && !hosts.some(host => host.includes('*'))

/** 3.9's `traditional_compatible`. */
export function winnerByPriority(routes: readonly ModelRoute[], request: ModelRequest): string | undefined {
  const parts = routes.flatMap(route => {
    const kinds = [...new Set(route.paths.map(path => (isRegex(path) ? 0 : path.length)))]
    if (kinds.length < 2) return [{ route, paths: route.paths, id: route.id }]
    return kinds.map((kind, at) => ({
      route,
      paths: route.paths.filter(path => (isRegex(path) ? 0 : path.length) === kind),
      id: uuidV5('7f145bf9-0dce-4f91-98eb-debbce4b9f6b', `${route.id}#${at + 1}`),
    }))
  })
  const fitting = parts.filter(({ route, paths }) => fits(route, paths, request))
  const ranked = fitting.map(part => ({ ...part, rank: [...rankOf(part), part.id] }))
  return ranked.sort((a, b) => compareRanks(b.rank, a.rank))[0]?.route.id
}

/** Sign, plain hosts, regex, and all that is left in 32 bits. */
function rankOf({ route, paths }: { route: ModelRoute; paths: readonly string[] }): number[] {
  const [first] = paths
  const regex = first !== undefined && isRegex(first)
  const shifted = (value: number, by: number) => Number(BigInt.asIntN(32, BigInt(value) * 2n ** BigInt(by)))
  const numbers = [
    shifted(count(asked(route)), 29),
    shifted(Object.keys(route.headers).length, 20),
    regex ? shifted(route.regex_priority, 19) : 0,
    regex || first === undefined ? 0 : first.length,
  ]
  const isNegative = numbers.some(number => number < 0)
  if (isNegative && !regex && !hasPlainHosts(route)) return [1, 0, 0, 0]
  const rest = numbers.filter(number => number > 0).reduce((all, number) => all | number, 0)
  return [Number(isNegative), Number(hasPlainHosts(route)), Number(regex), rest]
}

function compareRanks(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  const at = a.findIndex((one, index) => one !== b[index])
  const [one = 0, other = 0] = [a[at], b[at]]
  return at < 0 ? 0 : one < other ? -1 : 1
}

/** One path of a route, as the traditional router of 2.8 and 3.9 has it. */
interface Part {
  readonly route: ModelRoute
  readonly path: string | undefined
}

/** 2.8, and 3.9's `traditional`. Routes are of different ages, and have at most one header and one regex. */
export function winnerByCategory(routes: readonly ModelRoute[], request: ModelRequest): string | undefined {
  const parts = routes.flatMap((route): Part[] =>
    (route.paths.length === 0 ? [undefined] : route.paths).map(path => ({ route, path })),
  )
  parts.sort((a, b) => compareRanks(orderOf(b), orderOf(a)))
  const hits = hitsOf(parts, request)
  if (hits.category === '') return undefined
  const categories = [...new Set(parts.map(({ route }) => categoryOf(asked(route))))]
  categories.sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  const start = Math.max(categories.indexOf(hits.category), 0)
  for (const category of categories.slice(start)) {
    const ofCategory = parts.filter(({ route }) => categoryOf(asked(route)) === category)
    const first = [...smallest(ofCategory, request, hits), ...ofCategory].find(({ route, path }) =>
      fits(route, path === undefined ? [] : [path], request),
    )
    if (first !== undefined) return first.route.id
  }
  return undefined
}

/** In Kong's order of importance: `hdp` is host, header and path, in letters that sort so. */
const categoryOf = (things: ReturnType<typeof asked>): string =>
  (things.host ? 'a' : '') +
  (things.header ? 'b' : '') +
  (things.path ? 'c' : '') +
  (things.method ? 'd' : '') +
  (things.serverName ? 'e' : '')

function orderOf({ route, path }: Part): number[] {
  const regex = path !== undefined && isRegex(path)
  return [
    Number(hasPlainHosts(route)),
    Number(regex),
    Object.keys(route.headers).length,
    regex ? route.regex_priority : 0,
    regex ? 0 : (path?.length ?? 0),
    -route.created_at,
  ]
}

function hitsOf(parts: readonly Part[], request: ModelRequest) {
  const hosts = parts.flatMap(({ route }) => route.hosts)
  const wildcard = hosts.find(host => host.includes('*') && fitsHost(host, request.host))
  const isPlain = hosts.includes(request.host)
  const header = parts
    .flatMap(({ route }) => Object.keys(route.headers))
    .find(name => request.headers[name] !== undefined)
  const paths = parts.flatMap(({ path }) =>
    path !== undefined && fitsPath(path, request.path) ? [path] : [],
  )
  const path = paths.find(isRegex) ?? paths.sort((a, b) => b.length - a.length)[0]
  const category = categoryOf({
    host: isPlain || wildcard !== undefined,
    header: header !== undefined,
    path: path !== undefined,
    method: parts.some(({ route }) => route.methods.includes(request.method)),
    serverName: parts.some(({ route }) => route.snis.includes(request.serverName ?? '')),
  })
  return { category, host: isPlain ? request.host : wildcard, header, path }
}

function smallest(parts: readonly Part[], request: ModelRequest, hits: ReturnType<typeof hitsOf>): Part[] {
  const { header = '', host = '', path = '' } = hits
  const ofHeader = parts.filter(({ route }) => header in route.headers)
  if (ofHeader.length > 0) return ofHeader
  const sets = [
    parts.filter(({ route }) => route.hosts.includes(host)),
    parts.filter(part => part.path === path),
    parts.filter(({ route }) => route.methods.includes(request.method)),
    parts.filter(({ route }) => route.snis.includes(request.serverName ?? '')),
  ]
  return sets.filter(set => set.length > 0).sort((a, b) => a.length - b.length)[0] ?? []
}
