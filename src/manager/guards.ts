/**
 * The clients that may use the Manager: a browser on this machine that shows the Manager's own page. Two
 * attacks are refused: another site's page that sends requests here (CSRF), and a host name of an attacker
 * that resolves to this machine (DNS rebinding).
 */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

export interface Refusal {
  readonly status: number
  readonly message: string
}

/** @param ownHost the configured listen host, if it is a name and not an address */
export function hostRefusal({ headers }: IncomingMessage, ownHost: string): Refusal | undefined {
  const name = hostName(headers.host)
  // An address cannot be made to point elsewhere; a name can, but for these.
  const isSafe = isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || name === ownHost
  if (isSafe) return undefined
  return {
    status: 421,
    message: `this is not ${name === '' ? 'a host without a name' : name}: open the Manager at the address it said`,
  }
}

/**
 * Reads may come from anywhere but another site's page; writes must prove that they come from the page
 * itself. Browsers send `Sec-Fetch-Site`, older ones `Origin`; a page can set neither.
 */
export function originRefusal({ method, headers }: IncomingMessage): Refusal | undefined {
  const site = headers['sec-fetch-site']
  const isRead = method === 'GET' || method === 'HEAD'
  if (isRead) return site === undefined || site === 'same-origin' || site === 'none' ? undefined : notFromHere
  if (site !== undefined && site !== 'same-origin') return notFromHere
  return headers.origin === `http://${headers.host}` ? undefined : notFromHere
}

const notFromHere: Refusal = {
  status: 403,
  message: 'only the Manager’s own page may do this; scripts talk to the Admin API itself',
}

/** `localhost:8002` → `localhost`, `[::1]:8002` → `::1` */
const hostName = (host = ''): string =>
  host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
