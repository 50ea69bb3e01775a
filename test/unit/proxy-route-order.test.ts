/**
 * Which of several routes that fit a request is found: cases of Kong's own router, and random ones against a
 * simple model of it.
 */
import { describe, expect, it } from 'vitest'
import type { RouterFlavor } from '../../src/entities/expressions/router-flavors.ts'
import type { Version } from '../../src/entities/language/define.ts'
import { luaSort } from '../../src/gateway/router/lua-sort.ts'
import { createRouterCompiler, type RouterRequest, type Routes } from '../../src/gateway/router/router.ts'
import { kong28, kong39, setsOf } from '../support/proxy-sets.ts'
import { categoryCases, idOf, priorityCases, type RouteCase } from '../support/route-order-cases.ts'
import {
  type ModelRequest,
  type ModelRoute,
  winnerByCategory,
  winnerByPriority,
} from '../support/route-order-model.ts'

const completed = (version: Version, routes: readonly Readonly<Record<string, unknown>>[]): Routes =>
  setsOf(version, { route: routes }).get('routes') as unknown as Routes // completed by their definition

const asRequest = (request: ModelRequest): RouterRequest => ({
  ...request,
  headers: Object.entries(request.headers),
  port: 8000,
  connection:
    request.serverName === undefined
      ? { protocol: 'http' }
      : { protocol: 'https', serverName: request.serverName },
})

const tables: readonly [string, Version, RouterFlavor, readonly RouteCase[]][] = [
  ['traditional_compatible of 3.9', kong39, 'traditional_compatible', priorityCases],
  ['traditional of 3.9', kong39, 'traditional', categoryCases(true)],
  ['2.8', kong28, 'traditional_compatible', categoryCases(false)],
]

describe.each(tables)('routes that Kong finds: %s', (_name, version, flavor, cases) => {
  it.each(cases.map(one => [one.name, one] as const))('%s', (_case, { routes, request, winner }) => {
    const all = Object.entries(routes).map(([letter, fields]) => ({ id: idOf(letter), ...fields }))
    const asked = { method: 'GET', host: 'a.example', headers: {}, serverName: undefined, ...request }
    const match = createRouterCompiler(version, flavor)(completed(version, all))(asRequest(asked))
    expect(match?.route.id.charAt(0)).toBe(winner)
  })
})

/** Deterministic, so that a failure can be looked at. */
function sequence(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Next = ReturnType<typeof sequence>

const one = <T>(next: Next, list: readonly T[]): T => list[next(list.length)] as T
const some = <T>(next: Next, list: readonly T[], most: number): T[] => [
  ...new Set(Array.from({ length: next(most + 1) }, () => one(next, list))),
]

const prefixes = ['/', '/a', '/b', '/ab', '/a/b', '/a/b/c', '/users/', '/v1/users']
const regexes = ['/a/.+', '/(a|b)', '/v1/u.+', '/[a]', '/users/.']
const hosts = ['a.example', 'b.example', 'api.example.com', '*.example', '*.example.com', 'a.*', 'api.*']
const names = ['a.example', 'api.example.com']

function randomRoute(next: Next, at: number, mark: string): ModelRoute {
  const id = [8, 4, 4, 4, 12].map(size => Array.from({ length: size }, () => next(16).toString(16)).join(''))
  const regex = next(3) === 0 ? [mark + one(next, regexes)] : []
  const route: ModelRoute = {
    id: id.join('-'),
    created_at: 1_700_000_000 + at,
    paths: [...some(next, prefixes, 2), ...regex],
    methods: some(next, ['GET', 'POST'], 1),
    hosts: some(next, hosts, 2),
    headers: next(4) === 0 ? { [one(next, ['x', 'y'])]: [one(next, ['1', '2'])] } : {},
    snis: next(5) === 0 ? [one(next, names)] : [],
    regex_priority: one(next, [0, 0, 1, 5, -1, 4096]),
  }
  const { paths, methods, hosts: named, headers, snis } = route
  return [paths, methods, named, headers, snis].every(isEmpty) ? { ...route, paths: ['/'] } : route
}

const randomRequest = (next: Next): ModelRequest => ({
  path: one(next, [...prefixes, '/a/b/c/d', '/users/1', '/v1/users/1', '/abc', '/other']),
  method: one(next, ['GET', 'POST', 'PUT']),
  host: one(next, ['a.example', 'b.example', 'api.example.com', 'x.example', 'a.org', 'other']),
  headers: { ...(next(2) && { x: one(next, ['1', '2']) }), ...(next(3) === 0 && { y: '1' }) },
  serverName: next(3) === 0 ? one(next, [...names, 'other']) : undefined,
})

/** A route without hosts: Kong takes an empty list of them for plain hosts. */
const asWritten = (route: ModelRoute): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(route).filter(([, value]) => !isEmpty(value)))

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0

