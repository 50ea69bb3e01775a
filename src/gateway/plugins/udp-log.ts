/** udp-log: a datagram of JSON for each exchange (behaviour: Kong 2.8.5, 3.9.1). */
import { udpLog as schema } from '../../entities/plugins/udp-log.ts'
import { configOf, type Handler, type Surroundings } from '../exchange/handler.ts'
import { ignoresLua } from './kit/logs/custom-fields.ts'
import { createDatagrams } from './kit/logs/datagrams.ts'
import { entryMaker } from './kit/logs/entry.ts'

export function udpLog(surroundings: Surroundings): Handler {
  const { log } = surroundings
  const entryOf = entryMaker(surroundings)
  const tellLua = ignoresLua('udp-log', log)
  const datagrams = createDatagrams('udp-log', log)
  return {
    name: schema.name,
    configure: plugin => {
      const { host, port, custom_fields_by_lua } = configOf(plugin, schema)
      tellLua(custom_fields_by_lua)
      return { log: (exchange, finished) => datagrams.send(host, port, entryOf(exchange, finished)) }
    },
    close: datagrams.close,
  }
}
