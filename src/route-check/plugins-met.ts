/**
 * Which plugins a request of a route meets, in the order in which Kong runs them, and which instance of each
 * counts.
 */
import type { Plugin } from '../entities/kinds/plugin.ts'
import type { Route } from '../entities/kinds/route.ts'
import type { Version } from '../entities/language/define.ts'
import { plugins as bundled } from '../entities/plugin-registry.ts'
import type { Handler, Work } from '../gateway/exchange/handler.ts'
import { priorityAt } from '../gateway/plugins/kit/priorities.ts'
import { planPlugins, type Step, workFor } from '../gateway/proxy/plugin-plan.ts'

export interface MetPlugin {
  readonly name: string
  /**
   * Greater ones run first; undefined for a plugin that Kong does not bundle: its place in the order is not
   * known.
   */
  readonly priority: number | undefined
  /** Undefined where it applies to some consumers alone. */
  readonly instance: Plugin | undefined
  /** What applies to a consumer in its place, by the consumer's id. */
  readonly forConsumers: ReadonlyMap<string, Plugin>
  /** What applies to the consumers of a group in its place (Kong Enterprise), by the group's id. */
  readonly forGroups: ReadonlyMap<string, Plugin>
  /** Instances that apply to the route as well, and that the more specific one replaces. */
  readonly replaced: readonly Plugin[]
}

/** @param consumerId the consumer of the request, where it is known */
export function pluginsMet(
  all: readonly Plugin[],
  route: Route,
  version: Version,
  consumerId: string | undefined,
): MetPlugin[] {
  const ungrouped = all.filter(plugin => groupOf(plugin) === undefined)
  const groups = all.filter(
    plugin => plugin.enabled && groupOf(plugin) !== undefined && isAboutRoute(plugin, route),
  )
  const instances = new Map<Work, Plugin>()
  const byId = new Map(all.map(plugin => [plugin.id, plugin]))
  const handlers = handlersFor(all, version, ({ id }) => {
    const work: Work = {}
    const plugin = byId.get(id)
    if (plugin !== undefined) instances.set(work, plugin)
    return work
  })
  const planned = planPlugins(ungrouped, handlers, new WeakMap()).of(route)
  const steps = withGroupSteps(planned, groups, handlers)
  const authenticated = authenticationPriority(steps, version)
  return steps.flatMap(step => {
    const isKnown = bundled.some(({ name }) => name === step.name)
    const priority = isKnown ? priorityAt(step.name, version) : undefined
    // A consumer is known only when a plugin has authenticated it.
    const seesConsumer = consumerId !== undefined && (priority ?? 0) < authenticated
    const work = workFor(step, seesConsumer ? consumerId : undefined)
    const instance = work && instances.get(work)
    const forConsumers = consumersOf(step, instances)
    const forGroups = groupsOf(step.name, groups)
    if (instance === undefined && consumerId !== undefined && forGroups.size === 0) return []
    const others = ungrouped.filter(plugin => isReplaced(plugin, step.name, instance, route, consumerId))
    return [{ name: step.name, priority, instance, forConsumers, forGroups, replaced: others }]
  })
}

/** The names of the plugins that requests of a route meet, for many routes of one configuration. */
export function pluginNames(all: readonly Plugin[], version: Version): (route: Route) => readonly string[] {
  const ungrouped = all.filter(plugin => groupOf(plugin) === undefined)
  const handlers = handlersFor(ungrouped, version, () => ({}))
  const plans = planPlugins(ungrouped, handlers, new WeakMap())
  return route => plans.of(route).map(({ name }) => name)
}

/** Only Kong Enterprise has groups of consumers: the embedded gateway's plugins know nothing of them. */
const groupOf = (plugin: Plugin): string | undefined =>
  (plugin as { readonly consumer_group?: { readonly id: string } | null }).consumer_group?.id

function groupsOf(name: string, groups: readonly Plugin[]): Map<string, Plugin> {
  const own = groups.filter(plugin => plugin.name === name)
  return new Map(own.flatMap(plugin => [[groupOf(plugin) ?? '', plugin] as const]))
}

/** Steps in the order of the handlers, also for plugins that groups alone have. */
function withGroupSteps(
  planned: readonly Step[],
  groups: readonly Plugin[],
  handlers: readonly Handler[],
): Step[] {
  return handlers.flatMap(({ name }) => {
    const step = planned.find(one => one.name === name)
    if (step !== undefined) return [step]
    return groups.some(plugin => plugin.name === name) ? [{ name, plain: undefined, consumers: [] }] : []
  })
}

/**
 * One for each name, the greater priority first, then the greater name (source:
 * `kong/runloop/plugins_iterator.lua`).
 */
function handlersFor(all: readonly Plugin[], version: Version, configure: Handler['configure']): Handler[] {
  const names = [...new Set(all.map(({ name }) => name))]
  return names
    .sort((a, b) => priorityAt(b, version) - priorityAt(a, version) || (a < b ? 1 : -1))
    .map(name => ({ name, configure }))
}

/** That of the last plugin that authenticates: what runs before it knows no consumer. */
function authenticationPriority(steps: readonly Step[], version: Version): number {
  const priorities = steps
    .filter(({ name }) => authenticates(name))
    .map(({ name }) => priorityAt(name, version))
  return Math.max(Number.NEGATIVE_INFINITY, ...priorities)
}

/** Plugins that find the consumer can let an anonymous one pass. */
export const authenticates = (name: string): boolean =>
  bundled.some(plugin => plugin.name === name && 'anonymous' in plugin.config)

function consumersOf(step: Step, instances: ReadonlyMap<Work, Plugin>): Map<string, Plugin> {
  const found = new Map<string, Plugin>()
  for (const group of step.consumers) {
    for (const [consumerId, work] of group) {
      const plugin = instances.get(work)
      if (plugin !== undefined && !found.has(consumerId)) found.set(consumerId, plugin)
    }
  }
  return found
}

function isReplaced(
  plugin: Plugin,
  name: string,
  instance: Plugin | undefined,
  route: Route,
  consumerId: string | undefined,
): boolean {
  if (plugin.name !== name || plugin.id === instance?.id || !plugin.enabled) return false
  if (plugin.consumer !== null && plugin.consumer.id !== consumerId) return false
  return isAboutRoute(plugin, route)
}

const isAboutRoute = (plugin: Plugin, route: Route): boolean =>
  isAbout(plugin.route, route.id) && isAbout(plugin.service, route.service?.id)

const isAbout = (scope: { readonly id: string } | null, id: string | undefined): boolean =>
  scope === null || scope.id === id
