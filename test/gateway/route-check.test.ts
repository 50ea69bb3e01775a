/**
 * `checkRoute` against the recorded choices of Kong's own router, and its reasons against the router itself.
 */
import { describe, expect, it } from 'vitest'
import { checkRoute } from '../../src/route-check/check-route.ts'
import { kong39, setsOf } from '../support/proxy-sets.ts'
import { idOf, priorityCases, type RouteCase } from '../support/route-order-cases.ts'

function check({ routes, request }: RouteCase) {
  const all = Object.entries(routes).map(([letter, fields]) => ({
    id: idOf(letter),
    name: letter,
    ...fields,
  }))
  const { method = 'GET', path, host = 'a.example', headers = {}, serverName } = request
  return checkRoute(
    setsOf(kong39, { route: all }),
    {
      method,
      url: `${serverName === undefined ? 'http' : 'https'}://${host}${path}`,
      headers: Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      sni: serverName,
    },
    { version: kong39, flavor: 'traditional_compatible', isSecret: () => false },
  )
}

describe('the route', () => {
  it.each(priorityCases.map(one => [one.name, one] as const))('%s', (_, one) => {
    expect(check(one).found?.route.name).toBe(one.winner)
  })
})

it('every other route has a reason, or matches and comes later', () => {
  const all = priorityCases.flatMap(one => check(one).others)
  expect(all.length).toBeGreaterThan(15)
  expect(all.some(({ later }) => later !== undefined)).toBe(true)
  for (const { reasons, later } of all) expect(reasons.length > 0 || later !== undefined).toBe(true)
  // Kong's sums overflow for some: no condition of the winner is greater.
  const unexplained = all.filter(({ later }) => later?.why === 'comes first in the order of the router')
  expect(unexplained.length).toBeLessThan(4)
})
