/** The responses of a step against what is expected of them; each deviation with its path below `expect`. */
import { isRecord } from '../entities/language/values.ts'
import type { Response } from './send.ts'
import type { Path } from './shape.ts'
import type { Received } from './stand-ins.ts'
import type { Expectation, ExpectedBody, ExpectedText } from './tests-file.ts'

/** A response, the request as its target received it, and the target's name. */
export interface Exchange {
  readonly response: Response
  readonly received: Received | undefined
  readonly target: string | undefined
}

export interface Deviation {
  readonly path: Path
  readonly message: string
  /** Which of the requests, from 0; absent: it is about all of them. */
  readonly index?: number
}

/** The first deviation of each expectation. */
export function deviations(expected: Expectation, exchanges: readonly Exchange[]): Deviation[] {
  const found = exchanges.flatMap((exchange, index) =>
    ofOne(expected, exchange).map(one => ({ ...one, index })),
  )
  const seen = new Set<string>()
  const first = found.filter(({ path }) => {
    const key = JSON.stringify(path)
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
  return [...first, ...shares(expected, exchanges), ...alternation(expected, exchanges)]
}

function ofOne(expected: Expectation, { response, received }: Exchange): Deviation[] {
  const { status, headers, body, plugins } = expected
  const { trace } = response
  return [
    ...(status === undefined || isStatus(status, response.status)
      ? []
      : [differs(['status'], String(status), response.status)]),
    ...named('route', expected.route, trace.route),
    ...named('service', expected.service, trace.service),
    ...headerDeviations(['headers'], headers, response.headers),
    ...(body === undefined ? [] : bodyDeviations(['body'], body, response.body)),
    ...pluginDeviations(plugins, trace.plugins ?? []),
    ...receivedDeviations(expected, received),
  ]
}

const differs = (path: Path, expected: string, got: unknown): Deviation => ({
  path,
  message: `${path.join(' ')}: expected ${expected}, got ${shown(got)}`,
})

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

const isStatus = (expected: NonNullable<Expectation['status']>, status: number): boolean => {
  if (typeof expected === 'number') return expected === status
  return typeof expected === 'string' ? expected[0] === String(status)[0] : expected.includes(status)
}

function named(
  field: 'route' | 'service',
  expected: string | null | undefined,
  got: { readonly id: string; readonly name: string | null } | undefined,
): Deviation[] {
  if (expected === undefined) return []
  const isSame = expected === null ? got === undefined : expected === got?.name || expected === got?.id
  if (isSame) return []
  const found = got === undefined ? 'none' : (got.name ?? got.id)
  return [{ path: [field], message: `${field}: expected ${expected ?? 'none'}, got ${found}` }]
}

function headerDeviations(
  path: Path,
  expected: Readonly<Record<string, ExpectedText>> | undefined,
  got: Readonly<Record<string, string | readonly string[] | undefined>>,
): Deviation[] {
  return Object.entries(expected ?? {}).flatMap(([name, value]) => {
    const found = got[name.toLowerCase()]
    const text = typeof found === 'object' ? found.join(', ') : found
    return textDeviation([...path, name], value, text)
  })
}

function textDeviation(path: Path, expected: ExpectedText, got: string | undefined): Deviation[] {
  if (expected === null) return got === undefined ? [] : [differs(path, 'none', got)]
  if (got === undefined)
    return [{ path, message: `${path.join(' ')}: expected ${wanted(expected)}, got none` }]
  return isText(expected, got) ? [] : [differs(path, wanted(expected), got)]
}

function isText(expected: Exclude<ExpectedText, null>, got: string): boolean {
  if (typeof expected !== 'object') return String(expected) === got
  return 'contains' in expected
    ? got.includes(expected.contains)
    : new RegExp(expected.matches, 'u').test(got)
}

function wanted(expected: Exclude<ExpectedText, null>): string {
  if (typeof expected !== 'object') return shown(String(expected))
  return 'contains' in expected
    ? `a text that contains ${shown(expected.contains)}`
    : `a match of ${shown(expected.matches)}`
}

function bodyDeviations(path: Path, expected: ExpectedBody, got: string): Deviation[] {
  if (typeof expected === 'string') return textDeviation(path, expected, got)
  const { contains, matches } = expected
  if (contains !== undefined) return textDeviation([...path, 'contains'], { contains }, got)
  if (matches !== undefined) return textDeviation([...path, 'matches'], { matches }, got)
  try {
    const parsed: unknown = JSON.parse(got)
    return jsonDeviations([...path, 'json'], expected.json, parsed)
  } catch {
    return [differs([...path, 'json'], 'JSON', got)]
  }
}

/** Fields that are not expected may be there; lists must be equal. */
function jsonDeviations(path: Path, expected: unknown, got: unknown): Deviation[] {
  if (isRecord(expected) && isRecord(got)) {
    return Object.entries(expected).flatMap(([name, one]) => jsonDeviations([...path, name], one, got[name]))
  }
  if (Array.isArray(expected) && Array.isArray(got) && expected.length === got.length)
    return expected.flatMap((one, index) => jsonDeviations([...path, index], one, got[index]))
  const [left, right] = [JSON.stringify(expected), JSON.stringify(got)]
  return left === right
    ? []
    : [{ path, message: `${path.join(' ')}: expected ${left}, got ${right ?? 'nothing'}` }]
}

function pluginDeviations(expected: readonly string[] | undefined, got: readonly string[]): Deviation[] {
  if (expected === undefined || same(expected, got)) return []
  const listed = (names: readonly string[]): string => names.join(', ') || 'none'
  return [{ path: ['plugins'], message: `plugins: expected ${listed(expected)}, got ${listed(got)}` }]
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index])

function receivedDeviations({ received: expected }: Expectation, got: Received | undefined): Deviation[] {
  if (expected === undefined) return []
  if (got === undefined)
    return [{ path: ['received'], message: 'received: no stand-in backend received the request' }]
  const { method, path, headers, body } = expected
  return [
    ...(method === undefined ? [] : textDeviation(['received', 'method'], method, got.method)),
    ...(path === undefined ? [] : textDeviation(['received', 'path'], path, got.path)),
    ...headerDeviations(['received', 'headers'], headers, got.headers),
    ...(body === undefined ? [] : bodyDeviations(['received', 'body'], body, got.body)),
  ]
}

/** A share is met where it cannot be met more exactly with so many requests. */
function shares({ targets }: Expectation, exchanges: readonly Exchange[]): Deviation[] {
  if (targets === undefined) return []
  const counts = new Map<string, number>()
  for (const { target } of exchanges)
    if (target !== undefined) counts.set(target, (counts.get(target) ?? 0) + 1)
  const all = exchanges.length
  const off = Object.entries(targets).filter(
    ([name, share]) => !isShare(share, counts.get(name.toLowerCase()) ?? 0, all),
  )
  const found = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name} ${count}`)
  const got = found.length === 0 ? 'no target was reached' : found.join(', ')
  return off.map(([name, share]) => ({
    path: ['targets', name],
    message: `targets ${name}: expected ${share} of ${all}, got ${got}`,
  }))
}

function isShare(share: number | string, count: number, all: number): boolean {
  if (typeof share === 'number') return share === count
  const [least = 0, most = least] = share.split('..').map(one => (Number.parseFloat(one) / 100) * all)
  return count > least - 1 && count < most + 1
}

function alternation({ alternates }: Expectation, exchanges: readonly Exchange[]): Deviation[] {
  if (alternates === undefined) return []
  const targets = exchanges.map(({ target }) => target ?? 'none')
  const repeats = targets.slice(1).some((one, index) => one === targets[index])
  if (repeats !== alternates) return []
  const message = alternates ? 'expected another target each time' : 'expected the same target twice in a row'
  return [{ path: ['alternates'], message: `alternates: ${message}, got ${targets.join(', ')}` }]
}
