/**
 * A document of Kong's AI Gateway 2.0 (models, MCP servers, agents and who may use them) as a state file,
 * made as decK 1.65.1 (ai-deck-converter 0.5.2) makes it (`deck file ai2kong`).
 */
import type { Values } from '../../entities/language/values.ts'
import { fromAgents } from './agents.ts'
import type { AiDocument } from './document.ts'
import { fromMcpServers } from './mcp.ts'
import { fromModels } from './models.ts'
import { type Notes, quoted } from './notes.ts'
import {
  configOf,
  globalPlugins,
  guardPlugins,
  type Named,
  namedIn,
  tagsOf,
  withAnonymous,
} from './plugins.ts'

/** By which decK knows what it has made. */
const managedTag = 'managed_by:deck-ai'

/** @throws DeckError for what no configuration of Kong can do */
export function aiToKong(document: AiDocument): { content: Values; warnings: readonly string[] } {
  const notes: Notes = []
  const named = namedIn(document, notes)
  const policies = globalPlugins(document)
  const groups = groupsOf(document, named)
  const own = consumersOf(document, named)
  const models = fromModels(document, named)
  const servers = fromMcpServers(document, named)
  const agents = fromAgents(document, named)
  const services = [...(models.service ? [models.service] : []), ...servers, ...agents]
  const lists = {
    services,
    consumers: models.hasIdentities ? withAnonymous(own) : own,
    consumer_groups: groups,
    plugins: [...policies, ...models.plugins],
    vaults: vaultsOf(document),
    ai_models: models.aiModels,
  }
  const content = {
    _format_version: '3.0',
    _info: { select_tags: [managedTag] },
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
  }
  return { content, warnings: notes }
}

/** A vault's name is the prefix of references to it. */
const vaultsOf = ({ vaults = [] }: AiDocument): Values[] =>
  vaults.map(({ id, type = '', name = '', description, config, labels }) => ({
    ...{ id, prefix: name, name: type, description },
    ...configOf(config),
    ...tagsOf(labels),
  }))

const groupsOf = ({ consumer_groups: groups = [] }: AiDocument, named: Named): Values[] =>
  groups.map(({ id, name = '', policies, labels }) => ({
    ...{ id, name },
    ...listed('plugins', guardPlugins(policies, undefined, named)),
    ...tagsOf(labels),
  }))

function consumersOf({ consumers = [] }: AiDocument, named: Named): Values[] {
  return consumers.map(consumer => {
    const { id, name, custom_id, consumer_groups = [], credentials = [], policies, labels } = consumer
    const plugins = guardPlugins(policies, undefined, named)
    const keys = credentials.filter(({ type }) => type === undefined || type === 'api-key')
    for (const other of credentials.filter(credential => !keys.includes(credential))) {
      named.notes.push(
        `consumer ${quoted(name)} credential ${quoted(other.name)} has unsupported type ${quoted(other.type)}; only api-key (keyauth) is supported`,
      )
    }
    return {
      ...{ id, username: name, custom_id },
      ...listed(
        'groups',
        consumer_groups.map(group => ({ name: group })),
      ),
      ...listed(
        'keyauth_credentials',
        keys.map(key => ({ id: key.id, key: key.api_key, ttl: key.ttl, ...tagsOf(key.labels) })),
      ),
      ...listed('plugins', plugins),
      ...tagsOf(labels),
    }
  })
}

/** An empty list is left out. */
const listed = (key: string, list: readonly Values[]): Values => (list.length > 0 ? { [key]: list } : {})
