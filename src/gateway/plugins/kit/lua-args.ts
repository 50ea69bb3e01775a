/**
 * Arguments of queries and forms as Kong's plugins see them: Lua tables, where `a` alone is true, and what
 * comes twice is a list.
 */
import { tableOf } from './lua-tables.ts'

export type Argument = string | true
export type Arguments = Map<string, Argument | Argument[]>

/** `a=1&a=2&b&c=%20` → a: ['1', '2'], b: true, c: ' ' */
export const parseArguments = (text: string): Arguments => tableOf(argumentsIn(text))

function* argumentsIn(text: string): Iterable<readonly [string, Argument]> {
  for (const part of text.split('&')) {
    const at = part.indexOf('=')
    const name = unescaped(at === -1 ? part : part.slice(0, at))
    if (name !== '') yield [name, at === -1 ? true : unescaped(part.slice(at + 1))]
  }
}

/** Invalid escapes stay unchanged. */
function unescaped(text: string): string {
  if (!/[%+]/.test(text)) return text
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return bytes
}

/** Texts here have a character for each byte, as Lua's have. */
const escaped = (text: string): string =>
  text.replace(
    /[^A-Za-z0-9\-._~]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )

/** In the order of their texts, as Kong sends them; what has the same name stays together. */
export function formatArguments(table: Arguments): string {
  const groups = [...table].map(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .map(one => (one === true ? escaped(name) : `${escaped(name)}=${escaped(one)}`))
      .join('&'),
  )
  return groups.sort().join('&')
}

/** For JSON: as UTF-8. */
export function argumentsAsJson(table: Arguments): Record<string, unknown> {
  const utf8 = (one: Argument) => (one === true ? true : Buffer.from(one, 'latin1').toString('utf8'))
  return Object.fromEntries(
    [...table].map(([name, value]) => [
      Buffer.from(name, 'latin1').toString('utf8'),
      Array.isArray(value) ? value.map(utf8) : utf8(value),
    ]),
  )
}
