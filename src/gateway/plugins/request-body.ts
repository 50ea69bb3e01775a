/** Arguments in a request's body, for plugins that look for them there: forms, multipart and JSON. The body is whole by then. */
import { type Exchange, headerOf, withHeader, withoutHeader } from '../proxy/exchange.ts'
import { type Arguments, formatArguments, parseArguments } from './lua-args.ts'
import { type Multipart, parseMultipart } from './multipart.ts'

const isForm = (exchange: Exchange): boolean =>
  headerOf(exchange.headers, 'content-type')?.startsWith('application/x-www-form-urlencoded') ?? false

const isJson = (exchange: Exchange): boolean =>
  headerOf(exchange.headers, 'content-type')?.startsWith('application/json') ?? false

const multipartOf = (exchange: Exchange): Multipart | undefined => {
  const type = headerOf(exchange.headers, 'content-type') ?? ''
  return type.startsWith('multipart/form-data') && exchange.body !== undefined
    ? parseMultipart(exchange.body, type)
    : undefined
}

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

export function bodyArgument(exchange: Exchange, name: string): string | readonly string[] | undefined {
  if (exchange.body === undefined) return undefined
  const form = formOf(exchange)
  const parts = multipartOf(exchange)
  if (parts !== undefined) return parts.get(name)
  if (form === undefined) {
    const value = jsonBody(exchange)[name]
    return typeof value === 'string' ? value : undefined
  }
  const value = form.get(name)
  if (Array.isArray(value)) return value.map(String)
  return value === true ? undefined : value
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
    replaceBody(exchange, Buffer.from(JSON.stringify(rest)))
  }
}
