/** Plugins as KongPlugin and KongClusterPlugin. */
import { isRecord, type Values } from '../../entities/language/values.ts'
import {
  annotationsOf,
  ifFilled,
  ingressClass,
  kongV1,
  type Manifest,
  type Target,
  tagsOf,
} from './manifest.ts'

/** @param owner the names of what the plugin acts on, which its own begins with */
export const kongPlugin = (plugin: Values, owner: readonly string[], target: Target): Manifest => ({
  ...pluginOfGroup(plugin, owner, target, tagsOf(plugin)),
  ...settings(plugin),
})

/** A plugin of a route that is an HTTPRoute: `tags: []` is an annotation too. */
export const kongPluginOfHttpRoute = (
  plugin: Values,
  owner: readonly string[],
  target: Target,
): Manifest => ({
  ...pluginOfGroup(plugin, owner, target, annotationsOf(plugin, ['tags'])),
  ...settings(plugin),
})

export const clusterPlugin = (plugin: Values, target: Target): Manifest => ({
  ...kongPluginOfHttpRoute(plugin, [], target),
  kind: 'KongClusterPlugin',
})

/** decK 1.65 takes no more than its configuration from a plugin of a consumer group. */
export const pluginOfGroup = (
  { name, config }: Values,
  owner: readonly string[],
  target: Target,
  tags: Record<string, string> = {},
): Manifest => ({
  apiVersion: kongV1,
  kind: 'KongPlugin',
  metadata: {
    name: target.nameOf([...owner, name].join('-')),
    annotations: { ...ingressClass(target), ...tags },
  },
  plugin: name,
  config: config ?? null,
})

function settings({ enabled, run_on, ordering, protocols }: Values): Values {
  return {
    ...(enabled === false && { disabled: true }),
    run_on: ifFilled(run_on),
    ...(isRecord(ordering) && { ordering: filled(ordering) }),
    ...(Array.isArray(protocols) && protocols.length > 0 && { protocols }),
  }
}

const filled = ({ before, after }: Values): Values => ({ before: orAbsent(before), after: orAbsent(after) })

const orAbsent = (phase: unknown): unknown =>
  isRecord(phase) && Object.keys(phase).length > 0 ? phase : undefined
