/** Cache-Control headers, read as far as a shared cache needs them (RFC 9111). */

export type Directives = ReadonlyMap<string, string | true>

/** @example parseCacheControl('max-age=5, private') // Map { 'max-age' → '5', 'private' → true } */
export function parseCacheControl(header: string | undefined): Directives {
  const parts = (header ?? '').split(',').flatMap(part => {
    const [name = '', value] = part.trim().split('=')
    return name === ''
      ? []
      : [[name.toLowerCase(), value === undefined ? true : value.replace(/^"|"$/g, '')] as const]
  })
  return new Map(parts)
}

/** Seconds that a response may be kept: s-maxage, else max-age, else what Expires leaves; undefined where none says. */
export function freshness(
  directives: Directives,
  expires: string | undefined,
  now: number,
): number | undefined {
  for (const name of ['s-maxage', 'max-age']) {
    const value = directives.get(name)
    if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value)
  }
  const until = expires === undefined ? Number.NaN : Date.parse(expires)
  return Number.isNaN(until) ? undefined : Math.max(0, Math.floor((until - now) / 1000))
}
