/**
 * loggly: one syslog datagram per exchange, if its severity is high enough (behaviour: Kong 2.8.5, 3.9.1).
 */
import { loggly as schema } from '../../entities/plugins/loggly.ts'
import { type ActivePlugin, configOf, filled, type Handler, type Surroundings } from '../exchange/handler.ts'
import { ignoresLua } from './kit/logs/custom-fields.ts'
import { createDatagrams } from './kit/logs/datagrams.ts'
import { entryMaker } from './kit/logs/entry.ts'

/** The most severe first, as syslog numbers them. */
const levels = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const

type Level = (typeof levels)[number]

type Config = ReturnType<typeof read>

const read = (plugin: ActivePlugin) => filled(configOf(plugin, schema), schema.config)

/** Syslog's number of programs of users, in the upper bits. */
const facility = 8

export function loggly(surroundings: Surroundings): Handler {
  const { log, now, node } = surroundings
  const entryOf = entryMaker(surroundings)
  const tellLua = ignoresLua('loggly', log)
  const datagrams = createDatagrams('loggly', log)
  return {
    name: schema.name,
    configure: plugin => {
      const config = read(plugin)
      tellLua(config.custom_fields_by_lua)
      const tags = (config.tags ?? []).map(tag => `tag="${tag}"`).join(' ')
      return {
        log: (exchange, finished) => {
          const level = levels.indexOf(severityOf(finished.head?.status ?? 499, config))
          if (level > levels.indexOf(config.log_level)) return
          const time = `${new Date(now()).toISOString().slice(0, 19)}Z`
          const head = `<${facility + level}>1 ${time} ${node.hostname} kong - - [${config.key}@41058 ${tags}]`
          datagrams.send(config.host, config.port, `${head} ${entryOf(exchange, finished)}`)
        },
      }
    },
    close: datagrams.close,
  }
}

function severityOf(status: number, config: Config): Level {
  if (status >= 500) return config.server_errors_severity
  return status >= 400 ? config.client_errors_severity : config.successful_severity
}
