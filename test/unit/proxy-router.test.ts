/** Which route a request belongs to: Kong's order of precedence in both versions. */
import { describe, expect, it } from 'vitest'
import type { Version } from '../../src/entities/define.ts'
import { createRouterCompiler, type RouterRequest, type Routes } from '../../src/gateway/proxy/router.ts'
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
    ['the port that is not said', { a: { hosts: ['a.example:8000'] } }, {}, 'a'],
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

  it('one that can not be compiled leaves the other routes alone', () => {
    const routes = { broken: { paths: ['~/(?<a'] }, fine: { paths: ['/a'] } }
    expect(found(kong39, routes, { path: '/a' })).toBe('fine')
  })

  it('3.x counts headers first, 2.8 regexes first', () => {
    const one = { headers: { x: ['1'] } }
    const two = { headers: { x: ['1'], y: ['1'] } }
    const request = {
      path: '/a',
      headers: [
        ['x', '1'],
        ['y', '1'],
      ] as const,
    }
    expect(found(kong28, { r: { paths: ['/[a]'], ...one }, h: { paths: ['/a'], ...two } }, request)).toBe('r')
    expect(found(kong39, { r: { paths: ['~/[a]'], ...one }, h: { paths: ['/a'], ...two } }, request)).toBe(
      'h',
    )
  })
})

describe('routes that are alike', () => {
  const alike = { a: { paths: ['/x'] }, b: { paths: ['/x'] } }

  it('2.8: the older one', () => {
    expect(found(kong28, { z: { paths: ['/x'] }, ...alike }, { path: '/x' })).toBe('z')
  })

  it('3.x: the one with the greater id', () => {
    expect(found(kong39, { z: { paths: ['/x'] }, ...alike }, { path: '/x' })).toBe('z')
    expect(found(kong39, alike, { path: '/x' })).toBe('b')
  })
})
