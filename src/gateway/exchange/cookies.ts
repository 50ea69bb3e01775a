/** Cookies of a request. */
import { type Header, headersOf } from './exchange.ts'

/** The first cookie of this name; as in nginx, case does not matter. */
export function cookieOf(headers: readonly Header[], name: string): string | undefined {
  const wanted = name.toLowerCase()
  for (const header of headersOf(headers, 'cookie')) {
    for (const pair of header.split(';')) {
      const at = pair.indexOf('=')
      if (at > 0 && pair.slice(0, at).trim().toLowerCase() === wanted) return pair.slice(at + 1).trim()
    }
  }
  return undefined
}
