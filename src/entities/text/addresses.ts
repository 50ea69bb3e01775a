/** Host names, IP addresses and ports as Kong reads them. Nothing here knows fields or kinds. */
export interface Address {
  readonly type: 'name' | 'ipv4' | 'ipv6'
  /**
   * A name as it was written; an IPv4 address without leading zeros, an IPv6 address in full, between
   * brackets.
   */
  readonly host: string
  readonly port: number | undefined
}

/** Kong's messages about an invalid address. */
export interface NoAddress {
  readonly problem: string
}

/**
 * A place to connect to: both parts are there.
 *
 * @example hostAndPort('[::1]:80') // { host: '::1', port: 80 }
 */
export function hostAndPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, host, port] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(text) ?? []
  return host === undefined ? undefined : { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

const tooHigh: NoAddress = { problem: 'invalid port number' }

/** Undefined if the port is invalid. */
const portOf = (digits: string | undefined): number | undefined =>
  digits === undefined || digits === '' ? undefined : Number(digits)

/** @example readAddress('a.example:80') // { type: 'name', host: 'a.example', port: 80 } */
export function readAddress(text: string): Address | NoAddress {
  const plain = text.replaceAll(':', '')
  if (text.length - plain.length > 1) return readIPv6(text)
  return /^[\d.]+$/.test(plain) ? readIPv4(text) : readName(text)
}

function readIPv4(text: string): Address | NoAddress {
  const [, address = '', digits] = /^(\d{1,3}(?:\.\d{1,3}){3})(?::(\d+))?$/.exec(text) ?? []
  const parts = address.split('.').map(Number)
  if (parts.length !== 4 || parts.some(part => part > 255))
    return { problem: `invalid ipv4 address: ${text}` }
  const port = portOf(digits)
  return port !== undefined && port > 65535 ? tooHigh : { type: 'ipv4', host: parts.join('.'), port }
}

function readIPv6(text: string): Address | NoAddress {
  const [, inside, rest = ''] = /^\[([^[\]]*)\](.*)$/.exec(text) ?? []
  if (rest !== '' && !/^:\d+$/.test(rest)) return { problem: 'invalid ipv6 address' }
  const port = portOf(rest.slice(1))
  if (port !== undefined && port > 65535) return tooHigh
  const full = fullIPv6(inside ?? text)
  return full === undefined
    ? { problem: `invalid ipv6 address: ${text}` }
    : { type: 'ipv6', host: `[${full}]`, port }
}

/** `::1` → `0000:0000:0000:0000:0000:0000:0000:0001`, as Kong stores it; it knows no IPv4 at the end. */
function fullIPv6(text: string): string | undefined {
  const whole = text.toLowerCase().replace(/^:/, '0:').replace(/:$/, ':0')
  const missing = 9 - whole.split(':').length
  const groups = whole.replace('::', `:${'0:'.repeat(Math.max(0, missing))}`).split(':')
  const isAddress = groups.length === 8 && groups.every(group => /^[\da-f]{1,4}$/.test(group))
  return isAddress ? groups.map(group => group.padStart(4, '0')).join(':') : undefined
}

/** Labels of letters, digits, `-` and `_`, not ending with `-`; only the last may be empty. */
function readName(text: string): Address | NoAddress {
  const [, name = '', digits] = /^(.*?)(?::(\d+))?$/s.exec(text) ?? []
  const port = portOf(digits)
  if (port !== undefined && port > 65535) return tooHigh
  const labels = name.split('.')
  const isBad = (label: string, index: number) =>
    label.endsWith('-') || (label === '' && index < labels.length - 1)
  if (!/^[\w.-]+$/.test(name) || labels.some(isBad)) return { problem: `invalid hostname: ${text}` }
  return { type: 'name', host: name, port }
}

/** @returns undefined for an invalid address */
export function parseAddress(text: string): Address | undefined {
  const address = readAddress(text)
  return 'problem' in address ? undefined : address
}

/**
 * A target as Kong stores it: the default port 8000, IPv6 addresses expanded, names unchanged.
 *
 * @example normaliseTarget('::1') // { target: '[0000:0000:0000:0000:0000:0000:0000:0001]:8000' }
 */
export function normaliseTarget(text: string): { readonly target: string } | { readonly problem: string } {
  const address = parseAddress(text)
  if (address === undefined) return { problem: 'Invalid target; not a valid hostname or ip address' }
  return { target: `${address.host}:${address.port ?? 8000}` }
}
