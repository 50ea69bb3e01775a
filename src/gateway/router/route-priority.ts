/**
 * The priority of a route in Kong 3.9, whose router tries the greatest first (source:
 * `kong/router/transform.lua` of 3.9). Kong wants the number of matchers, the number of headers and
 * `regex_priority` in the upper half of 64 bits, but LuaJIT shifts plain numbers in 32 bits. So they end up
 * below "no host has a wildcard" (2^60) and "the path is a regex" (2^51), and a result below zero counts as
 * 2^63 on x86-64: four matchers win over three of any sort, a negative `regex_priority` over all.
 */
import type { ExpressionRoute, Route } from '../../entities/kinds/route.ts'
import { uuidV5 } from '../../entities/text/uuid.ts'

/** Some paths of a route, which Kong sorts as if they were a separate route. */
export interface PathGroup {
  readonly id: string
  readonly priority: bigint
}

const expressionsOnly = 0xffn << 56n
const plainHostsOnly = 1n << 60n
const regexPath = 1n << 51n
const negative = 1n << 63n
const mostHeaders = 255
const longestPath = 0x7ffff

const groupSpace = '7f145bf9-0dce-4f91-98eb-debbce4b9f6b'

export const isRegexPath = (path: string): boolean => path.startsWith('~')

/** @returns one for each path of the route; one alone where the route has no paths or is an expression */
export function pathGroups(route: ExpressionRoute): readonly PathGroup[] {
  const paths = route.paths ?? []
  if (typeof route.expression === 'string' || paths.length === 0)
    return [{ id: route.id, priority: priorityOf(route, undefined) }]
  const keys = [...new Set(paths.map(groupKey))]
  return paths.map(path => ({
    id: keys.length === 1 ? route.id : uuidV5(groupSpace, `${route.id}#${keys.indexOf(groupKey(path)) + 1}`),
    priority: priorityOf(route, path),
  }))
}

/** Prefixes of one length are a group, and all regexes are one. */
const groupKey = (path: string): number => (isRegexPath(path) ? 0 : Buffer.byteLength(path))

function priorityOf(route: ExpressionRoute, path: string | undefined): bigint {
  if (typeof route.expression === 'string') return expressionsOnly | BigInt(route.priority ?? 0)
  const isRegex = path !== undefined && isRegexPath(path)
  const headers = Math.min(Object.keys(route.headers ?? {}).length, mostHeaders)
  const parts = [
    matchersOf(route) << 29,
    headers << 20,
    (isRegex ? (route.regex_priority ?? 0) : 0) << 19,
    path === undefined || isRegex ? 0 : Buffer.byteLength(path) & longestPath,
  ]
  const flags = (hasPlainHosts(route) ? plainHostsOnly : 0n) | (isRegex ? regexPath : 0n)
  // Without a flag Kong joins 32-bit numbers; with one each number is first made one of 64 bits.
  if (flags === 0n) return unsigned(parts.reduce((all, part) => all | part, 0))
  return parts.reduce((all, part) => all | unsigned(part), flags)
}

const unsigned = (number: number): bigint => (number < 0 ? negative : BigInt(number))

const matchersOf = ({ sources, destinations, methods, hosts, headers, snis, paths }: Route): number =>
  [sources, destinations, methods, hosts, Object.keys(headers ?? {}), snis, paths].filter(one => one?.length)
    .length

/** An empty list of hosts has no wildcard either. */
const hasPlainHosts = ({ hosts }: Route): boolean => hosts?.every(host => !host.includes('*')) === true
