/** What of a request consistent hashing goes by. */
import { expect, it } from 'vitest'
import type { Upstream } from '../../src/entities/kinds/upstream.ts'
import type { Exchange } from '../../src/gateway/exchange/exchange.ts'
import { hashKey } from '../../src/gateway/upstream/hash-key.ts'

const keyOf = (query: string | undefined, upstream: object) =>
  // What hashing looks at of both.
  hashKey({ query, clientIp: '10.0.0.1' } as Exchange, { hash_fallback: 'none', ...upstream } as Upstream)

it.each([
  ['a=1', '1'],
  ['b=1', ''],
  [undefined, ''],
  ['a', 'true'],
  ['a=', ''],
  ['a=2&a=1&b=0', '1,2'],
  ['a&a=1', '1,true'],
  ['%61=x+y', 'x y'],
])('the argument a of %s: %j', (query, key) => {
  expect(keyOf(query, { hash_on: 'query_arg', hash_on_query_arg: 'a' })).toBe(key)
})

it('falls back where there is none', () => {
  const upstream = { hash_on: 'query_arg', hash_on_query_arg: 'a', hash_fallback: 'ip' }
  expect(keyOf('b', upstream)).toBe('10.0.0.1')
  expect(keyOf('a=1', upstream)).toBe('1')
})
