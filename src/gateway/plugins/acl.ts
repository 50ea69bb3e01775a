/** acl: consumers pass by the groups they are in (behaviour: Kong 2.8.5, 3.9.1). */

import type { Acl } from '../../entities/kinds/acl.ts'
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import { acl as schema } from '../../entities/plugins/acl.ts'
import type { Index } from '../exchange/configuration-view.ts'
import { type Exchange, withHeader } from '../exchange/exchange.ts'
import { configOf, type Handler } from '../exchange/handler.ts'

type Config = ConfigOf<typeof schema>

const byConsumer: Index<Acl> = { schema: 'acls', keyOf: ({ consumer }) => consumer?.id ?? null }

/**
 * Groups that count for an exchange, and whether an auth plugin found them or they are the consumer's own.
 */
interface Groups {
  readonly names: readonly string[]
  readonly header: 'X-Consumer-Groups' | 'X-Authenticated-Groups'
}

export function acl(): Handler {
  return {
    name: schema.name,
    configure: plugin => {
      const config = configOf(plugin, schema)
      const denies = (config.deny ?? []).length > 0
      const listed = new Set(denies ? config.deny : config.allow)
      return {
        access: exchange => {
          const groups = groupsOf(exchange, config)
          const unknown = exchange.credential === undefined
          if (groups === undefined || (groups.names.length === 0 && !denies && isOwn(groups)))
            return refuse(exchange, unknown)
          const isListed = groups.names.some(name => listed.has(name))
          if (isListed === denies) return refuse(exchange, false)
          if (config.hide_groups_header) return
          exchange.headers = withHeader(exchange.headers, groups.header, groups.names.join(', '))
        },
      }
    },
  }
}

const isOwn = ({ header }: Groups): boolean => header === 'X-Consumer-Groups'

function refuse(exchange: Exchange, unknown: boolean): void {
  if (unknown) exchange.exit({ status: 401, message: 'Unauthorized', from: 'plugin' })
  else exchange.exit({ status: 403, message: 'You cannot consume this service', from: 'plugin' })
}

/**
 * Groups from an authentication plugin count if no consumer was authenticated, or if the configuration
 * always includes them.
 */
function groupsOf(exchange: Exchange, config: Config): Groups | undefined {
  const { consumer, credential, authenticatedGroups, snapshot } = exchange
  const prefersFound = credential === undefined || config.always_use_authenticated_groups === true
  if (authenticatedGroups !== undefined && (consumer === undefined || prefersFound))
    return { names: authenticatedGroups, header: 'X-Authenticated-Groups' }
  if (consumer === undefined) return undefined
  const names = snapshot.find(byConsumer, consumer.id).map(({ group }) => group)
  return { names, header: 'X-Consumer-Groups' }
}
