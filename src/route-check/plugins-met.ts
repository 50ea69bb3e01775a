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
  const instances = new Map<Work, Plugin>()
  const byId = new Map(all.map(plugin => [plugin.id, plugin]))
  const handlers = handlersFor(all, version, ({ id }) => {
    const work: Work = {}
    const plugin = byId.get(id)
    if (plugin !== undefined) instances.set(work, plugin)
    return work
  })
  const steps = planPlugins(all, handlers, new WeakMap()).of(route)
  const authenticated = authenticationPriority(steps, version)
  return steps.flatMap(step => {
    const isKnown = bundled.some(({ name }) => name === step.name)
    const priority = isKnown ? priorityAt(step.name, version) : undefined
    // A consumer is known only when a plugin has authenticated it.
    const seesConsumer = consumerId !== undefined && (priority ?? 0) < authenticated
    const work = workFor(step, seesConsumer ? consumerId : undefined)
    const instance = work && instances.get(work)
    const forConsumers = consumersOf(step, instances)
    if (instance === undefined && consumerId !== undefined) return []
    const others = all.filter(plugin => isReplaced(plugin, step.name, instance, route, consumerId))
    return [{ name: step.name, priority, instance, forConsumers, replaced: others }]
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
  return isAbout(plugin.route, route.id) && isAbout(plugin.service, route.service?.id)
}

const isAbout = (scope: { readonly id: string } | null, id: string | undefined): boolean =>
  scope === null || scope.id === id
