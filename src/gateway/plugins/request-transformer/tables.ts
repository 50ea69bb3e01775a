/** The five steps on a table of names and values: a query, a form, a JSON object (behaviour: Kong 2.8.5, 3.9.1). */
import type { Exchange } from '../../proxy/exchange.ts'
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
 * @param onlyAdd nothing was there: nothing is removed, renamed or replaced then
 * @returns whether Kong holds it for changed
 */
export function transformTable<Value>(
  table: TableOf<Value>,
  values: Values<Value>,
  steps: Steps,
  exchange: Exchange,
  onlyAdd: boolean,
): boolean {
  const { version } = exchange.snapshot
  let changed = false
  if (!onlyAdd) {
    for (const { name } of steps.remove) {
      table.delete(name)
      changed = true
    }
    for (const item of steps.rename) {
      const next = valueFor(item, exchange)
      const value = table.get(item.name)
      changed ||= version.major < 3
      if (next === undefined || next === item.name || !values.isThere(value)) continue
      table.delete(item.name)
      table.set(next, value as Value) // it is there
      changed = true
    }
    for (const item of steps.replace) {
      if (!values.isThere(table.get(item.name))) continue
      put(table, values, item.name, valueFor(item, exchange))
      changed = true
    }
  }
  for (const item of steps.add) {
    if (values.isThere(table.get(item.name))) continue
    put(table, values, item.name, valueFor(item, exchange))
    changed = true
  }
  for (const item of steps.append) {
    const value = valueFor(item, exchange)
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
