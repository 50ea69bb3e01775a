/** Which route a request belongs to: Kong's order of precedence in both versions. */
import { describe, expect, it } from 'vitest'
import type { Version } from '../../src/entities/language/define.ts'
import { createRouterCompiler, type RouterRequest, type Routes } from '../../src/gateway/router/router.ts'
import { kong28, kong39, setsOf } from '../support/proxy-sets.ts'

type Fields = Readonly<Record<string, unknown>>

function found(version: Version, routes: Readonly<Record<string, Fields>>, request: Partial<RouterRequest>) {
  const named = Object.entries(routes).map(([id, fields]) => ({ id, ...fields }))
  const sets = setsOf(version, { route: named })
  const all = sets.get('routes') as unknown as Routes // completed by their definition
  const router = createRouterCompiler(version)(all)
  const match = router({
    method: 'GET',
    path: '/',
    host: 'a.example',
    headers: [],
    port: 8000,
    connection: { protocol: 'http' },
    ...request,
  })
  return match?.route.id
}

describe.each([kong28, kong39])('routes of $text', version => {
  it.each<[string, Readonly<Record<string, Fields>>, Partial<RouterRequest>, string | undefined]>([
    ['nothing matches', { a: { paths: ['/a'] } }, { path: '/b' }, undefined],
    ['prefixes end anywhere', { a: { paths: ['/a'] } }, { path: '/ab' }, 'a'],
    ['the longer prefix', { a: { paths: ['/a'] }, b: { paths: ['/a/b'] } }, { path: '/a/b/c' }, 'b'],
    [
      'who says more',
      { a: { paths: ['/a/b'] }, b: { paths: ['/a'], methods: ['GET'] } },
      { path: '/a/b' },
      'b',
    ],
    ['methods are exact', { a: { methods: ['POST'] } }, {}, undefined],
    ['a plain host before a wildcard', { w: { hosts: ['*.example'] }, p: { hosts: ['a.example'] } }, {}, 'p'],
    ['a wildcard at the end', { w: { hosts: ['a.*'] } }, {}, 'w'],
    ['a wildcard needs a label', { w: { hosts: ['*.a.example'] } }, {}, undefined],
    ['hosts of any port', { a: { hosts: ['a.example'] } }, { host: 'a.example:81' }, 'a'],
    ['hosts of one port', { a: { hosts: ['a.example:80'] } }, { host: 'a.example:81' }, undefined],
    ['case matters in hosts', { a: { hosts: ['a.example'] } }, { host: 'A.example' }, undefined],
    [
      'more headers',
      { a: { headers: { x: ['1'] } }, b: { headers: { x: ['1'], y: ['2'] } } },
      {
        headers: [
          ['X', '1'],
          ['Y', '2'],
        ],
      },
      'b',
    ],
    ['header values of any case', { a: { headers: { x: ['One'] } } }, { headers: [['x', 'oNE']] }, 'a'],
    [
      'routes for streams are none here',
      { a: { protocols: ['tcp'], destinations: [{ port: 1 }] } },
      {},
      undefined,
    ],
  ])('%s', (_name, routes, request, expected) => {
    expect(found(version, routes, request)).toBe(expected)
  })
})

describe('what is not UTF-8', () => {
  const headers = { x: { headers: { 'x-a': ['a'] } }, other: { paths: ['/'] } }
  const hosts = { h: { hosts: ['b.example'] }, other: { paths: ['/'] } }
  const header = { headers: [['X-A', '\xff']] } satisfies Partial<RouterRequest>

  it('has no route in 3.9 where any route compares it', () => {
    expect(found(kong39, headers, header)).toBe(undefined)
    expect(found(kong39, hosts, { host: '\xff.example' })).toBe(undefined)
  })

  it('is passed over where no route compares it', () => {
    expect(found(kong39, hosts, header)).toBe('other')
    expect(found(kong39, headers, { host: '\xff.example' })).toBe('other')
    expect(found(kong39, headers, { headers: [['X-A', '\xc3\xbc']] })).toBe('other')
  })

  it('is as good as any other value in 2.8', () => {
    expect(found(kong28, headers, header)).toBe('other')
    expect(found(kong28, hosts, { host: '\xff.example' })).toBe('other')
  })
})

describe('regex paths', () => {
  it('2.8 takes what is no plain path for one, and prefers it', () => {
    const routes = { plain: { paths: ['/a/longer'] }, regex: { paths: ['/a/\\w+'] } }
    expect(found(kong28, routes, { path: '/a/longer' })).toBe('regex')
  })

  it('3.x marks them with ~; a plain path may look like one', () => {
    const routes = { plain: { paths: ['/a/(b)'] }, regex: { paths: ['~/a/\\d+$'] } }
    expect(found(kong39, routes, { path: '/a/(b)' })).toBe('plain')
    expect(found(kong39, routes, { path: '/a/12' })).toBe('regex')
    expect(found(kong39, routes, { path: '/a/12x' })).toBeUndefined()
  })

  it.each([kong28, kong39])('the higher regex_priority in $text', version => {
    const mark = version.major >= 3 ? '~' : ''
    const low = { paths: [`${mark}/(a|b)`], regex_priority: 1 }
    const high = { paths: [`${mark}/(a|c)`], regex_priority: 2 }
    expect(found(version, { low, high }, { path: '/a' })).toBe('high')
    expect(found(version, { high, low }, { path: '/a' })).toBe('high')
  })

  it('2.8 reads what is escaped in them, and beyond ASCII', () => {
    expect(found(kong28, { a: { paths: ['/reg%65x/\\d+'] } }, { path: '/regex/12' })).toBe('a')
    expect(found(kong28, { a: { paths: ['/a%2Eb(c)?'] } }, { path: '/axb' })).toBeUndefined()
    expect(found(kong28, { a: { paths: ['/a%2fb(c)?'] } }, { path: '/a%2Fb' })).toBe('a')
    const path = Buffer.from('/中文/x').toString('latin1')
    expect(found(kong28, { a: { paths: ['/中文'] } }, { path })).toBe('a')
    expect(found(kong28, { a: { paths: ['/a', '~/v\\d+'] } }, { path: '/v12' })).toBe('a')
  })

  it('3.x holds only the first of alternatives to the beginning of the path', () => {
    expect(found(kong28, { a: { paths: ['/(a)|/b'] } }, { path: '/x/b' })).toBeUndefined()
    expect(found(kong39, { a: { paths: ['~/a|/b'] } }, { path: '/x/b' })).toBe('a')
  })

  it('one that cannot be compiled leaves the other routes alone', () => {
    const routes = { broken: { paths: ['~/(?<a'] }, fine: { paths: ['/a'] } }
    expect(found(kong39, routes, { path: '/a' })).toBe('fine')
  })
})

