/**
 * statsd: sends times and counts of each exchange to a statsd server, by UDP or TCP (behaviour: Kong 2.8.5,
 * 3.9.1). They are sent immediately, whatever `queue` says. `shdict_usage` sends nothing, because the
 * gateway has no such dictionaries.
 */
import { statsd as schema } from '../../entities/plugins/statsd.ts'
import { configOf, filled, type Handler, type Surroundings } from '../exchange/handler.ts'
import { createConnections } from './kit/logs/connections.ts'
import { createDatagrams } from './kit/logs/datagrams.ts'
import { lineMaker } from './statsd/metrics.ts'

export function statsd(surroundings: Surroundings): Handler {
  const { log } = surroundings
  const datagrams = createDatagrams('statsd', log)
  const connections = createConnections('statsd', log)
  return {
    name: schema.name,
    configure: plugin => {
      const config = filled(configOf(plugin, schema), schema.config)
      const linesOf = lineMaker(config, surroundings)
      const isWanted = statusFilter(config.allow_status_codes)
      const { host, port } = config
      const write = connections.to({ host, port, timeout: 1000, keepalive: 60_000 })
      const send = (lines: readonly string[]) => {
        if (config.use_tcp) write(lines.map(line => `${line}\n`).join(''))
        else
          for (const packet of packed(lines, config.udp_packet_size ?? 0)) datagrams.send(host, port, packet)
      }
      return {
        log: (exchange, finished) => {
          if (isWanted(finished.head?.status ?? 499)) send(linesOf(exchange, finished))
        },
      }
    },
    close: async () => {
      datagrams.close()
      await connections.close()
    },
  }
}

/** `['200-204', '404-404']`; null: all. */
function statusFilter(ranges: readonly string[] | null | undefined): (status: number) => boolean {
  if (!ranges) return () => true
  const bounds = ranges.map(range => range.split('-').map(Number))
  return status => bounds.some(([from = 0, to = 0]) => status >= from && status <= to)
}

/** As many lines per packet as fit; 0: one each. */
function packed(lines: readonly string[], size: number): string[] {
  const packets: string[] = []
  for (const line of lines) {
    const last = packets.at(-1)
    const joined = last === undefined ? line : `${last}\n${line}`
    if (last !== undefined && joined.length <= size) packets[packets.length - 1] = joined
    else packets.push(line)
  }
  return packets
}
