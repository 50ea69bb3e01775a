/** request-termination: answers instead of the upstream, with a message or a ready body; with a trigger, only requests that carry it. */
import { type Exchange, type Header, headerOf } from '../proxy/exchange.ts'
import type { Handler } from './define.ts'

interface Config {
  readonly status_code: number
  readonly message: string | null
  readonly body: string | null
  readonly content_type: string | null
  readonly trigger: string | null
}

/** What is said of a status where the configuration says nothing. */
const messages: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'An unexpected error occurred',
  502: 'Bad Gateway',
  503: 'Service unavailable',
}

export function requestTermination(): Handler {
  return {
    name: 'request-termination',
    access: (exchange, plugin) => {
      const config = plugin.config as unknown as Config // made by the plugin's own schema
      const { status_code: status } = config
      if (config.trigger !== null && !isTriggered(exchange, config.trigger)) return
      exchange.exit({ status, from: 'plugin', ...content(config) })
    },
  }
}

/** Always JSON where it is a message, whatever the client accepts. */
function content({ status_code, message, body, content_type }: Config): {
  readonly body: Buffer
  readonly headers: readonly Header[]
} {
  if (body !== null) {
    return { body: Buffer.from(body), headers: content_type === null ? [] : [['Content-Type', content_type]] }
  }
  const said = { message: message ?? messages[status_code] }
  return {
    body: Buffer.from(JSON.stringify(said)),
    headers: [['Content-Type', 'application/json; charset=utf-8']],
  }
}

const isTriggered = ({ headers, query }: Exchange, trigger: string): boolean =>
  headerOf(headers, trigger) !== undefined || new URLSearchParams(query ?? '').has(trigger)
