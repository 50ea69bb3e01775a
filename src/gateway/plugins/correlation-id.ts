/**
 * correlation-id: adds an id to each request for the upstream, and to the response if configured
 * (behaviour: Kong 2.8.5, 3.9.1).
 */

import { randomUUID } from 'node:crypto'
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import { correlationId as schema } from '../../entities/plugins/correlation-id.ts'
import { type Exchange, withHeader } from '../exchange/exchange.ts'
import { configOf, filled, type Handler, type Surroundings } from '../exchange/handler.ts'
import { headerValues, responseName } from './kit/lua-tables.ts'

type Config = ConfigOf<typeof schema>

export function correlationId({ version, now }: Surroundings): Handler {
  const own = randomUUID()
  let count = 0
  const generators: Readonly<Record<Config['generator'], (exchange: Exchange) => string>> = {
    uuid: () => randomUUID(),
    'uuid#counter': () => {
      count += 1
      return `${own}#${count}`
    },
    tracker: ({ connection }) => {
      const { localAddress = '', localPort = 0 } = connection
      count += 1
      const address = localAddress.replace(/^::ffff:/, '')
      return `${address}-${localPort}-${process.pid}-${count}-1-${(now() / 1000).toFixed(3)}`
    },
  }
  return {
    name: schema.name,
    configure: plugin => {
      const { header_name, generator, echo_downstream } = filled(configOf(plugin, schema), schema.config)
      const given = (exchange: Exchange) => headerValues(exchange.headers, header_name)[0] || undefined
      /** Other plugins may take the header away afterwards. */
      const known = new WeakMap<Exchange, string>()
      return {
        access: exchange => {
          const before = given(exchange)
          const id = before ?? generators[generator](exchange)
          if (before === undefined) exchange.headers = withHeader(exchange.headers, header_name, id)
          if (echo_downstream) known.set(exchange, id)
          if (version.major >= 3) exchange.logFields = { ...exchange.logFields, correlation_id: id }
        },
        ...(echo_downstream && {
          response: (exchange, head) => {
            const id = known.get(exchange) ?? given(exchange) ?? generators[generator](exchange)
            head.headers = withHeader(head.headers, responseName(header_name), id)
          },
        }),
      }
    },
  }
}
