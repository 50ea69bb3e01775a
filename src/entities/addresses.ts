/** Host names, IP addresses and ports as Kong reads them. Nothing here knows fields or kinds. */
import { isIPv4, isIPv6 } from 'node:net'

export interface Address {
  readonly type: 'name' | 'ipv4' | 'ipv6'
  /** As it was written; an IPv6 address in full, between brackets. */
  readonly host: string
  readonly port: number | undefined
}

/** `::1` → `0000:0000:0000:0000:0000:0000:0000:0001`, as Kong stores it. */
export function fullIPv6(text: string): string {
  const address = text.toLowerCase()
  const v4 = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const hex = (a: string | undefined, b: string | undefined) =>
    ((Number(a) << 8) | Number(b)).toString(16).padStart(4, '0')
  const plain = v4 === null ? address : `${v4[1]}${hex(v4[2], v4[3])}:${hex(v4[4], v4[5])}`
  const [head = '', tail] = plain.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0')
  return [...left, ...zeros, ...right].map(group => group.padStart(4, '0')).join(':')
}

/** Kong's host names: labels of letters, digits, `-` and `_`; no empty label but a last one. */
export function isHostname(text: string): boolean {
  if (text === '' || !/^[\w.-]+$/.test(text)) return false
  return !text.startsWith('.') && !text.includes('..')
}

/** @returns undefined where the text is no host, or its port no port */
export function parseAddress(text: string): Address | undefined {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text)
  if (bracketed !== null) {
    const [, inside = '', portText] = bracketed
    const port = portText === undefined ? undefined : parsePort(portText)
    if (!isIPv6(inside) || (portText !== undefined && port === undefined)) return undefined
    return { type: 'ipv6', host: `[${fullIPv6(inside)}]`, port }
  }
  if (isIPv6(text)) return { type: 'ipv6', host: `[${fullIPv6(text)}]`, port: undefined }
  const [host = '', portText, ...rest] = text.split(':')
  const port = portText === undefined ? undefined : parsePort(portText)
  if (rest.length > 0 || (portText !== undefined && port === undefined)) return undefined
  if (isIPv4(host)) return { type: 'ipv4', host, port }
  // Numbers and dots that are no IPv4 address are no name either.
  if (/^[\d.]+$/.test(host) || !isHostname(host)) return undefined
  return { type: 'name', host, port }
}

export function parsePort(text: string): number | undefined {
  if (!/^\d{1,5}$/.test(text)) return undefined
  const port = Number(text)
  return port <= 65535 ? port : undefined
}

/**
 * A target as Kong stores it: port 8000 where none is given, IPv6 in full; names as they are written.
 *
 * @example normaliseTarget('::1') // { target: '[0000:0000:0000:0000:0000:0000:0000:0001]:8000' }
 */
export function normaliseTarget(text: string): { readonly target: string } | { readonly problem: string } {
  const address = parseAddress(text)
  if (address === undefined) return { problem: 'Invalid target; not a valid hostname or ip address' }
  return { target: `${address.host}:${address.port ?? 8000}` }
}
