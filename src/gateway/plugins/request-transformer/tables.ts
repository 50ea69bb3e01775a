/**
 * The five steps on a table of names and values: a query, a form, a JSON object (behaviour: Kong 2.8.5,
 * 3.9.1).
 */
import type { Scope } from './expression.ts'
import { type Steps, valueFor } from './steps.ts'

export interface TableOf<Value> {
  get(name: string): Value | undefined
  set(name: string, value: Value): unknown
  delete(name: string): unknown
}

/** How values are made and joined where they are put. */
export interface Values<Value> {
  readonly of: (text: string) => Value
  /** Lua takes nil and false for not there. */
  readonly isThere: (value: Value | undefined) => boolean
  readonly append: (before: Value | undefined, text: string) => Value
}

/**
 * @param options `onlyAdd`: nothing was there, so nothing is removed, renamed or replaced
 * @returns whether Kong holds it for changed
 */
export function transformTable<Value>(
  table: TableOf<Value>,
  values: Values<Value>,
  steps: Steps,
  scope: Scope,
  { major, onlyAdd = false }: { readonly major: number; readonly onlyAdd?: boolean },
): boolean {
  let changed = false
  if (!onlyAdd) {
    for (const { name } of steps.remove) {
      table.delete(name)
      changed = true
    }
    for (const item of steps.rename) {
      const next = valueFor(item, scope)
      if (next === undefined) continue
      const value = table.get(item.name)
      const isMoved = next !== item.name && values.isThere(value)
      // 2.8 moves what is not there too: then nothing is left of either name.
      if (!isMoved && major >= 3) continue
      table.delete(next)
      if (value !== undefined) table.set(next, value)
      table.delete(item.name)
      changed = true
    }
    for (const item of steps.replace) {
      if (!values.isThere(table.get(item.name))) continue
      put(table, values, item.name, valueFor(item, scope))
      changed = true
    }
  }
  for (const item of steps.add) {
    if (values.isThere(table.get(item.name))) continue
    put(table, values, item.name, valueFor(item, scope))
    changed = true
  }
  for (const item of steps.append) {
    const value = valueFor(item, scope)
    if (value !== undefined) table.set(item.name, values.append(table.get(item.name), value))
    changed = true
  }
  return changed
}

function put<Value>(
  table: TableOf<Value>,
  values: Values<Value>,
  name: string,
  value: string | undefined,
): void {
  if (value === undefined) table.delete(name)
  else table.set(name, values.of(value))
}
