/**
 * Models as one service of Kong, whose routes find out the model of a request (ai-model-selector) and pass
 * it on (ai-proxy-advanced). Models share a route where clients reach them in the same way.
 */
import { isRecord, type Values } from '../../entities/language/values.ts'
import type { AiDocument, Model, Target } from './document.ts'
import { capabilityWords, type Endpoint, endpointFor, routePath } from './endpoints.ts'
import { aliasOf, basePaths, formatOf, modelRoute, routeKey, selectorBodySize } from './model-routes.ts'
import { quoted } from './notes.ts'
import { guardPlugins, identityPlugins, type Named, type Plugin, tagsOf } from './plugins.ts'
import { type Proxied, proxyPlugin } from './proxies.ts'
import { loggingOf } from './settings.ts'
import { type Backend, backendOf, embeddingsOf, targetOf } from './targets.ts'
import { lifecycleRoute, type VideoModel, videoModels } from './videos.ts'

/** The entities of models. */
export interface FromModels {
  readonly service: Values | undefined
  readonly plugins: readonly Plugin[]
  readonly aiModels: readonly Values[]
  readonly hasIdentities: boolean
}

/** Everything that is one route of Kong. */
interface RouteGroup {
  readonly route: Values & { readonly name: string }
  readonly namesModel: boolean
  readonly models: Set<Model>
  /** By the model that owns them; those of models for files and batches are one. */
  readonly proxies: Map<string, Proxied>
}

/** State of the conversion of models. */
interface Gathered {
  readonly groups: Map<string, RouteGroup>
  readonly names: Set<string>
  readonly guards: Plugin[]
  /** Routes with converted identity providers. */
  readonly identified: Set<string>
}

export function fromModels({ models = [] }: AiDocument, named: Named): FromModels {
  const videos = videoModels(models, named)
  const gathered: Gathered = { groups: new Map(), names: new Set(), guards: [], identified: new Set() }
  const active = models.filter(model => isSynchronous(model) || model.enabled !== false)
  for (const model of active) gather(model, named, gathered)
  const groups = [...gathered.groups.values()]
  const lifecycles = groups.length === 0 ? [] : videos.map(video => lifecycle(video, named, gathered.names))
  const routes = [...groups.map(({ route }) => route), ...lifecycles.map(({ route }) => route)]
  const used = [...active, ...(groups.length === 0 ? [] : videos.map(({ model }) => model))]
  return {
    service:
      groups.length === 0
        ? undefined
        : { name: 'ai-gateway', url: 'http://ai-gateway.upstream.local', routes },
    plugins: [
      ...groups.flatMap(pluginsOfGroup),
      ...lifecycles.flatMap(({ plugins }) => plugins),
      ...gathered.guards,
    ],
    aiModels: active.map(model => {
      const { id, name = '', labels } = model
      return { id, name, alias: aliasOf(model) || name || undefined, ...tagsOf(labels) }
    }),
    hasIdentities: used.some(({ access }) =>
      (access?.identity_providers ?? []).some(name => named.identityProviders.has(name)),
    ),
  }
}

/** Not of the type `api` (files and batches), whose requests name no model. */
const isSynchronous = ({ type }: Model): boolean => type !== 'api'

function gather(model: Model, named: Named, gathered: Gathered): void {
  const routes = new Set<string>()
  const embeddings = oncePerModel(model, named)
  for (const target of model.targets ?? []) {
    const backend = backendOf(target, named.providers)
    warnOfBackend(model, target, backend, named)
    for (const capability of (model.capabilities ?? []).flatMap(capabilityWords)) {
      const { section, endpoint } = endpointFor(formatOf(model), backend.type, capability)
      if (endpoint === undefined) {
        warnOfCapability(model, section, capability, named)
        continue
      }
      const group = groupFor(model, section, endpoint, gathered)
      group.models.add(model)
      routes.add(group.route.name)
      const proxied = proxiedIn(group, model, endpoint, embeddings)
      const key = `${target.name ?? ''}|${endpoint.routeType}`
      if (proxied.targets.has(key)) continue
      const { routeType } = endpoint
      const logging = modelLogging(model, endpoint)
      proxied.targets.set(key, targetOf(target, backend, { alias: aliasOf(model), routeType, logging }))
    }
  }
  guard(model, [...routes], named, gathered)
}

function warnOfBackend(model: Model, target: Target, { type, provider }: Backend, { notes }: Named): void {
  const which = `model ${quoted(model.name)} target ${quoted(target.name)}`
  if (type === '') notes.push(`${which} has no resolvable provider type`)
  if (provider !== undefined) return
  notes.push(
    `${which} references unknown provider ${quoted(target.provider)}; auth/options may be incomplete`,
  )
}

