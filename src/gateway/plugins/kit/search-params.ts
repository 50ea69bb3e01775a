/**
 * Queries as Kong 3.9 rewrites them after removing an argument (Ada's `URLSearchParams`; WHATWG URL,
 * section 5).
 */

/**
 * `z&x=%2f[1]&y=%20a+b` → `z=&x=%2F%5B1%5D&y=+a+b`, also where the argument is not there.
 *
 * @param query a character for each byte
 * @param name of the argument to take out
 */
export function withoutSearchParam(query: string, name: string): string {
  const bytes = Buffer.from(name, 'utf8').toString('latin1')
  const parts = query.replace(/^\?/, '').split('&')
  const pairs = parts.filter(part => part !== '').map(pairOf)
  return pairs
    .filter(([one]) => one !== bytes)
    .map(([one, value]) => `${escaped(one)}=${escaped(value)}`)
    .join('&')
}

function pairOf(part: string): readonly [name: string, value: string] {
  const at = part.indexOf('=')
  return at === -1 ? [unescaped(part), ''] : [unescaped(part.slice(0, at)), unescaped(part.slice(at + 1))]
}

const unescaped = (text: string): string =>
  text
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const escaped = (text: string): string =>
  text
    .replace(
      /[^ *\-.0-9A-Z_a-z]/g,
      character => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .replaceAll(' ', '+')
