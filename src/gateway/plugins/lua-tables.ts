/** Names with values as Lua's tables hold them: what comes several times is a list. */
import type { Header } from '../proxy/exchange.ts'

export function tableOf<T>(pairs: Iterable<readonly [name: string, value: T]>): Map<string, T | T[]> {
  const table = new Map<string, T | T[]>()
  for (const [name, value] of pairs) {
    const known = table.get(name)
    if (known === undefined) table.set(name, value)
    else table.set(name, Array.isArray(known) ? [...known, value] : [known, value])
  }
  return table
}

/** Headers, with their names in lower case. */
export const headerTable = (headers: readonly Header[]): Map<string, string | string[]> =>
  tableOf(headers.map(([name, value]) => [name.toLowerCase(), value] as const))