function warnOfCapability({ name }: Model, section: string, capability: string, { notes }: Named): void {
  notes.push(
    `model ${quoted(name)}: provider section ${quoted(section)} has no endpoint for capability ${quoted(capability)}; skipping`,
  )
}

function groupFor(
  model: Model,
  section: string,
  endpoint: Endpoint,
  { groups, names }: Gathered,
): RouteGroup {
  const key = `${section}|${endpoint.label}|${routeKey(model)}`
  const existing = groups.get(key)
  if (existing !== undefined) return existing
  const name = freeName(`${section}-${endpoint.label}`, names)
  const paths = basePaths(model).map(base => routePath(base, endpoint))
  const route = { ...modelRoute(model.config?.route, name, paths, endpoint.methods), name }
  const group: RouteGroup = { route, namesModel: endpoint.namesModel, models: new Set(), proxies: new Map() }
  groups.set(key, group)
  return group
}

/** @example 'openai-chat', then 'openai-chat-2' */
function freeName(base: string, taken: Set<string>): string {
  let name = base
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`
  taken.add(name)
  return name
}

function proxiedIn(
  { route, proxies }: RouteGroup,
  model: Model,
  endpoint: Endpoint,
  embeddings: () => unknown,
): Proxied {
  const owner = isSynchronous(model) ? (model.name ?? '') : ''
  const existing = proxies.get(owner)
  if (existing !== undefined) return existing
  const proxied: Proxied = {
    model,
    endpoint,
    route: route.name,
    ...(isSynchronous(model) && { scope: model.name ?? '' }),
    embeddings: embeddings(),
    namesModel: !['assistants', 'batches', 'files'].some(end => endpoint.routeType === `llm/v1/${end}`),
    targets: new Map(),
  }
  proxies.set(owner, proxied)
  return proxied
}

/** Looked up at the first use: a warning comes once. */
function oncePerModel(model: Model, { providers, notes }: Named): () => unknown {
  let made: unknown
  let isMade = false
  return () => {
    if (isMade) return made
    isMade = true
    made = model.config?.balancer?.['embeddings']
    if (!isRecord(made)) return made
    const { provider: name } = made
    const isNamed = typeof name === 'string' && name !== ''
    const provider = isNamed ? providers.get(name) : undefined
    if (isNamed && provider === undefined)
      notes.push(`model embeddings reference unknown provider ${quoted(name)}; auth may be incomplete`)
    made = embeddingsOf(made, provider)
    return made
  }
}

export const modelLogging = ({ config }: Model, { hasStatistics }: Endpoint): Values => ({
  ...loggingOf(config?.logging),
  ...(!hasStatistics && { log_statistics: false }),
})

/** Policies, access lists and identity providers of a model, at each of its routes. */
function guard(
  model: Model,
  routes: readonly string[],
  named: Named,
  { guards, identified }: Gathered,
): void {
  const { policies, access } = model
  const scope = isSynchronous(model) ? { model: model.name ?? '' } : {}
  const plugins = guardPlugins(policies, access?.acls, named, true)
  guards.push(...routes.flatMap(route => plugins.map(plugin => ({ ...plugin, route, ...scope }))))
  const identities = identityPlugins(access?.identity_providers, named)
  for (const route of routes) {
    if (identified.has(route)) continue
    identified.add(route)
    guards.push(...identities.map(plugin => ({ ...plugin, route })))
  }
}

function pluginsOfGroup({ route, namesModel, models, proxies }: RouteGroup): Plugin[] {
  const size = { max_request_body_size: selectorBodySize([...models]) }
  const config = { source: 'body', body_path: 'model', ...size }
  return [
    ...(namesModel ? [{ name: 'ai-model-selector', route: route.name, config }] : []),
    ...[...proxies.values()].map(proxyPlugin),
  ]
}

/** Requests about a video by its id name no model: they go to all targets of the model that has made it. */
function lifecycle(
  { model, endpoint }: VideoModel,
  named: Named,
  names: Set<string>,
): { route: Values; plugins: Plugin[] } {
  const route = freeName('openai-videos-lifecycle', names)
  const logging = modelLogging(model, endpoint)
  const targets = (model.targets ?? []).map((target, index) => {
    const backend = backendOf(target, named.providers)
    return [
      String(index),
      targetOf(target, backend, { alias: undefined, routeType: endpoint.routeType, logging }),
    ] as const
  })
  const proxied = {
    model,
    endpoint,
    route,
    embeddings: undefined,
    namesModel: false,
    targets: new Map(targets),
  }
  const guards = [
    ...guardPlugins(model.policies, model.access?.acls, named, true),
    ...identityPlugins(model.access?.identity_providers, named),
  ]
  return {
    route: lifecycleRoute(model, route, basePaths(model)),
    plugins: [proxyPlugin(proxied), ...guards.map(plugin => ({ ...plugin, route }))],
  }
}