describe.each([
  ['traditional_compatible of 3.9', kong39, 'traditional_compatible', winnerByPriority],
  ['traditional of 3.9', kong39, 'traditional', winnerByCategory],
  ['2.8', kong28, 'traditional_compatible', winnerByCategory],
] as const)('random routes: %s', (_name, version, flavor, winnerOf) => {
  it.each([1, 2])('are found as the model finds them (seed %i)', seed => {
    const next = sequence(seed)
    const sizes = [...Array.from({ length: 39 }, () => 1 + next(14)), 300]
    const drawn = sizes.map(size => Array.from({ length: size }, (_, at) => randomRoute(next, at, '~')))
    const all = completed(version, drawn.flat().map(asWritten))
    for (const routes of drawn) {
      const router = createRouterCompiler(
        version,
        flavor,
      )(new Map([...all].filter(([id]) => routes.some(route => route.id === id))))
      for (let asked = 0; asked < 25; asked++) {
        const request = randomRequest(next)
        const found = router(asRequest(request))?.route.id
        expect(found, JSON.stringify({ routes, request })).toBe(winnerOf(routes, request))
      }
    }
  })
})

/** Of one path and no host, so that the other conditions alone tell the routes apart. */
function routeOfOnePath(next: Next, at: number): ModelRoute {
  const values = Array.from({ length: 20 }, (_, value) => String(value))
  return {
    ...randomRoute(next, at, '~'),
    paths: ['/'],
    hosts: [],
    methods: some(next, ['GET', 'POST', 'PUT', 'PATCH'], 2),
    headers: Object.fromEntries(some(next, ['x', 'y', 'z'], 2).map(name => [name, some(next, values, 3)])),
    snis: some(next, names, 1),
  }
}

const withoutEmptyHeaders = (route: ModelRoute): ModelRoute => ({
  ...route,
  headers: Object.fromEntries(Object.entries(route.headers).filter(([, values]) => values.length > 0)),
})

describe.each([
  ['traditional_compatible of 3.9', kong39, 'traditional_compatible', winnerByPriority],
  ['traditional of 3.9', kong39, 'traditional', winnerByCategory],
  ['2.8', kong28, 'traditional_compatible', winnerByCategory],
] as const)('300 random routes of one path: %s', (_name, version, flavor, winnerOf) => {
  it('are found as the model finds them', () => {
    const next = sequence(5)
    const routes = Array.from({ length: 300 }, (_, at) => withoutEmptyHeaders(routeOfOnePath(next, at)))
    const router = createRouterCompiler(version, flavor)(completed(version, routes.map(asWritten)))
    for (let asked = 0; asked < 200; asked++) {
      const header = () => (next(3) === 0 ? {} : { [one(next, ['x', 'y', 'z'])]: String(next(22)) })
      const request = { ...randomRequest(next), headers: { ...header(), ...header() } }
      const found = router(asRequest(request))?.route.id
      expect(found, JSON.stringify({ request })).toBe(winnerOf(routes, request))
    }
  })
})

describe('Lua’s sort', () => {
  it('sorts', () => {
    const next = sequence(3)
    for (let size = 0; size < 60; size++) {
      const list = Array.from({ length: size }, () => next(40))
      expect(luaSort(list, (a, b) => a < b)).toEqual(list.toSorted((a, b) => a - b))
    }
  })

  it('leaves equal elements in the order in which LuaJIT leaves them', () => {
    const order = (size: number) =>
      luaSort(
        Array.from({ length: size }, (_, at) => at + 1),
        () => false,
      ).join(' ')
    expect(order(3)).toBe('1 2 3')
    expect(order(7)).toBe('1 5 6 4 2 3 7')
    expect(order(10)).toBe('1 6 7 8 9 5 3 4 2 10')
  })
})
