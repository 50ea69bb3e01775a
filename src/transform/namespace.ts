/**
 * `deck file namespace`: puts all routes below one path, or adds hosts to them (decK 1.65). Where a route
 * hands the whole path on (`strip_path: false`), the upstream must not see the prefix: the service's own path
 * gives it up, or a pre-function plugin takes it off.
 */
import { DeckError, UsageError } from '../errors.ts'
import { type Content, recordsOf } from './owners.ts'

/** @throws UsageError for what cannot begin every path (decK's words) */
export function checkPrefix(prefix: string): void {
  if (prefix.startsWith('/') && prefix !== '/' && !prefix.startsWith('//')) return
  throw new UsageError(
    `invalid path-prefix '${prefix}': invalid namespace; the namespace MUST start with '/', and cannot be empty, got: '${prefix}'`,
  )
}

/** Input of both operations, for paths and for hosts. */
export interface RouteChoice {
  /** The records of the selectors; absent: all routes. */
  readonly selected: readonly unknown[] | undefined
  readonly allowNone: boolean
}

/** decK's words. */
export const noRoutes = 'no routes matched the selectors (use --allow-empty-selectors to suppress this error)'

/** @throws DeckError where none is left, or something else than routes was selected */
function chosenRoutes(content: Content, { selected, allowNone }: RouteChoice): Content[] {
  const routes = recordsOf(content, 'routes')
  const strays = (selected ?? []).filter(part => !routes.includes(part as Content)).length
  if (strays > 0) throw new DeckError(`the selectors returned non-route entities; ${strays}`)
  const chosen = selected === undefined ? routes : routes.filter(route => selected.includes(route))
  if (chosen.length > 0 || allowNone) return chosen
  throw new DeckError(noRoutes)
}

export function addHosts(
  content: Content,
  choice: RouteChoice,
  hosts: readonly string[],
  clear: boolean,
): void {
  for (const route of chosenRoutes(content, choice)) {
    const { hosts: there } = route
    if (there === undefined ? hosts.length === 0 : !Array.isArray(there)) continue
    route['hosts'] = [...new Set([...(clear ? [] : ((there as unknown[] | undefined) ?? [])), ...hosts])]
  }
}

/** `/x` below `/kong` → `/kong/x`; `~/x$` → `~/kong/x$`. */
export function addPathPrefix(content: Content, choice: RouteChoice, prefix: string): void {
  const changed = new Set(chosenRoutes(content, choice).filter(route => prefixRoute(route, prefix)))
  for (const owner of whereToStrip(content, changed)) {
    if (!shortenServicePath(owner, prefix)) appendPlugin(owner, stripPlugin(prefix))
  }
}

/** @returns whether the upstream would see the prefix now */
function prefixRoute(route: Content, prefix: string): boolean {
  const { paths = [], strip_path = true } = route
  if (!Array.isArray(paths)) return false
  route['paths'] = paths.length === 0 ? [prefix] : paths.map(path => prefixPath(String(path), prefix))
  return strip_path !== true
}

function prefixPath(path: string, prefix: string): string {
  const mark = path.startsWith('~') ? '~' : ''
  const plain = path.slice(mark.length)
  const isRoot = plain === '/' || (mark === '~' && plain === '/$')
  const slash = prefix.endsWith('/') || isRoot ? '' : '/'
  return `${mark}${prefix}${slash}${plain.replace(/^\//, '')}`
}

/** A service where all of its routes need it; else the routes themselves. */
function whereToStrip(content: Content, changed: ReadonlySet<Content>): Content[] {
  const services = recordsOf(content, 'services')
  const all = recordsOf(content, 'routes').map(route => ({ route, service: serviceOf(route, services) }))
  const mixed = new Set(all.filter(({ route }) => !changed.has(route)).map(({ service }) => service))
  const owners = all
    .filter(({ route }) => changed.has(route))
    .map(({ route, service }) => (service === undefined || mixed.has(service) ? route : service))
  return [...new Set(owners)]
}

function serviceOf(route: Content, services: readonly Content[]): Content | undefined {
  const holds = ({ routes }: Content) => Array.isArray(routes) && routes.includes(route)
  const { service } = route
  return (
    services.find(holds) ??
    (typeof service === 'string'
      ? (services.find(({ id }) => id === service) ?? services.find(({ name }) => name === service))
      : undefined)
  )
}

/** `/base/kong/` below `/kong` → `/base/`: the prefix comes with the request now. */
function shortenServicePath(owner: Content, prefix: string): boolean {
  const { path } = owner
  if (typeof path !== 'string') return false
  const [whole, end] = [withSlash(path), withSlash(prefix)]
  if (whole === '/' || !whole.endsWith(end)) return false
  owner['path'] = `${whole.slice(0, -end.length)}/`
  return true
}

const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`)

function appendPlugin(owner: Content, plugin: Content): void {
  const { plugins = [] } = owner
  if (Array.isArray(plugins)) owner['plugins'] = [...plugins, plugin]
}

/**
 * Takes the first occurrence of the prefix, as a whole segment, out of the path that goes to the upstream.
 */
function stripPlugin(prefix: string): Content {
  const bare = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix
  const quoted = JSON.stringify(bare)
  const lua = `-- takes the prefix ${bare} off the path for the upstream
local prefix = ${quoted}
local uri = ngx.var.upstream_uri
local from, to = uri:find(prefix .. "/", 1, true)
if from then
  uri = uri:sub(1, from) .. uri:sub(to + 1)
elseif uri:sub(-#prefix) == prefix then
  uri = uri:sub(1, -#prefix - 1)
  if uri == "" then uri = "/" end
end
ngx.var.upstream_uri = uri`
  return { name: 'pre-function', config: { access: [lua] } }
}