describe('hosts with ports', () => {
  const port = { ofPort: { hosts: ['a.example:8000'] } }
  const wildcard = { ofPort: { hosts: ['*.example:8000'] } }
  const any = { any: { hosts: ['a.example'] } }

  it('2.8 wants a plain one to be said; the port of a wildcard is else the protocol’s', () => {
    expect(found(kong28, port, {})).toBeUndefined()
    expect(found(kong28, port, { host: 'a.example:8000' })).toBe('ofPort')
    expect(found(kong28, wildcard, {})).toBeUndefined()
    const of80 = { ofPort: { hosts: ['*.example:80'] } }
    expect(found(kong28, of80, {})).toBe('ofPort')
    expect(found(kong28, { ...any, of443: { hosts: ['*.example:443'] } }, {})).toBe('any')
  })

  it('3.x means the port that the proxy listens on', () => {
    expect(found(kong39, port, {})).toBe('ofPort')
    expect(found(kong39, wildcard, {})).toBe('ofPort')
  })

  it('2.8 prefers the host with its port, though it is the newer route', () => {
    expect(found(kong28, { ...any, ...port }, { host: 'a.example:8000' })).toBe('ofPort')
    expect(found(kong28, { ...any, ...port }, { host: 'a.example:81' })).toBe('any')
    const both = { both: { hosts: ['b.example', 'a.example:8000'] } }
    expect(found(kong28, { ...any, ...both }, { host: 'a.example:8000' })).toBe('both')
    expect(found(kong28, { w: { hosts: ['*.example'] }, ...wildcard }, { host: 'b.example:8000' })).toBe(
      'ofPort',
    )
  })

  it('2.8 knows IPv6 with and without brackets', () => {
    const routes = { any: { hosts: ['::11'] }, ofPort: { hosts: ['[::11]:321'] } }
    expect(found(kong28, routes, { host: '[::11]' })).toBe('any')
    expect(found(kong28, routes, { host: '[::11]:654' })).toBe('any')
    expect(found(kong28, routes, { host: '[::11]:321' })).toBe('ofPort')
  })
})

describe('headers that are regexes', () => {
  const asking = (value: string) => ({ headers: [['x', value]] as const })

  it('match anywhere in the value, whose case does not matter', () => {
    const routes = { a: { headers: { x: ['~*one|two'] } } }
    for (const version of [kong28, kong39]) {
      expect(found(version, routes, asking('and TWO'))).toBe('a')
      expect(found(version, routes, asking('three'))).toBeUndefined()
    }
  })

  it('are read in small letters by 3.x, and by 2.8 only where there is one', () => {
    const capital = { a: { headers: { x: ['~*ONE'] } } }
    expect(found(kong28, capital, asking('ONE'))).toBeUndefined()
    expect(found(kong39, capital, asking('ONE'))).toBe('a')
    const several = { a: { headers: { x: ['~*one', 'three'] } } }
    expect(found(kong28, several, asking('one'))).toBeUndefined()
    expect(found(kong39, several, asking('one'))).toBe('a')
    expect(found(kong28, several, asking('Three'))).toBe('a')
  })
})

describe('routes of server names asked without TLS', () => {
  const named = { named: { hosts: ['a.example'], snis: ['a.example'] } }
  const plain = { plain: { hosts: ['a.example'] } }

  it('are there', () => {
    for (const version of [kong28, kong39]) expect(found(version, named, {})).toBe('named')
  })

  it('come after others in 2.8, and before them in 3.x', () => {
    expect(found(kong28, { ...named, ...plain }, {})).toBe('plain')
    expect(found(kong39, { ...named, ...plain }, {})).toBe('named')
    const connection = { protocol: 'https' as const, serverName: 'a.example' }
    expect(found(kong28, { ...named, ...plain }, { connection })).toBe('named')
  })
})

describe('routes that are alike', () => {
  const alike = { a: { paths: ['/x'] }, b: { paths: ['/x'] } }

  it('each path of a route weighs by itself', () => {
    const routes = { first: { paths: ['/a', '/long/path'] }, second: { paths: ['/a/b'] } }
    for (const version of [kong28, kong39]) expect(found(version, routes, { path: '/a/b' })).toBe('second')
  })

  it('2.8: the older one', () => {
    expect(found(kong28, { z: { paths: ['/x'] }, ...alike }, { path: '/x' })).toBe('z')
  })

  it('3.x: the one with the greater id', () => {
    expect(found(kong39, { z: { paths: ['/x'] }, ...alike }, { path: '/x' })).toBe('z')
    expect(found(kong39, alike, { path: '/x' })).toBe('b')
  })
})
