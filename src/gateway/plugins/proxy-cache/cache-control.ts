/** Cache-Control headers as Kong's proxy-cache reads them (source: 2.8.5 and 3.9.1). */

import { parseHttpTime } from '../kit/http-time.ts'

/** A number where the text is one; `true` where a directive has no value. */
export type Directives = ReadonlyMap<string, string | number | true>

/** @example parseCacheControl('max-age=5, private') // Map { 'max-age' → 5, 'private' → true } */
export function parseCacheControl(headers: readonly string[]): Directives {
  const parts = headers.join(', ').split(',')
  return new Map(
    parts.flatMap(part => {
      const [, name, value] = /^\s*([^=]+)(?:=(.+))?/.exec(part) ?? []
      if (name === undefined) return []
      const number = value === undefined || value.trim() === '' ? Number.NaN : Number(value)
      return [[name.toLowerCase(), Number.isNaN(number) ? (value ?? true) : number] as const]
    }),
  )
}

/** Seconds that a response may be cached: s-maxage, else max-age, else by Expires; 0 without any of them. */
export function freshness(directives: Directives, expires: string | undefined, now: number): number {
  const said = directives.get('s-maxage') ?? directives.get('max-age')
  if (said !== undefined) return typeof said === 'number' ? Math.max(said, 0) : 0
  const until = parseHttpTime(expires)
  return until === undefined ? 0 : Math.max(0, until - Math.floor(now / 1000))
}
