/**
 * Templates of request-transformer: text with Lua expressions, `$(headers.x)`, `$(query_params["x"] or
 * "none")`, `$(uri_captures[1])`. The headers and query of an exchange are read once, by its first template
 * (as in Kong 2.8.5 and 3.9.1): a removed header can still be used in the query.
 */

import type { Exchange } from '../../exchange/exchange.ts'
import { parseArguments } from '../kit/lua-args.ts'
import { numeral } from '../kit/lua-json.ts'
import { headerValues } from '../kit/lua-tables.ts'
import { compileExpression, type Scope, type Table, type Value } from './expression.ts'

export type Template = (scope: Scope) => string

/** @throws SyntaxError where a `$(…)` is more Lua than is known here */
export function compileTemplate(text: string): Template {
  const parts = partsOf(text).map(part => ('text' in part ? () => part.text : shown(part.expression)))
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  return scope => parts.map(part => part(scope)).join('')
}

/** nil and false become an empty text; a table becomes its type name. */
function shown(source: string): Template {
  const expression = compileExpression(source)
  return scope => {
    const value = expression(scope)
    if (typeof value === 'number') return numeral(value)
    return typeof value === 'object' ? 'table' : String(value || '')
  }
}

type Part = { readonly text: string } | { readonly expression: string }

/** Balanced parentheses inside belong to the expression. */
function partsOf(text: string): Part[] {
  const parts: Part[] = []
  let rest = text
  for (;;) {
    const at = rest.indexOf('$(')
    const end = at === -1 ? -1 : closing(rest, at + 1)
    if (end === -1) return [...parts, { text: rest }]
    if (at > 0) parts.push({ text: rest.slice(0, at) })
    parts.push({ expression: rest.slice(at + 2, end) })
    rest = rest.slice(end + 1)
    if (rest === '') return parts
  }
}

function closing(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') depth += 1
    else if (text[at] === ')') depth -= 1
    if (depth === 0) return at
  }
  return -1
}

/** The scope of one exchange's templates. */
export function scopeOf(exchange: Exchange): Scope {
  const known = new Map<string, Table>()
  return name => {
    const table = known.get(name) ?? tables[name]?.(exchange)
    if (table !== undefined) known.set(name, table)
    return table
  }
}

/** A text, or a list where there are several. */
function several(values: readonly (string | true)[]): Value {
  if (values.length < 2) return values[0]
  return { at: (key: string | number) => (typeof key === 'number' ? values[key - 1] : undefined) }
}

const tables: Readonly<Record<string, (exchange: Exchange) => Table>> = {
  headers: ({ headers }) => ({
    at: name => (typeof name === 'string' ? several(headerValues(headers, name)) : undefined),
  }),
  query_params: ({ query }) => {
    const table = parseArguments(query ?? '')
    return { at: name => several([table.get(String(name)) ?? []].flat()) }
  },
  uri_captures: exchange => {
    const { named, unnamed, whole } = exchange.captures()
    return { at: name => (typeof name === 'string' ? named[name] : [whole, ...unnamed][name]) }
  },
  // Plugins that put something there are not run.
  shared: () => ({ at: () => undefined }),
}
