/** Names with values as Lua's tables hold them: what comes several times is a list. */
import { type Header, headersOf } from '../../exchange/exchange.ts'

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

/**
 * The values of a request header, looked up as in that table: if the name does not exist, its underscores
 * match hyphens.
 */
export function headerValues(headers: readonly Header[], name: string): string[] {
  const found = headersOf(headers, name)
  return found.length > 0 || !name.includes('_') ? found : headersOf(headers, name.replaceAll('_', '-'))
}

/** Names of response headers that plugins set or clear: nginx's Lua writes hyphens for underscores there. */
export const responseName = (name: string): string => name.replaceAll('_', '-')
