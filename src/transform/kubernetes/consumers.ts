/** Consumers with their credentials and plugins, and groups of consumers. */
import type { Values } from '../../entities/language/values.ts'
import { inside } from '../merged-content.ts'
import {
  attachPlugin,
  ifFilled,
  ingressClass,
  kongBeta,
  kongV1,
  type Manifest,
  type Target,
  tagsOf,
} from './manifest.ts'
import { kongPlugin, pluginOfGroup } from './plugins.ts'
import { credentialSecret, credentials } from './secrets.ts'

/** @param groups of all files: a consumer is in those that name it */
export function consumerManifests(
  consumer: Values,
  username: string,
  groups: readonly Values[],
  target: Target,
): Manifest[] {
  const annotations = { ...ingressClass(target), ...tagsOf(consumer) }
  const secrets = credentials.flatMap(kind =>
    inside(consumer, kind[0]).map(one => credentialSecret(one, kind, username, target)),
  )
  const plugins = inside(consumer, 'plugins').map(plugin => kongPlugin(plugin, [username], target))
  for (const { metadata } of plugins) attachPlugin(annotations, metadata.name)
  const names = secrets.map(({ metadata }) => metadata.name)
  const consumerGroups = groupsOf(username, groups)
  const own = {
    apiVersion: kongV1,
    kind: 'KongConsumer',
    metadata: { name: target.nameOf(username), annotations },
    username: ifFilled(username),
    custom_id: ifFilled(consumer['custom_id']),
    ...(names.length > 0 && { credentials: names }),
    ...(consumerGroups.length > 0 && { consumerGroups }),
  }
  return [...secrets, ...plugins, own]
}

/** One for each time that a group names the consumer. */
const groupsOf = (username: string, groups: readonly Values[]): string[] =>
  groups.flatMap(group =>
    inside(group, 'consumers')
      .filter(member => member['username'] === username && typeof group['name'] === 'string')
      .map(() => String(group['name'])),
  )

export function groupManifests(group: Values, name: string, target: Target): Manifest[] {
  const annotations = { ...ingressClass(target), ...tagsOf(group) }
  const plugins = inside(group, 'plugins').map(plugin => pluginOfGroup(plugin, [name], target))
  for (const { metadata } of plugins) attachPlugin(annotations, metadata.name)
  const own = {
    apiVersion: kongBeta,
    kind: 'KongConsumerGroup',
    metadata: { name: target.nameOf(name), annotations },
  }
  return [...plugins, own]
}
