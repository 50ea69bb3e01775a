/** Arguments in a request's body, for plugins that look for credentials there: forms and JSON. The body is whole by then. */
import type { Exchange } from '../proxy/exchange.ts'
import { headerOf } from '../proxy/exchange.ts'

const isForm = (exchange: Exchange): boolean =>
  headerOf(exchange.headers, 'content-type')?.startsWith('application/x-www-form-urlencoded') ?? false

const isJson = (exchange: Exchange): boolean =>
  headerOf(exchange.headers, 'content-type')?.startsWith('application/json') ?? false

function jsonBody(exchange: Exchange): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(exchange.body?.toString('utf8') ?? '')
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

export function bodyArgument(exchange: Exchange, name: string): string | readonly string[] | undefined {
  if (exchange.body === undefined) return undefined
  if (isForm(exchange)) {
    const values = new URLSearchParams(exchange.body.toString('utf8')).getAll(name)
    return values.length > 1 ? values : values[0]
  }
  const value = isJson(exchange) ? jsonBody(exchange)[name] : undefined
  return typeof value === 'string' ? value : undefined
}

export function withoutBodyArgument(exchange: Exchange, name: string): void {
  if (isForm(exchange)) {
    const form = new URLSearchParams(exchange.body?.toString('utf8') ?? '')
    form.delete(name)
    exchange.body = Buffer.from(form.toString())
  } else if (isJson(exchange)) {
    const { [name]: _taken, ...rest } = jsonBody(exchange)
    exchange.body = Buffer.from(JSON.stringify(rest))
  }
  exchange.headers = exchange.headers.map(([one, value]) =>
    one.toLowerCase() === 'content-length' ? [one, String(exchange.body?.length ?? 0)] : [one, value],
  )
}
