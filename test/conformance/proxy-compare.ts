/**
 * Whether an answer of the proxy is what real Kong's was, and whether the backend saw what it saw then. What
 * differs from run to run (times, request ids, ports of this machine, which backend's turn it is) is put in
 * one form first.
 */
import { type Learnt, translate } from './compare.ts'
import type { Echo } from './proxy-recordings.ts'

export type Pairs = readonly (readonly [string, string])[]

export interface ProxyAnswer {
  readonly status: number
  readonly headers: Pairs
  readonly body: string
}

export interface Expected {
  readonly status: number
  readonly headers: Pairs
  readonly body?: string | undefined
  readonly json?: unknown
  readonly upstream_saw?: Echo | undefined
}

export interface Ground {
  readonly learnt: Learnt
  /** The port of the proxy here, and the recorded one. */
  readonly port: { readonly here: number; readonly recorded: number }
}

const latency = /^x-kong-(proxy|upstream|response)-latency$/
const hex32 = /^[\da-f]{32}$/
const uuid = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g

/** Not set by the gateway, or a property of the recorder's connection. */
const uncompared = new Set(['date', 'content-length', 'user-agent', 'accept-encoding'])

/** @returns what differs, in a few words; undefined where nothing does */
export function proxyDifference(expected: Expected, actual: ProxyAnswer, ground: Ground): string | undefined {
  if (expected.status !== actual.status)
    return `status ${expected.status} expected, ${actual.status} found: ${actual.body.slice(0, 120)}`
  return (
    pairsDifference('header', expected.headers, actual.headers, ground) ??
    bodyDifference(expected, actual, ground)
  )
}

function bodyDifference(expected: Expected, actual: ProxyAnswer, ground: Ground): string | undefined {
  const recorded = expected.upstream_saw ?? (isEcho(expected.json) ? expected.json : undefined)
  const found = parsed(actual.body)
  if (recorded !== undefined) {
    return isEcho(found) ? echoDifference(recorded, found, ground) : `no echo: ${actual.body.slice(0, 120)}`
  }
  if (expected.json === undefined) {
    const { body = '' } = expected
    // The recorder kept the beginning of long ones.
    return textDifference(
      'body',
      body,
      body.length === 2000 ? actual.body.slice(0, 2000) : actual.body,
      ground,
    )
  }
  const json = textDifference('json', ordered(expected.json), ordered(found), ground)
  return json ?? lengthDifference(expected, actual)
}

/** Where the recording keeps a body only parsed, its length tells how it was written. */
function lengthDifference(expected: Expected, actual: ProxyAnswer): string | undefined {
  const length = expected.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1]
  const found = Buffer.byteLength(actual.body)
  // How long the machine's own name is says nothing.
  const isOfMachine = actual.body.includes('"worker_pid"')
  return length === undefined || isOfMachine || Number(length) === found
    ? undefined
    : `${length} bytes expected, ${found} found`
}

function echoDifference(recorded: Echo, found: Echo, ground: Ground): string | undefined {
  const line = ({ method, path, body }: Echo) => `${method} ${path} ${body}`
  return (
    textDifference('backend saw', line(recorded), line(found), ground) ??
    pairsDifference('backend saw', recorded.headers, found.headers, ground)
  )
}

function pairsDifference(what: string, recorded: Pairs, found: Pairs, ground: Ground): string | undefined {
  const left = normalPairs(recorded, ground.learnt, ground.port.recorded)
  const right = withSeconds(left, normalPairs(found, ground.learnt, ground.port.here))
  const missing = without(left, right)
  const extra = without(right, left)
  if (missing.length + extra.length === 0) return undefined
  return `${what}: ${JSON.stringify(missing)} expected, ${JSON.stringify(extra)} found`
}

/** What is in one list and not, or not as often, in the other. */
function without(list: readonly string[], others: readonly string[]): string[] {
  const left = [...others]
  return list.filter(one => {
    const at = left.indexOf(one)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

function normalPairs(pairs: Pairs, learnt: Learnt, port: number): string[] {
  return pairs
    .filter(([name]) => !uncompared.has(name.toLowerCase()))
    .map(([name, value]) => {
      const lower = name.toLowerCase()
      return `${lower}: ${normalValue(lower, translate(value, learnt), port)}`
    })
}

/**
 * Headers that count seconds: one more or less is the same, for the recorder's clock tells only when an
 * answer had come.
 */
const seconds = /^(age|retry-after|ratelimit-reset): (\d+)$/

function withSeconds(recorded: readonly string[], found: readonly string[]): string[] {
  return found.map(pair => {
    const [, name, value] = seconds.exec(pair) ?? []
    const near = recorded.find(other => {
      const [, otherName, otherValue] = seconds.exec(other) ?? []
      return name !== undefined && name === otherName && Math.abs(Number(value) - Number(otherValue)) <= 1
    })
    return near ?? pair
  })
}

function normalValue(name: string, value: string, port: number): string {
  if (latency.test(name)) return /^\d+$/.test(value) ? 'MS' : value
  if (name === 'x-kong-request-id') return hex32.test(value) ? 'ID' : value
  if (name === 'x-backend') return 'BACKEND'
  if (name === 'x-forwarded-port') return value === String(port) ? 'PORT' : value
  if (name === 'via') return value.replace(/^1 kong/, '1.1 kong')
  // Ids of entities are the recorded ones; of what else has one only the form is.
  if (!/^x-(consumer|credential)-/.test(name) && value.search(uuid) >= 0) return value.replace(uuid, 'UUID')
  // Whose turn it is differs; that it is one of the backends does not.
  if (name === 'host') return value.replace(/:[12]810[123]$/, ':BACKEND')
  return value
}

function textDifference(what: string, recorded: string, found: string, ground: Ground): string | undefined {
  const left = normalText(translate(recorded, ground.learnt))
  const right = normalText(found)
  if (left === right) return undefined
  return `${what}: ${left.slice(0, 200)} expected, ${right.slice(0, 200)} found`
}

const normalText = (text: string): string =>
  text
    .replace(/(request_id"?(?:: ?|":"?)"?|<requestid>)[\da-f]{32}/g, '$1ID')
    .replace(/(resolve for '[^']*' with: ).*?(?=["<]|$)/s, '$1ERROR')
    .replace(uuid, 'UUID')
    .replace(/"(hostname)":"[^"]*"/, '"$1":"MACHINE"')
    .replace(/"(worker_pid|created_at|updated_at)":\d+/g, '"$1":0')

const ordered = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  ) ?? ''

function isEcho(value: unknown): value is Echo {
  return (
    typeof value === 'object' && value !== null && 'method' in value && 'headers' in value && 'path' in value
  )
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
