/**
 * `deck file convert`: a file for one version of Kong → the same for a later one (decK 1.65). It prints what
 * it changed, so that a person can check it.
 */
import { createHash, randomUUID } from 'node:crypto'
import { DeckError } from '../../errors.ts'
import { type Content, isContent, recordsOf } from '../owners.ts'
import { since34, since310, since314 } from './plugin-changes.ts'
import { rewritePlugins } from './rewrite-plugins.ts'

export const sources = ['kong-gateway', 'kong-gateway-2.x', '2.8', '3.4', '3.10'] as const
export const destinations = ['konnect', 'kong-gateway-3.x', '3.4', '3.10', '3.14'] as const

type Step = (content: Content) => string[]

const steps: Readonly<Record<string, readonly Step[]>> = {
  'kong-gateway → konnect': [toServicePackages],
  'kong-gateway-2.x → kong-gateway-3.x': [markRegexPaths, nameRateLimits, raiseVersion],
  '2.8 → 3.4': [markRegexPaths, nameRateLimits, raiseVersion, content => rewritePlugins(content, since34)],
  '3.4 → 3.10': [content => rewritePlugins(content, since310)],
  '3.10 → 3.14': [keepRouteProtocols, keepServicesUnverified, content => rewritePlugins(content, since314)],
}

/**
 * @param content is changed
 * @returns the changes, a line or paragraph each
 * @throws DeckError for unsupported versions, or if an old and a new field contradict each other
 */
export function convert(content: Content, from: string, to: string): string[] {
  const found = steps[`${from} → ${to}`]
  if (found === undefined) throw new DeckError(`cannot convert from '${from}' to '${to}' format`)
  dropEmpty(content)
  return found.flatMap(step => step(content))
}

/** Drops empty arrays at the top and empty configurations (decK 1.65). */
function dropEmpty(content: Content): void {
  for (const plugin of recordsOf(content, 'plugins')) {
    if (isContent(plugin['config']) && Object.keys(plugin['config']).length === 0) delete plugin['config']
  }
  for (const [key, value] of Object.entries(content)) {
    if (Array.isArray(value) && value.length === 0) delete content[key]
  }
}

/**
 * Kong 3.0 takes a path for a regular expression only where it begins with `~`; in 2.x its characters said
 * so.
 */
function markRegexPaths(content: Content): string[] {
  const isOldRegex = (path: unknown): path is string =>
    typeof path === 'string' && !path.startsWith('~/') && /[^a-zA-Z0-9._~/%-]/.test(path)
  const changed = recordsOf(content, 'routes').filter(
    ({ paths }) => Array.isArray(paths) && paths.some(isOldRegex),
  )
  for (const route of changed) {
    const paths = route['paths'] as unknown[]
    route['paths'] = paths.map(path => (isOldRegex(path) ? `~${path}` : path))
  }
  if (changed.length === 0) return []
  const names = changed.slice(0, 10).map(({ id, name }) => `  ${String(name ?? id ?? '(no name)')}`)
  const more = changed.length > names.length ? ['  …'] : []
  return [
    [
      `${changed.length} routes have paths that are regular expressions; they begin with '~' now, as Kong 3.0 wants it:`,
      ...names,
      ...more,
    ].join('\n'),
  ]
}

/** From 3.0 on this plugin needs a namespace. One derived from its place is the same in each run. */
function nameRateLimits(content: Content): string[] {
  const plugins = recordsOf(content, 'plugins').filter(({ name }) => name === 'rate-limiting-advanced')
  for (const [index, { config }] of plugins.entries()) {
    if (!isContent(config) || (config['namespace'] ?? null) !== null) continue
    const text = JSON.stringify([index, config])
    config['namespace'] = createHash('sha256').update(text).digest('hex').slice(0, 32)
  }
  return []
}

function raiseVersion(content: Content): string[] {
  const version = content['_format_version'] ?? ''
  const before = typeof version === 'object' ? JSON.stringify(version) : String(version)
  content['_format_version'] = '3.0'
  return [`the _format_version field has been migrated from '${before}' to '3.0'`]
}

const nameOf = ({ name, id }: Content): string => String(name ?? id ?? '<unnamed>')

function keepRouteProtocols(content: Content): string[] {
  const routes = recordsOf(content, 'routes').filter(
    ({ protocols }) => !Array.isArray(protocols) || protocols.length === 0,
  )
  return routes.map(route => {
    route['protocols'] = ['http', 'https']
    return `Route '${nameOf(route)}': setting protocols to ["http", "https"] (old default, 3.14 defaults to ["https"] only)`
  })
}

function keepServicesUnverified(content: Content): string[] {
  const services = recordsOf(content, 'services').filter(
    ({ protocol, tls_verify }) =>
      ['https', 'tls', 'grpcs', 'wss'].includes(String(protocol)) && (tls_verify ?? null) === null,
  )
  return services.map(service => {
    service['tls_verify'] = false
    return `Service '${nameOf(service)}': setting tls_verify to false (old default, 3.14 enforces TLS certificate verification by default)`
  })
}

/**
 * The layout that Konnect once took: each service is a package of one version, and goes by the package's
 * name.
 */
function toServicePackages(content: Content): string[] {
  const services = recordsOf(content, 'services')
  const nameless = services.find(({ name }) => name === undefined)
  if (nameless !== undefined) {
    throw new DeckError(
      `kong service with id '${String(nameless['id'])}' doesn't have a name,all services must be named to convert them from kong-gateway to konnect format`,
    )
  }
  delete content['services']
  if (services.length === 0) return []
  content['service_packages'] = services.map(({ name, id: _, ...service }) => ({
    name,
    description: `placeholder description for ${String(name)} service package`,
    versions: [
      {
        version: 'v1',
        implementation: { type: 'kong-gateway', kong: { service: { id: randomUUID(), ...service } } },
      },
    ],
  }))
  return []
}
