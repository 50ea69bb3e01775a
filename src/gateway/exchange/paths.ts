/** Paths as Kong reads and builds them: normalised paths of requests, and paths of upstream requests. */
import type { Route } from '../../entities/kinds/route.ts'
import { keepsEscape, resolveDots, unescapePath } from '../../entities/text/url-path.ts'

/**
 * `/a//b/../%41%20%2F` → `/a/A %2F`: slashes merged, dots resolved, all unescaped that means the same then.
 * Paths inside the proxy are such texts, a character for each byte; `escapePath` makes them fit to be sent.
 */
export function normalisePath(raw: string): string {
  if (!/%|\/\/|\/\./.test(raw)) return raw
  const plain = unescapePath(raw, one => (keepsEscape(one) ? undefined : one))
  return resolveDots(plain.replace(/\/{2,}/g, '/'))
}

/** A route's prefix in the form that requests' paths have. */
export const readPath = (path: string): string => normalisePath(Buffer.from(path).toString('latin1'))

const escaped = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

export const escapePath = (path: string): string =>
  path.replace(/[^!#$&'()*+,/:;=?@[\]A-Za-z\d\-_.~%]/g, escaped)

/** For headers: what would end a line, or is beyond ASCII, is escaped; spaces are not (recorded). */
export const headerPath = (path: string): string => path.replace(/[^\x20-\x7e]/g, escaped)

/**
 * The path of the upstream request (source: `path_handling` of Kong's documentation, and the recorded table
 * of paths).
 *
 * @param matched the part of the path that the route matched; without `strip_path` the whole path is kept
 */
export function upstreamPath(
  path: string,
  matched: string,
  route: Pick<Route, 'strip_path' | 'path_handling'>,
  base: string | null,
): string {
  const postfix = sanePostfix(matched === '' ? path.slice(1) : path.slice(matched.length))
  const joined = route.path_handling === 'v1' ? joinedV1 : joinedV0
  return escapePath(joined(path, postfix, route.strip_path, base ?? '/'))
}

/** The rest after a prefix must not lead upwards: `/a../b` without `/a` is `b` (as Kong cuts it). */
const sanePostfix = (postfix: string): string => postfix.replace(/^\.\.?(?:\/|$)/, '')

function joinedV0(path: string, postfix: string, strip: boolean, base: string): string {
  const slashed = base.endsWith('/')
  if (!strip) {
    if (slashed) return base + path.slice(1)
    return path === '/' ? base : base + path
  }
  if (postfix !== '') {
    if (slashed) return base.slice(0, postfix.startsWith('/') ? -1 : undefined) + postfix
    return base + (postfix.startsWith('/') ? '' : '/') + postfix
  }
  if (slashed) return base === '/' || path.endsWith('/') ? base : base.slice(0, -1)
  return path.length > 1 && path.endsWith('/') ? `${base}/` : base
}

function joinedV1(path: string, postfix: string, strip: boolean, base: string): string {
  if (!strip) return base + path.slice(1)
  return base.endsWith('/') && postfix.startsWith('/') ? base.slice(0, -1) + postfix : base + postfix
}
