/**
 * datadog: figures of each exchange to an agent of Datadog's, with tags (behaviour: Kong 2.8.5, 3.9.1). They
 * go at once, whatever `queue` says.
 */
import { datadog as schema } from '../../entities/plugins/datadog.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { type ActivePlugin, configOf, filled, type Handler, type Surroundings } from '../exchange/handler.ts'
import { createDatagrams } from './kit/logs/datagrams.ts'
import { consumerName, figuresOf, lineOf, withoutDots } from './kit/logs/stats.ts'

type Config = ReturnType<typeof read>
type MetricConfig = Config['metrics'][number]

const read = (plugin: ActivePlugin) => filled(configOf(plugin, schema), schema.config)

export function datadog({ version, log }: Surroundings): Handler {
  const datagrams = createDatagrams('datadog', log)
  return {
    name: schema.name,
    configure: plugin => {
      const config = read(plugin)
      return {
        log: (exchange, finished) => {
          // 2.8 reports services only.
          if (exchange.service === undefined && version.major < 3) return
          const figures = figuresOf(exchange, finished)
          const status = finished.head?.status ?? 499
          for (const metric of config.metrics) {
            const figure = figures[metric.name]
            if (figure === undefined) continue
            const name = `${config.prefix ?? 'kong'}.${figure.stat}`
            const line = lineOf(name, figure.value, metric.stat_type, metric.sample_rate)
            const tags = tagsOf(exchange, status, metric, config).join(',')
            datagrams.send(config.host ?? 'localhost', config.port, `${line}|#${tags}`)
          }
        },
      }
    },
    close: datagrams.close,
  }
}

function tagsOf(
  { service, consumer }: Exchange,
  status: number,
  { consumer_identifier: identifier, tags }: MetricConfig,
  config: Config,
): string[] {
  const name = consumerName(consumer, identifier)
  const who = identifier === 'consumer_id' ? name?.replaceAll('-', '_') : name
  return [
    `${config.service_name_tag ?? 'name'}:${withoutDots(service?.name ?? service?.host ?? '')}`,
    `${config.status_tag ?? 'status'}:${status}`,
    ...(who === undefined ? [] : [`${config.consumer_tag ?? 'consumer'}:${who}`]),
    ...(tags ?? []),
  ]
}
