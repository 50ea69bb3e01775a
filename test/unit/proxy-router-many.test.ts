/** Thousands of routes: found as few are, also where some of them changed since the router was made. */
import { describe, expect, it } from 'vitest'
import { nextLayers } from '../../src/gateway/layered-map.ts'
import { literalBeginning } from '../../src/gateway/router/route-index.ts'
import { createRouterCompiler, type RouterRequest, type Routes } from '../../src/gateway/router/router.ts'
import { kong28, kong39, setsOf } from '../support/proxy-sets.ts'

type Fields = Readonly<Record<string, unknown>>

const routesOf = (version: typeof kong39, route: readonly Fields[]): Routes =>
  (setsOf(version, { route }).get('routes') ?? new Map()) as unknown as Routes // completed by their definition

const get = (path: string, host = 'a.example', method = 'GET'): RouterRequest => ({
  method,
  path,
  host,
  headers: [],
  port: 8000,
  connection: { protocol: 'http' },
})

/** Deterministic, so that a failure can be looked at. */
function sequence(seed: number) {
  let state = seed
  return (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

const paths = ['/', '/a', '/a/b', '/a/b/c', '/ab', '/users', '/users/1']
const hosts = ['a.example', '*.example', 'a.*', 'b.a.example', '*.a.example']

function anyRoute(id: string, next: (below: number) => number, regex: string): Fields {
  const some = <T>(list: readonly T[]) => Array.from({ length: next(3) }, () => list[next(list.length)])
  const unique = (list: readonly unknown[]) => [...new Set(list)]
  const [own, names, methods] = [
    unique(some([...paths, regex])),
    unique(some(hosts)),
    unique(some(['GET', 'POST'])),
  ]
  return {
    id,
    paths: own.length + names.length + methods.length === 0 ? ['/'] : own,
    hosts: names,
    methods,
    regex_priority: next(2),
  }
}

const requests = ['a.example', 'b.a.example', 'x.example', 'a.org'].flatMap(host =>
  [...paths, '/users/77/x', '/other'].flatMap(path => [get(path, host), get(path, host, 'POST')]),
)

describe.each([
  [kong28, '/users/(\\d+)'],
  [kong39, '~/users/(\\d+)'],
] as const)('routes of %o', (version, regex) => {
  it('that changed one by one are found as if they had been there from the start', () => {
    const next = sequence(7)
    const compile = createRouterCompiler(version)
    const now = new Map(
      routesOf(
        version,
        Array.from({ length: 40 }, (_, at) => anyRoute(`r${at}`, next, regex)),
      ),
    )
    let view = nextLayers(undefined, now, new Set())
    for (let step = 0; step < 60; step++) {
      const id = `r${next(45)}`
      if (next(3) === 0) now.delete(id)
      else for (const route of routesOf(version, [anyRoute(id, next, regex)]).values()) now.set(id, route)
      view = nextLayers(view, now, new Set([id]))
      const [layered, fresh] = [compile(view), createRouterCompiler(version)(new Map(now))]
      for (const request of requests) {
        const [one, other] = [layered(request), fresh(request)]
        expect([one?.route.id, one?.matched]).toEqual([other?.route.id, other?.matched])
      }
    }
  })

  it('cost about the same where there are 10,000 of them', () => {
    const kinds = [
      (at: number) => ({ id: `p${at}`, paths: [`/service-${at}/v1`] }),
      (at: number) => ({ id: `h${at}`, hosts: [`host-${at}.example`], paths: ['/'] }),
      (at: number) => ({ id: `x${at}`, paths: [`${regex[0] === '~' ? '~' : ''}/regex-${at}/(\\d+)`] }),
    ]
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => (kinds[at % 3] ?? kinds[0])?.(at) ?? {})
    const asked = [get('/service-6/v1/x'), get('/x', 'host-7.example'), get('/regex-8/12')]
    const time = (count: number) => {
      const router = createRouterCompiler(version)(routesOf(version, many(count)))
      expect(asked.map(request => router(request)?.route.id)).toEqual(['p6', 'h7', 'x8'])
      const round = () => {
        const begun = performance.now()
        for (let turn = 0; turn < 3000; turn++) for (const request of asked) router(request)
        return performance.now() - begun
      }
      return Math.min(...Array.from({ length: 5 }, round))
    }
    const [few, lots] = [time(12), time(10_000)]
    expect(lots / few, `${few} ms with 12 routes, ${lots} ms with 10,000`).toBeLessThan(6)
  })
})

describe('what every match of a regex begins with', () => {
  it.each([
    ['/users/(\\d+)$', '/users/'],
    ['/users?/x', '/user'],
    ['/a*', '/'],
    ['/a|/b', ''],
    ['(?i)/a', ''],
    ['/a\\.b', '/a'],
    ['/a{2}', '/'],
    ['^/a+', '/a'],
  ])('%s: %s', (regex, beginning) => expect(literalBeginning(regex)).toBe(beginning))
})
