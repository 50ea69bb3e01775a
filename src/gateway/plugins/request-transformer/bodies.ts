/** Body changes of request-transformer: forms, JSON objects, multipart (behaviour: Kong 2.8.5, 3.9.1). */
import { readableBody } from '../../exchange/bodies.ts'
import { type Exchange, headerOf } from '../../exchange/exchange.ts'
import { type Argument, type Arguments, formatArguments, parseArguments } from '../kit/lua-args.ts'
import { decodeJson, luaJson } from '../kit/lua-json.ts'
import { parseMultipart } from '../kit/multipart.ts'
import { replaceBody } from '../kit/request-body.ts'
import type { Scope } from './expression.ts'
import { type Steps, valueFor } from './steps.ts'
import { transformTable, type Values } from './tables.ts'

export type BodyType = 'json' | 'form' | 'multipart'

/** The kind of a body by its content type; undefined: not changed. */
export function bodyTypeOf(exchange: Exchange): BodyType | undefined {
  const type = headerOf(exchange.headers, 'content-type')?.toLowerCase() ?? ''
  if (type.includes('application/json')) return 'json'
  if (type.includes('multipart/form-data')) return 'multipart'
  return type.includes('application/x-www-form-urlencoded') ? 'form' : undefined
}

/** The body is whole by then. */
export function transformBody(exchange: Exchange, steps: Steps, type: BodyType, scope: Scope): void {
  // As in Kong: a body that is too long counts as empty, so values can be added.
  const body = readableBody(exchange) ?? Buffer.alloc(0)
  const changed = { json: jsonBody, form: formBody, multipart: multipartBody }[type](
    exchange,
    body,
    steps,
    scope,
  )
  if (changed !== undefined) replaceBody(exchange, changed)
}

/** Values of queries and forms. */
export const argumentValues: Values<Argument | Argument[]> = {
  of: text => latin1(text),
  isThere: value => value !== undefined,
  append: (before, text) => {
    if (typeof before === 'string') return [before, latin1(text)]
    return Array.isArray(before) ? [...before, latin1(text)] : [latin1(text)]
  },
}

/** Arguments have a character for each byte. */
const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

const options = ({ snapshot }: Exchange, body: Buffer) => ({
  major: snapshot.version.major,
  onlyAdd: body.length === 0,
})

function formBody(exchange: Exchange, body: Buffer, steps: Steps, scope: Scope): Buffer | undefined {
  const table: Arguments = parseArguments(body.toString('latin1'))
  const changed = transformTable(table, argumentValues, steps, scope, options(exchange, body))
  return changed ? Buffer.from(formatArguments(table), 'latin1') : undefined
}

const jsonValues: Values<unknown> = {
  of: text => text,
  isThere: value => value !== undefined && value !== false,
  append: (before, text) => {
    if (typeof before === 'string') return [before, text]
    return Array.isArray(before) ? [...before, text] : [text]
  },
}

function jsonBody(exchange: Exchange, body: Buffer, steps: Steps, scope: Scope): Buffer | undefined {
  const object = body.length === 0 ? {} : objectIn(body)
  if (object === undefined) return undefined
  const table = new Map<string, unknown>(Object.entries(object))
  const changed = transformTable(table, jsonValues, steps, scope, options(exchange, body))
  return changed ? luaJson(Object.fromEntries(table)) : undefined
}

function objectIn(body: Buffer): object | undefined {
  const value = decodeJson(body.toString('utf8'))
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
}

/** Renames come before removals here, and nothing is appended. */
function multipartBody(exchange: Exchange, body: Buffer, steps: Steps, scope: Scope): Buffer | undefined {
  const parts = parseMultipart(body, headerOf(exchange.headers, 'content-type') ?? '')
  if (parts === undefined) return undefined
  let changed = false
  const isFull = body.length > 0
  for (const item of isFull ? steps.rename : []) {
    const next = valueFor(item, scope)
    const value = parts.get(item.name)
    if (next === undefined || value === undefined || next === item.name) continue
    parts.set(next, value)
    parts.delete(item.name)
    changed = true
  }
  for (const { name } of isFull ? steps.remove : []) {
    parts.delete(name)
    changed = true
  }
  for (const item of isFull ? steps.replace : []) {
    if (parts.get(item.name) === undefined) continue
    parts.delete(item.name)
    parts.set(item.name, valueFor(item, scope) ?? '')
    changed = true
  }
  for (const item of steps.add) {
    if (parts.get(item.name) !== undefined) continue
    parts.set(item.name, valueFor(item, scope) ?? '')
    changed = true
  }
  return changed ? parts.format() : undefined
}
