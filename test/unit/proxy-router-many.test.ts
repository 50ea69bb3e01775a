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

  it('are compared with a request a few times where there are 10,000 of them', () => {
    const kinds = [
      (at: number) => ({ id: `p${at}`, paths: [`/service-${at}/v1`] }),
      (at: number) => ({ id: `h${at}`, hosts: [`host-${at}.example`], paths: ['/'] }),
      (at: number) => ({ id: `x${at}`, paths: [`${regex[0] === '~' ? '~' : ''}/regex-${at}/(\\d+)`] }),
    ]
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => (kinds[at % 3] ?? kinds[0])?.(at) ?? {})
    const asked = [get('/service-6/v1/x'), get('/x', 'host-7.example'), get('/regex-8/12')]
    let tried = 0
    const router = createRouterCompiler(version)(routesOf(version, many(10_000)), () => {
      tried++
      return true
    })
    const find = () => asked.map(request => router(request)?.route.id)
    // The traditional router counts the routes of a category at the first request.
    expect(find()).toEqual(['p6', 'h7', 'x8'])
    tried = 0
    expect(find()).toEqual(['p6', 'h7', 'x8'])
    expect(tried).toBeGreaterThan(0)
    expect(tried).toBeLessThan(30)
  })
})

const source = (ip: string) => ({ protocol: 'http', source: { ip, port: 1234 } }) as const

/** The routes of one host and one path, and a request for the route of number 1321. */
const shapes: readonly [string, (at: number) => Fields, Partial<RouterRequest>][] = [
  ['the value of a header', at => ({ headers: { 'x-a': [`V${at}`] } }), { headers: [['X-A', 'v1321']] }],
  ['the name of a header', at => ({ headers: { [`x-a${at}`]: ['v'] } }), { headers: [['x-a1321', 'v']] }],
  [
    'the name of a header with a regex',
    at => ({ headers: { [`x-a${at}`]: ['~*^v+$'] } }),
    { headers: [['x-a1321', 'v']] },
  ],
  [
    'one value of a header whose other value they share',
    at => ({ headers: { 'x-a': [`v${at}`, 'shared'] } }),
    { headers: [['x-a', 'v1321']] },
  ],
  [
    'two headers together',
    at => ({ headers: { 'x-a': [`v${at % 67}`], 'x-b': [`v${Math.floor(at / 67)}`] } }),
    {
      headers: [
        ['x-a', 'v48'],
        ['x-b', 'v19'],
      ],
    },
  ],
  [
    'a method and a header together',
    at => ({ methods: [`M${at % 67}`], headers: { 'x-b': [`v${Math.floor(at / 67)}`] } }),
    { method: 'M48', headers: [['x-b', 'v19']] },
  ],
  ['the method', at => ({ methods: [`M${at}`] }), { method: 'M1321' }],
  [
    'the server name',
    at => ({ snis: [`s${at}.example`], protocols: ['https'] }),
    { connection: { protocol: 'https', serverName: 's1321.example' } },
  ],
]

/** Of 3.x's router with priorities alone. */
const shapesOfPriorities: typeof shapes = [
  [
    'a server name with a wildcard',
    at => ({ snis: [`*.s${at}.example`], protocols: ['https'] }),
    { connection: { protocol: 'https', serverName: 'a.s1321.example' } },
  ],
  [
    'the address of the client',
    at => ({ sources: [{ ip: `10.${at >> 8}.${at & 255}.7` }] }),
    { connection: source(`10.${1321 >> 8}.${1321 & 255}.7`) },
  ],
  [
    'the network of the client',
    at => ({ sources: [{ ip: `10.${at >> 8}.${at & 255}.0/26` }] }),
    { connection: source(`::ffff:10.${1321 >> 8}.${1321 & 255}.7`) },
  ],
  [
    'the port of the destination',
    at => ({ destinations: [{ port: at + 1 }] }),
    { host: 'a.example:1322', connection: { protocol: 'http', destination: { ip: '10.0.0.1', port: 1 } } },
  ],
]

describe.each([
  ['3.9', kong39, 'traditional_compatible', [...shapes, ...shapesOfPriorities]],
  ['the traditional flavor of 3.9', kong39, 'traditional', shapes],
  ['2.8', kong28, 'traditional_compatible', shapes],
] as const)(
  'of 1,500 routes on one path the router of %s tries few where they differ by',
  (_, version, flavor, all) => {
    it.each(all)('%s', (_difference, fields, request) => {
      const list = Array.from({ length: 1500 }, (_, at) => ({ id: `r${at}`, paths: ['/'], ...fields(at) }))
      let tried = 0
      const router = createRouterCompiler(version, flavor)(routesOf(version, list), () => {
        tried++
        return true
      })
      const find = () => router({ ...get('/x'), ...request })?.route.id
      // The traditional router counts the routes of a category at the first request.
      expect(find()).toBe('r1321')
      tried = 0
      expect(find()).toBe('r1321')
      expect(tried).toBeGreaterThan(0)
      expect(tried).toBeLessThan(100)
    })
  },
)

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
