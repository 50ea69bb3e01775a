/** Arguments in a request's body, for plugins that look for them there: forms, multipart and JSON. The body is whole by then. */
import { type Exchange, headerOf, withHeader, withoutHeader } from '../../exchange/exchange.ts'
import { type Argument, type Arguments, formatArguments, parseArguments } from './lua-args.ts'
import { luaJson } from './lua-json.ts'
import { type Multipart, parseMultipart } from './multipart.ts'

const isOfType = (exchange: Exchange, type: string): boolean =>
  headerOf(exchange.headers, 'content-type')?.toLowerCase().startsWith(type) ?? false

const isForm = (exchange: Exchange): boolean => isOfType(exchange, 'application/x-www-form-urlencoded')
const isJson = (exchange: Exchange): boolean => isOfType(exchange, 'application/json')

const multipartOf = (exchange: Exchange): Multipart | undefined =>
  isOfType(exchange, 'multipart/form-data') && exchange.body !== undefined
    ? parseMultipart(exchange.body, headerOf(exchange.headers, 'content-type') ?? '')
    : undefined

/** Undefined where the body is no form. */
export const formOf = (exchange: Exchange): Arguments | undefined =>
  isForm(exchange) ? parseArguments(exchange.body?.toString('latin1') ?? '') : undefined

/** Undefined where the body is no JSON. */
export function jsonOf(exchange: Exchange): unknown {
  if (!isJson(exchange)) return undefined
  try {
    return JSON.parse(exchange.body?.toString('utf8') ?? '') as unknown
  } catch {
    return undefined
  }
}

function jsonBody(exchange: Exchange): Record<string, unknown> {
  const parsed = jsonOf(exchange)
  return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
}

/** The request goes on with another body. */
export function replaceBody(exchange: Exchange, body: Buffer): void {
  exchange.body = body
  exchange.headers = withHeader(
    withoutHeader(exchange.headers, 'transfer-encoding'),
    'Content-Length',
    String(body.length),
  )
}

/** A text; true for what is there but is no text; a list where there are several, or a JSON object or list. */
export function bodyArgument(exchange: Exchange, name: string): Argument | readonly unknown[] | undefined {
  if (exchange.body === undefined) return undefined
  const form = formOf(exchange)
  if (form !== undefined) return form.get(name)
  const parts = multipartOf(exchange)
  if (parts !== undefined) return parts.get(name)
  const value = jsonBody(exchange)[name]
  if (value === undefined || value === false) return undefined
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null ? Object.values(value) : true
}

export function withoutBodyArgument(exchange: Exchange, name: string): void {
  const form = formOf(exchange)
  const parts = multipartOf(exchange)
  if (parts !== undefined) {
    parts.delete(name)
    replaceBody(exchange, parts.format())
  } else if (form !== undefined) {
    form.delete(name)
    replaceBody(exchange, Buffer.from(formatArguments(form), 'latin1'))
  } else if (isJson(exchange)) {
    const { [name]: _taken, ...rest } = jsonBody(exchange)
    replaceBody(exchange, luaJson(rest))
  }
}
