/**
 * The steps that bring a URL's path into one form (RFC 3986, section 6.2.2), for the rule of routes' paths
 * and for the proxy, which each take those that Kong takes there.
 */

const reserved = new Set("!*'();:@&=+$,/?%#[]")

/** Whether a character has another meaning when escaped, so that its escape stays. */
export const keepsEscape = (character: string): boolean => reserved.has(character)

/**
 * `/%41%2f` → `/A%2F`: what means the same plain is unescaped, a character for each byte; digits of what
 * stays become capitals.
 *
 * @param plain what to write for a character; undefined where it stays escaped
 */
export const unescapePath = (path: string, plain: (character: string) => string | undefined): string =>
  path.replace(
    /%([0-9A-Fa-f]{2})/g,
    (whole, hex: string) => plain(String.fromCharCode(Number.parseInt(hex, 16))) ?? whole.toUpperCase(),
  )

/** `/a/./b/../c` → `/a/c`, `/a/..` → `/`; what leads above the root is dropped. */
export function resolveDots(path: string): string {
  const result: string[] = []
  const segments = path.split('/').slice(1)
  segments.forEach((segment, index) => {
    if (segment === '..') result.pop()
    if (segment !== '.' && segment !== '..') result.push(segment)
    else if (index === segments.length - 1) result.push('')
  })
  return `/${result.join('/')}`
}
