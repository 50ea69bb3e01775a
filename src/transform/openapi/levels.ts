/**
 * The levels of an OpenAPI document that may have a service of their own: the document and its paths. What a
 * level does not say is the outer level's.
 */
import { randomUUID } from 'node:crypto'
import { kongName, kongObject, recordOf, type Values } from './document.ts'
import { documentName, type Naming } from './names.ts'
import {
  hasPlugins,
  listed,
  type Plugins,
  pluginsAt,
  withoutConsumers,
  withoutValidator,
  withPlugin,
} from './plugins.ts'
import type { Problems } from './problems.ts'
import { routeDefaults } from './routes.ts'
import { type Security, securityPlugin } from './security.ts'
import {
  createService,
  type Marking,
  type Served,
  type ServiceSource,
  serversOf,
  serviceKey,
} from './services.ts'

export interface OpenApiOptions {
  /** For every entity; absent: the document's `x-kong-tags`. */
  readonly tags?: readonly string[]
  /** The document's name, of which names and ids are made; absent: its `x-kong-name`, else its title. */
  readonly name?: string
  /** Names as Insomnia's own tool made them. */
  readonly insoCompatible: boolean
  readonly withIds: boolean
  readonly security: Security
  readonly ignoreCircular: boolean
  /** Routes for the values of headers. */
  readonly byHeader: boolean
  /** One service for paths whose servers and defaults are the same. */
  readonly reuseServices: boolean
}

/** State and options that all levels share. */
export interface Conversion {
  readonly document: Values
  readonly options: OpenApiOptions
  readonly problems: Problems
  readonly naming: Naming
  readonly marking: Marking
  readonly services: Values[]
  readonly upstreams: Values[]
  /** Plugins at the top of the file. */
  readonly plugins: Values[]
  /** Services that others may share, by what they are made of. */
  readonly shared: { readonly path: Map<string, Served>; readonly operation: Map<string, Served> }
}

/** The document, a path or an operation. */
export interface Level {
  readonly name: string
  /** The document's. */
  readonly rootName: string
  readonly source: ServiceSource
  readonly routeDefaults: Values | undefined
  readonly served: Served
  /** The level that owns the service. */
  readonly standing: 'own' | 'shared' | 'outer'
  /** Plugins for the level below. */
  readonly plugins: Plugins
  /** The input of request-validators below. */
  readonly validator: Values | undefined
  /** The openid-connect plugin of the document. */
  readonly security: Values | undefined
}

export const none: Plugins = new Map()

export function documentLevel(conversion: Conversion): Level {
  const { document, options, naming, marking, problems } = conversion
  const title = recordOf(document['info'])['title']
  const given = options.name || kongName(document) || (typeof title === 'string' ? title : '')
  const name = documentName(given || randomUUID(), naming)
  const source = sourceAt(document, undefined, document)
  const served = createService(name, source, marking)
  const own = pluginsAt(document, none, name, conversion)
  const security = securityPlugin(document, document, options.security, problems)
  const [rest, validator] = withoutValidator(withPlugin(own, security))
  const plugins = attach(rest, served, conversion)
  keep(served, conversion)
  const defaults = routeDefaults(document, document)
  return {
    name,
    rootName: name,
    source,
    served,
    standing: 'own',
    plugins,
    validator,
    security,
    routeDefaults: defaults,
  }
}

/** The service of a level; values that it does not set come from the outer level. */
export function sourceAt(holder: Values, outer: ServiceSource | undefined, document: Values): ServiceSource {
  const servers = serversOf(holder)
  return {
    servers: servers.length > 0 ? servers : (outer?.servers ?? []),
    serviceDefaults: kongObject(holder, 'x-kong-service-defaults', document) ?? outer?.serviceDefaults,
    upstreamDefaults: kongObject(holder, 'x-kong-upstream-defaults', document) ?? outer?.upstreamDefaults,
  }
}

const saysUpstream = (holder: Values): boolean =>
  serversOf(holder).length > 0 || (holder['x-kong-upstream-defaults'] ?? null) !== null

export const saysService = (holder: Values): boolean =>
  saysUpstream(holder) || (holder['x-kong-service-defaults'] ?? null) !== null

/** To the service, but for those of consumers. @returns what it has now */
function attach(plugins: Plugins, { service }: Served, conversion: Conversion): Plugins {
  const { stay, move } = withoutConsumers(plugins, 'service', service.name)
  conversion.plugins.push(...move)
  Object.assign(service, { plugins: listed(stay) })
  return stay
}

function keep({ service, upstream }: Served, { services, upstreams }: Conversion): void {
  services.push(service)
  if (upstream !== undefined) upstreams.push(upstream)
}

/** A service of this level; without an upstream of its own it uses the outer level's. */
export function ownService(
  holder: Values,
  name: string,
  source: ServiceSource,
  outer: Level,
  conversion: Conversion,
): Served {
  const served = createService(name, source, conversion.marking)
  const { service, upstream } = served
  if (upstream !== undefined && !saysUpstream(holder)) {
    const host = outer.served.service['host']
    const pointed = { service: Object.assign(service, { host }) }
    keep(pointed, conversion)
    return pointed
  }
  keep(served, conversion)
  return served
}

function pathName(key: string, item: Values, root: Level, { naming, options }: Conversion): string {
  const given = kongName(item)
  // `/x` and `/x/` are two paths.
  const slash = given === '' && !options.insoCompatible && key.endsWith('/') ? '~' : ''
  const own = `${naming.slug(given === '' ? key : given)}${slash}`
  return own === '' ? root.name : naming.join(root.name, own)
}

export function pathLevel(key: string, item: Values, root: Level, conversion: Conversion): Level {
  const { document, options, shared } = conversion
  const name = pathName(key, item, root, conversion)
  const source = sourceAt(item, root.source, document)
  const base = {
    ...root,
    name,
    source,
    routeDefaults: routeDefaults(item, document) ?? root.routeDefaults,
  }
  if (!saysService(item)) {
    const [plugins, validator] = withoutValidator(pluginsAt(item, none, name, conversion), root.validator)
    return { ...base, served: root.served, standing: 'outer', plugins, validator }
  }
  const mayShare = options.reuseServices && !hasPlugins(item)
  const there = mayShare ? shared.path.get(serviceKey(source)) : undefined
  if (there !== undefined)
    return { ...base, served: there, standing: 'shared', plugins: none, validator: root.validator }
  const served = ownService(item, name, source, root, conversion)
  const all = pluginsAt(item, root.plugins, name, conversion)
  const [plugins, validator] = withoutValidator(all, root.validator)
  attach(plugins, served, conversion)
  if (mayShare) shared.path.set(serviceKey(source), served)
  return { ...base, served, standing: 'own', plugins: none, validator }
}
