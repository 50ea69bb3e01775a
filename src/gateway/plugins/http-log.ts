/**
 * http-log: a line for each exchange, posted to a server by way of a queue (behaviour: Kong 2.8.5, 3.9.1).
 */
import { httpLog as schema } from '../../entities/plugins/http-log.ts'
import { type ActivePlugin, configOf, filled, type Handler, type Surroundings } from '../exchange/handler.ts'
import { ignoresLua } from './kit/logs/custom-fields.ts'
import { entryMaker } from './kit/logs/entry.ts'
import { createPoster, type Poster } from './kit/logs/post.ts'
import { createQueue, type Queue, type QueueOptions } from './kit/logs/queue.ts'

type Config = ReturnType<typeof read>

const read = (plugin: ActivePlugin) => filled(configOf(plugin, schema), schema.config)

export function httpLog(surroundings: Surroundings): Handler {
  const { version, log } = surroundings
  const entryOf = entryMaker(surroundings)
  const tellLua = ignoresLua('http-log', log)
  const isNew = version.major >= 3
  /** 3.x looks at no certificate. */
  const poster = createPoster(!isNew)
  const queues = new Set<Queue>()
  return {
    name: schema.name,
    configure: plugin => {
      const config = read(plugin)
      tellLua(config.custom_fields_by_lua)
      const options = queueOptions(config, isNew)
      const send = sender(config, options.maxBatch, isNew ? 300 : 400, poster)
      const queue = createQueue(options, send, line => log(`plugin http-log ${plugin.id}: ${line}`))
      return {
        log: (exchange, finished) => {
          queues.add(queue)
          queue.add(entryOf(exchange, finished))
        },
      }
    },
    close: async () => {
      await Promise.all([...queues].map(queue => queue.drain()))
      poster.close()
    },
  }
}

/** 3.x still takes the older fields where they differ from their defaults. */
function queueOptions(config: Config, isNew: boolean): QueueOptions {
  const { queue: given, queue_size, flush_timeout, retry_count } = config
  if (!isNew || !given) {
    return {
      maxBatch: queue_size ?? 1,
      maxDelay: flush_timeout ?? 2,
      maxEntries: 10_000,
      maxBytes: null,
      maxRetryTime: retry_count ?? 10,
      firstRetry: 1,
      longestRetry: 60,
    }
  }
  const queue = filled(given, schema.config.queue.fields)
  const older = (value: number | null | undefined, usual: number) =>
    typeof value === 'number' && value !== usual ? value : undefined
  return {
    maxBatch: older(queue_size, 1) ?? queue.max_batch_size,
    maxDelay: older(flush_timeout, 2) ?? queue.max_coalescing_delay,
    maxEntries: queue.max_entries,
    maxBytes: queue.max_bytes,
    maxRetryTime: queue.max_retry_time,
    firstRetry: queue.initial_retry_delay,
    longestRetry: queue.max_retry_delay,
  }
}

/**
 * With batches of one, an entry is sent alone, else as a list. @param bad statuses from here on are
 * failures
 */
function sender(config: Config, maxBatch: number, bad: number, poster: Poster) {
  const { protocol, hostname, port, pathname, username, password } = new URL(config.http_endpoint)
  const place = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
  const url = new URL(`${protocol}//${place}${pathname}`)
  const userinfo = decodeURIComponent(password === '' ? username : `${username}:${password}`)
  const headers = {
    ...Object.fromEntries(
      Object.entries(config.headers ?? {}).map(([name, value]) => [name, [value].flat().join(', ')]),
    ),
    'Content-Type': config.content_type,
    ...(userinfo !== '' && { Authorization: `Basic ${Buffer.from(userinfo).toString('base64')}` }),
  }
  return async (entries: readonly string[]) => {
    const { method, timeout } = config
    const body = maxBatch === 1 ? entries.join('') : `[${entries.join(',')}]`
    const answer = await poster.post(url, { method, headers, body, timeout })
    if (answer.status >= bad)
      throw new Error(`request to ${place} returned status code ${answer.status} and body ${answer.body}`)
  }
}
