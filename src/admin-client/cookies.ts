/** A Netscape cookie file, as curl and browsers' exports write it: which of its cookies go to an address. */

interface Cookie {
  readonly domain: string
  /** Hosts below the domain get it too. */
  readonly coversSubdomains: boolean
  readonly path: string
  readonly secure: boolean
  /** Seconds since 1970; 0 for the time of a session. */
  readonly expires: number
  readonly pair: string
}

/**
 * `domain  TRUE|FALSE  path  TRUE|FALSE  expiry  name  value`, separated by tabs; `#HttpOnly_` before the
 * domain is no comment.
 */
function cookieOf(line: string): Cookie[] {
  const plain = line.replace(/^#HttpOnly_/, '')
  const fields = plain.split('\t')
  if (plain.startsWith('#') || fields.length < 7) return []
  const [domain = '', subdomains, path = '/', secure, expires, name, ...value] = fields
  return [
    {
      domain: domain.replace(/^\./, '').toLowerCase(),
      coversSubdomains: subdomains === 'TRUE' || domain.startsWith('.'),
      path,
      secure: secure === 'TRUE',
      expires: Number(expires),
      pair: `${name}=${value.join('\t').trimEnd()}`,
    },
  ]
}

/** Paths match by whole segments (RFC 6265, section 5.1.4): `/a` is above `/a/b`, and not above `/ab`. */
const below = (path: string): string => (path.endsWith('/') ? path : `${path}/`)

/**
 * @param now milliseconds
 * @returns the value of a Cookie header; the empty text where no cookie is for that address
 */
export function cookiesFor(text: string, address: URL, now: number): string {
  const host = address.hostname.toLowerCase()
  const path = address.pathname
  return text
    .split(/\r?\n/)
    .flatMap(cookieOf)
    .filter(
      cookie => cookie.domain === host || (cookie.coversSubdomains && host.endsWith(`.${cookie.domain}`)),
    )
    .filter(cookie => below(path).startsWith(below(cookie.path)))
    .filter(cookie => !cookie.secure || address.protocol === 'https:')
    .filter(cookie => cookie.expires === 0 || cookie.expires * 1000 > now)
    .map(({ pair }) => pair)
    .join('; ')
}
