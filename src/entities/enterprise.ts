/**
 * Additional kinds and fields of Kong Enterprise (and of a Kong OSS that is built or configured for them).
 * The command line knows them; the embedded gateway, which is Kong OSS, does not.
 */

import { aiModel } from './kinds/ai-model.ts'
import { clonedPlugin } from './kinds/cloned-plugin.ts'
import { consumerGroup } from './kinds/consumer-group.ts'
import { consumerGroupConsumer } from './kinds/consumer-group-consumer.ts'
import { customPlugin } from './kinds/custom-plugin.ts'
import { degraphqlRoute } from './kinds/degraphql-route.ts'
import { filterChain } from './kinds/filter-chain.ts'
import { graphqlCostDecoration } from './kinds/graphql-cost-decoration.ts'
import { partial } from './kinds/partial.ts'
import { plugin } from './kinds/plugin.ts'
import { rbacEndpointPermission } from './kinds/rbac-endpoint-permission.ts'
import { rbacRole } from './kinds/rbac-role.ts'
import { route } from './kinds/route.ts'
import { service } from './kinds/service.ts'
import { upstream } from './kinds/upstream.ts'
import type { Definition, Fields } from './language/define.ts'
import { protocol } from './language/fields.ts'
import { registry } from './registry.ts'

interface Additions {
  readonly fields: Fields
  /** Natural keys instead of the kind's own. */
  readonly keys?: Definition['keys']
}

/** From 3.0 on, plugins of Kong Enterprise also apply to WebSockets. */
const anyProtocol = [...protocol.one_of, 'ws', 'wss']
const { algorithm } = upstream.fields
const anyProtocols = { type: 'string', one_of: anyProtocol } as const

/** By kind. */
const additions: Readonly<Record<string, Additions>> = {
  service: {
    fields: {
      protocol: { ...service.fields.protocol, one_of: anyProtocol },
      tls_sans: { type: 'json', enterprise: true },
    },
  },
  route: { fields: { protocols: { ...route.fields.protocols, elements: anyProtocols } } },
  plugin: {
    keys: [['name', 'service', 'route', 'consumer', 'consumer_group', 'model']],
    fields: {
      protocols: { ...plugin.fields.protocols, elements: anyProtocols },
      consumer_group: {
        type: 'foreign',
        reference: 'consumer_groups',
        on_delete: 'cascade',
        nest: 'may',
        enterprise: true,
      },
      model: { type: 'foreign', reference: 'ai_models', on_delete: 'cascade', nest: 'may', enterprise: true },
      ordering: { type: 'json', enterprise: true },
      condition: { type: 'string', enterprise: true },
      partials: { type: 'array', elements: { type: 'record' }, links: 'partials', enterprise: true },
    },
  },
  upstream: {
    fields: {
      algorithm: { ...algorithm, one_of: [...algorithm.one_of, 'sticky-sessions'] },
      sticky_sessions_cookie: { type: 'string', enterprise: true },
      sticky_sessions_cookie_path: { type: 'string', enterprise: true },
    },
  },
  target: { fields: { failover: { type: 'boolean', enterprise: true } } },
}

function withAdditions(definition: Definition): Definition {
  const added = additions[definition.kind]
  if (added === undefined) return definition
  const { keys = definition.keys } = added
  return {
    ...definition,
    keys,
    ...(added.keys && { uniqueTogether: added.keys.map(fields => ({ fields })) }),
    fields: { ...definition.fields, ...added.fields },
  }
}

/** Every kind that a state file may hold, in the order of reports. */
export const everyKind: readonly Definition[] = [
  ...registry.filter(definition => definition !== plugin).map(withAdditions),
  consumerGroup,
  consumerGroupConsumer,
  partial,
  rbacRole,
  rbacEndpointPermission,
  clonedPlugin,
  customPlugin,
  aiModel,
  withAdditions(plugin),
  filterChain,
  degraphqlRoute,
  graphqlCostDecoration,
]

/** By Kong's name of the set (`services`), which `reference` uses; undefined where the kind is not known. */
export const kindBySchema = (schema: string): Definition | undefined =>
  everyKind.find(definition => definition.schema === schema)
