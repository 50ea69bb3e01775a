/**
 * A route's expression, compiled once per configuration to be evaluated for requests (`http.path ^= "/a" &&
 * any(http.headers.x) == "b"`). `entities/expressions` parses it. Texts have one character per byte, as
 * paths and headers in the proxy.
 */
import { BlockList, isIPv6 } from 'node:net'
import type {
  Expression,
  Literal,
  Operator,
  Predicate,
} from '../../entities/expressions/expression-language.ts'
import { rustOrNever } from '../../entities/regex/or-never.ts'
import { asBytes, lowerCase, type Regex } from '../../entities/regex/regex.ts'
import { addCaptures, type CapturesByKey } from './captures.ts'
import { headerValues } from './header-values.ts'
import { splitHost } from './hosts.ts'
import type { RouterRequest } from './router.ts'

/** Results collected while an expression is evaluated, as in Kong's router. */
export interface MatchResults {
  /** The matched part of the path: from the last true comparison with it. */
  path: string
  /**
   * If present, receives the captures of all regexes, also of those in parts of the expression that are
   * false.
   */
  readonly captures?: CapturesByKey
}

/** @returns what of a value a regex matched */
export function findIn(regex: Regex, value: string, { captures }: MatchResults): string | undefined {
  if (captures === undefined) return regex.find(value)
  const match = regex.match(value)
  if (match !== undefined) addCaptures(captures, match)
  return match?.whole
}

export type ExpressionTest = (request: RouterRequest, results: MatchResults) => boolean

type Value = string | number
type ValueTest = (value: Value, results: MatchResults) => boolean

/** The values that a request has for a field; none where it has no such header, argument or segment. */
type Read = (request: RouterRequest) => readonly Value[]

export function compileExpression(expression: Expression): ExpressionTest {
  if (expression.is === 'predicate') return compilePredicate(expression)
  if (expression.is === 'not') {
    const inner = compileExpression(expression.inner)
    return (request, results) => !inner(request, results)
  }
  const left = compileExpression(expression.left)
  const right = compileExpression(expression.right)
  return expression.is === 'and'
    ? (request, results) => left(request, results) && right(request, results)
    : (request, results) => left(request, results) || right(request, results)
}

/**
 * All values of a field must hold, or `any` of them; of a field without values nothing holds, not even `!=`.
 */
function compilePredicate({ field, lower, any, operator, value }: Predicate): ExpressionTest {
  const read = reader(field)
  const plain = valueTest(operator, value, field === 'http.path')
  const test: ValueTest = lower ? (one, results) => plain(lowerCase(String(one)), results) : plain
  return (request, results) => {
    const values = read(request)
    if (values.length === 0) return false
    return any ? values.some(one => test(one, results)) : values.every(one => test(one, results))
  }
}

function valueTest(operator: Operator, literal: Literal, isPath: boolean): ValueTest {
  if (operator === 'in' || operator === 'not in') {
    const inside = addressTest(literal)
    return operator === 'in' ? inside : one => !inside(one, { path: '' })
  }
  if (literal.type === 'IpAddr') {
    const same = addressTest(literal)
    return operator === '==' ? same : one => !same(one, { path: '' })
  }
  if (typeof literal.value === 'number') return numberTest(operator, literal.value)
  return textTest(operator, literal.value, isPath)
}

function addressTest(literal: Literal): ValueTest {
  const list = new BlockList()
  const address = String(literal.value)
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (literal.type === 'IpCidr') list.addSubnet(address, literal.bits, family)
  else list.addAddress(address, family)
  return one => list.check(String(one), isIPv6(String(one)) ? 'ipv6' : 'ipv4')
}

function numberTest(operator: Operator, expected: number): ValueTest {
  const tests: Readonly<Partial<Record<Operator, (value: number) => boolean>>> = {
    '==': value => value === expected,
    '!=': value => value !== expected,
    '>': value => value > expected,
    '>=': value => value >= expected,
    '<': value => value < expected,
    '<=': value => value <= expected,
  }
  const test = tests[operator]
  return value => test?.(Number(value)) ?? false
}

function textTest(operator: Operator, expected: string, isPath: boolean): ValueTest {
  const matched = matchOf(operator, expected)
  return (value, results) => {
    const match = matched(String(value), results)
    if (match === undefined) return false
    if (isPath && operator !== '!=' && operator !== 'contains') results.path = match
    return true
  }
}

/** The matched part of a value, for operators that compare texts. */
function matchOf(
  operator: Operator,
  text: string,
): (value: string, results: MatchResults) => string | undefined {
  const expected = asBytes(text)
  const when = (test: (value: string) => boolean) => (value: string) => (test(value) ? expected : undefined)
  if (operator === '~') {
    const pattern = rustOrNever(text)
    return (value, results) => findIn(pattern, value, results)
  }
  if (operator === '^=') return when(value => value.startsWith(expected))
  if (operator === '=^') return when(value => value.endsWith(expected))
  if (operator === 'contains') return when(value => value.includes(expected))
  return operator === '!=' ? when(value => value !== expected) : when(value => value === expected)
}

const one = (value: Value | undefined): readonly Value[] => (value === undefined ? [] : [value])

const readers: Readonly<Record<string, Read>> = {
  'http.method': request => [request.method],
  'http.host': request => [splitHost(request.host)[0] ?? ''],
  'http.path': request => [request.path],
  'http.path.segments.len': request => [segmentsOf(request.path).length],
  'net.protocol': ({ connection }) => [connection.protocol],
  'tls.sni': ({ connection }) => one(connection.serverName),
  'net.src.ip': ({ connection }) => one(connection.source?.ip),
  'net.src.port': ({ connection }) => one(connection.source?.port),
  'net.dst.ip': ({ connection }) => one(connection.destination?.ip),
  // The port in the client's `Host` comes first.
  'net.dst.port': ({ host, port }) => [Number(splitHost(host)[1] ?? port)],
}

export function reader(field: string): Read {
  const known = readers[field]
  if (known !== undefined) return known
  const [, group, name = ''] = /^http\.(headers|queries|path\.segments)\.(.*)$/.exec(field) ?? []
  if (group === 'headers') return headerReader(name)
  if (group === 'queries') return request => argumentsOf(request.query, name)
  return request => one(segmentAt(request.path, name))
}

const headerReader =
  (name: string): Read =>
  ({ headers }) =>
    headerValues(headers, name)

/** An argument without a value counts as an empty one. */
function argumentsOf(query: string | undefined, name: string): string[] {
  return (query ?? '').split('&').flatMap(pair => {
    const at = pair.indexOf('=')
    const [key, value] = at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    return unescaped(key) === name && pair !== '' ? [unescaped(value)] : []
  })
}

const unescaped = (text: string): string =>
  text
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** `/a/b` and `/a/b/` have two. */
const segmentsOf = (path: string): string[] =>
  path
    .replace(/^\/|\/+$/g, '')
    .split('/')
    .filter((part, index) => part !== '' || index > 0)

/** `1` is the second one, `1_3` the second to the fourth. */
function segmentAt(path: string, which: string): string | undefined {
  const segments = segmentsOf(path)
  const [from, to = from] = which.split('_').map(Number)
  if (from === undefined || to === undefined || to >= segments.length) return undefined
  return segments.slice(from, to + 1).join('/')
}
