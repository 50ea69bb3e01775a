/**
 * tcp-log: sends a line of JSON for each exchange over a persistent connection (behaviour: Kong 2.8.5,
 * 3.9.1).
 */
import { tcpLog as schema } from '../../entities/plugins/tcp-log.ts'
import { configOf, filled, type Handler, type Surroundings } from '../exchange/handler.ts'
import { createConnections } from './kit/logs/connections.ts'
import { ignoresLua } from './kit/logs/custom-fields.ts'
import { entryMaker } from './kit/logs/entry.ts'

export function tcpLog(surroundings: Surroundings): Handler {
  const { log } = surroundings
  const entryOf = entryMaker(surroundings)
  const tellLua = ignoresLua('tcp-log', log)
  const connections = createConnections('tcp-log', log)
  return {
    name: schema.name,
    configure: plugin => {
      const { tls, tls_sni, custom_fields_by_lua, ...place } = filled(configOf(plugin, schema), schema.config)
      tellLua(custom_fields_by_lua)
      const write = connections.to({ ...place, ...(tls && { tls: { sni: tls_sni } }) })
      return { log: (exchange, finished) => write(`${entryOf(exchange, finished)}\n`) }
    },
    close: connections.close,
  }
}
