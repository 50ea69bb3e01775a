/** redirect: redirects clients, with the request's path and query if configured (behaviour: Kong 3.9.1). */
import { redirect as schema } from '../../entities/plugins/redirect.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { configOf, type Handler } from '../exchange/handler.ts'

export function redirect(): Handler {
  return {
    name: schema.name,
    configure: plugin => {
      const { status_code: status, location, keep_incoming_path } = configOf(plugin, schema)
      const body = Buffer.from('redirecting')
      const place = keep_incoming_path ? withPathOf(location) : () => location
      return {
        access: exchange =>
          exchange.exit({ status, body, headers: [['Location', place(exchange)]], from: 'plugin' }),
      }
    },
  }
}

const withPathOf = (location: string) => (exchange: Exchange) => {
  const url = new URL(location)
  url.pathname = exchange.path
  url.search = exchange.query ?? ''
  return url.href
}
