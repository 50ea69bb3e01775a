/**
 * Changes of JSON bodies by response-transformer, in Kong's order: remove, rename, replace, add, append
 * (source: 2.8.5 and 3.9.1).
 */
import { decodeJson, luaJson } from '../kit/lua-json.ts'
import { namesAndValues } from '../kit/name-value.ts'

export interface JsonConfig {
  readonly json?: readonly string[] | null
  readonly json_types?: readonly string[] | null
}

type Step = 'remove' | 'rename' | 'replace' | 'add' | 'append'
type Table = Record<string, unknown>

/** Undefined if there is nothing to change; other bodies than JSON objects stay unchanged. */
export function jsonTransformer(
  config: Readonly<Record<Step, JsonConfig>>,
): ((body: Buffer) => Buffer) | undefined {
  const steps = [
    ...namesAndValues(config.remove.json).map(({ name }) => remover(name)),
    ...namesAndValues(config.rename.json).map(({ name, value }) => renamer(name, value)),
    ...valuesOf(config.replace).map(({ name, value }) => replacer(name, value)),
    ...valuesOf(config.add).map(({ name, value }) => adder(name, value)),
    ...valuesOf(config.append).map(({ name, value }) => appender(name, value)),
  ]
  if (steps.length === 0) return undefined
  return body => {
    const table = parsed(body)
    if (table === undefined) return body
    for (const step of steps) step(table)
    return luaJson(table)
  }
}

function parsed(body: Buffer): Table | undefined {
  const value = decodeJson(body.toString('utf8'))
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : undefined
}

/** Lua takes only these for not there. */
const isThere = (value: unknown): boolean => value !== undefined && value !== false

const remover = (name: string) => (table: Table) => {
  delete table[name]
}

const renamer = (name: string, next: string | undefined) => (table: Table) => {
  if (next === undefined || table[name] === undefined) return
  table[next] = table[name]
  if (next !== name) delete table[name]
}

const replacer = (name: string, value: unknown) => (table: Table) => {
  if (isThere(table[name])) table[name] = value
}

const adder = (name: string, value: unknown) => (table: Table) => {
  if (!isThere(table[name])) table[name] = value
}

const appender = (name: string, value: unknown) => (table: Table) => {
  const before = table[name]
  if (typeof before === 'string') table[name] = [before, value]
  else table[name] = Array.isArray(before) ? [...before, value] : [value]
}

/** The entries whose value has the configured type. */
function valuesOf({ json, json_types }: JsonConfig): { readonly name: string; readonly value: unknown }[] {
  return namesAndValues(json).flatMap(({ name, value }, at) => {
    const typed = cast(textOf(value), json_types?.[at])
    return typed === undefined ? [] : [{ name, value: typed }]
  })
}

/** As Kong writes it into JSON, except for quotes: a backslash is doubled. */
const textOf = (value: string | undefined): string =>
  value === undefined ? 'null' : JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"')

function cast(text: string, type: string | undefined): unknown {
  if (type === 'boolean') return text === 'true'
  if (type !== 'number') return text
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isNaN(number) ? undefined : number
}
