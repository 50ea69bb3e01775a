/**
 * Arguments in a request's body, for plugins that look for them there: forms, multipart and JSON. The body
 * was read by then.
 */
import { readableBody } from '../../exchange/bodies.ts'
import { type Exchange, headerOf, withHeader, withoutHeader } from '../../exchange/exchange.ts'
import { type Argument, type Arguments, formatArguments, parseArguments } from './lua-args.ts'
import { decodeJson, digitsOf, luaJson } from './lua-json.ts'
import { type Multipart, parseMultipart } from './multipart.ts'

const isOfType = (exchange: Exchange, type: string): boolean =>
  headerOf(exchange.headers, 'content-type')?.toLowerCase().startsWith(type) ?? false

const isForm = (exchange: Exchange): boolean => isOfType(exchange, 'application/x-www-form-urlencoded')
const isJson = (exchange: Exchange): boolean => isOfType(exchange, 'application/json')

const multipartOf = (exchange: Exchange): Multipart | undefined => {
  const body = isOfType(exchange, 'multipart/form-data') ? readableBody(exchange) : undefined
  return body && parseMultipart(body, headerOf(exchange.headers, 'content-type') ?? '')
}

/** Undefined if the body is not a form. */
export function formOf(exchange: Exchange): Arguments | undefined {
  const body = isForm(exchange) ? readableBody(exchange) : undefined
  return body && parseArguments(body.toString('latin1'))
}

/** Undefined if the body is not JSON. */
export function jsonOf(exchange: Exchange): unknown {
  const body = isJson(exchange) ? readableBody(exchange) : undefined
  return body && decodeJson(body.toString('utf8'))
}

/** A list has no members with names. */
function membersOf(exchange: Exchange): Readonly<Record<string, unknown>> {
  const parsed = jsonOf(exchange)
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
  return isObject ? (parsed as Record<string, unknown>) : {}
}

/** Replaces the body of the upstream request. */
export function replaceBody(exchange: Exchange, body: Buffer): void {
  exchange.body = body
  exchange.isBodyReplaced = true
  exchange.headers = withHeader(
    withoutHeader(exchange.headers, 'transfer-encoding'),
    'Content-Length',
    String(body.length),
  )
}

/**
 * The text of an argument; true if it has a value that is not a text; a list if it occurs several times or
 * is a JSON object or list.
 */
export function bodyArgument(exchange: Exchange, name: string): Argument | readonly unknown[] | undefined {
  const form = formOf(exchange)
  if (form !== undefined) return form.get(name)
  const parts = multipartOf(exchange)
  if (parts !== undefined) return parts.get(name)
  const members = membersOf(exchange)
  const value = Object.hasOwn(members, name) ? members[name] : undefined
  if (value === undefined || value === false) return undefined
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null ? Object.values(value) : true
}

/** A body without this argument stays unchanged. */
export function withoutBodyArgument(exchange: Exchange, name: string): void {
  const form = formOf(exchange)
  const parts = multipartOf(exchange)
  if (form?.delete(name)) replaceBody(exchange, Buffer.from(formatArguments(form), 'latin1'))
  if (parts?.get(name) !== undefined) {
    parts.delete(name)
    replaceBody(exchange, parts.format())
  }
  const { [name]: taken, ...rest } = membersOf(exchange)
  if (taken !== undefined) replaceBody(exchange, luaJson(rest, digitsOf(exchange.snapshot.version)))
}
