/**
 * Hosts as the traditional router reads them (source: `split_port` and wildcards of
 * `kong/router/traditional.lua` of 3.9, `kong/router.lua` of 2.8).
 */
import type { HostNames, HostTest } from './hosts.ts'

/** A host as a client names it: `a.example` of plain HTTP is `a.example:80` to wildcards. */
export interface TraditionalHost extends HostNames {
  readonly sent: string
  readonly withPort: string
}

/** A host that a route names. */
export interface TraditionalHostTest extends HostTest {
  /** The host as written in the route, by which Kong finds routes again. */
  readonly value: string
}

interface Split {
  readonly name: string
  readonly port: string | undefined
}

/** `[::1]:80` → `::1` and `80`; `a:` → `a`; `::11` and `a:b` have no port. */
function split(host: string): Split {
  const [, literal, name = literal, port] = /^(?:\[(.*)\]|([^:]*))(?::(\d*))?$/.exec(host) ?? []
  return name === undefined ? { name: host, port: undefined } : { name, port: port || undefined }
}

export const namesPort = (host: string): boolean => split(host).port !== undefined

export function traditionalHost(sent: string, protocol: 'http' | 'https'): TraditionalHost {
  const { name, port } = split(sent)
  const usual = protocol === 'https' ? '443' : '80'
  return {
    sent,
    name,
    withPort: port === undefined ? withUsualPort(sent, name, usual) : sent,
    whole: unique(sent, name),
  }
}

/** Other texts than names and bracketed addresses get brackets, as in Kong. */
function withUsualPort(sent: string, name: string, port: string): string {
  if (sent.startsWith('[')) return `${sent.replace(/:$/, '')}:${port}`
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`
}

const unique = (one: string, other: string): string[] => (one === other ? [one] : [one, other])

/** A plain host is one text with its port. */
export function traditionalHostTest(value: string): TraditionalHostTest {
  const { name, port } = split(value)
  if (name.startsWith('*')) return { part: 'end', text: name.slice(1), port, value }
  if (name.endsWith('*')) return { part: 'begin', text: name.slice(0, -1), port, value }
  return { part: 'whole', text: value, port: undefined, value }
}

/**
 * @param found the wildcard by which Kong found routes first: plain hosts are then not looked for as they
 *   were sent
 */
export function isTraditionalHost(
  test: TraditionalHostTest,
  host: TraditionalHost,
  found: string | undefined,
): boolean {
  if (test.part !== 'whole') return isOfWildcard(test, host)
  return test.text === host.name || (found === undefined && test.text === host.sent)
}

/** The wildcard matches at least one character; without a port it matches any port. */
export function isOfWildcard({ part, text, port }: HostTest, { withPort }: TraditionalHost): boolean {
  const end = port === undefined ? '' : `:${port}`
  if (part === 'begin')
    return withPort.startsWith(text) && withPort.endsWith(end) && withPort.length > text.length + end.length
  const requestHost = port === undefined ? withPort.replace(/:\d+$/, '') : withPort
  return requestHost.endsWith(text + end) && requestHost.length > text.length + end.length
}
