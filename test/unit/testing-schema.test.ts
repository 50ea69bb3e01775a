/** docs/testing.schema.json is made of the format that `deck file test` checks, and says the same of files. */
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { testsSchema, testsShape } from '../../src/file-test/format.ts'
import { checkShape } from '../../src/file-test/shape.ts'

const page = join(import.meta.dirname, '../../docs/testing.schema.json')
const validate = new Ajv2020({ strict: false }).compile(testsSchema())

it('is the published one', async () => {
  await expect(`${JSON.stringify(testsSchema(), undefined, 2)}\n`).toMatchFileSnapshot(page)
})

const request = (more: object) => ({ tests: [{ name: 'a', steps: [{ request: 'GET /', ...more }] }] })
const expecting = (expect: object) => request({ expect })
const step = (one: object) => ({ tests: [{ name: 'a', steps: [one] }] })

const good: readonly unknown[] = [
  request({}),
  request({ headers: { a: 1, b: true, c: 'x' }, times: 3, client: '127.0.0.9', json: { a: [null] } }),
  expecting({ status: '4xx', route: null, service: 'a', plugins: [], alternates: false }),
  expecting({ status: [200, 201], targets: { 'a:80': 2, 'b:80': '50%', 'c:80': '10.5%..20%' } }),
  expecting({ headers: { a: null, b: { contains: 'x' }, c: { matches: 'y' }, d: 1 }, body: { json: [] } }),
  expecting({ received: { method: 'GET', path: { contains: '/' }, headers: {}, body: 'x' } }),
  step({ wait: '1h30m' }),
  step({ wait: 90 }),
  step({ pause: 0.5 }),
  step({ stop: 'a:80' }),
  {
    ...request({}),
    timeout: 1,
    clock: '2026-01-31T12:00:00Z',
    backends: { 'a:80': [{ path: '/', delay: 1 }] },
  },
]

const bad: readonly unknown[] = [
  null,
  [],
  {},
  { tests: [] },
  { tests: [{ name: 'a', steps: [] }] },
  { tests: [{ steps: [{ wait: 1 }] }] },
  { ...request({}), more: 1 },
  { ...request({}), timeout: 0 },
  { ...request({}), clock: 'noon' },
  { ...request({}), backends: { 'a:80': { path: '/' } } },
  request({ times: 0 }),
  request({ times: 1.5 }),
  request({ client: '10.0.0.1' }),
  request({ wait: 1 }),
  request({ headers: { a: [] } }),
  expecting({ status: 99 }),
  expecting({ status: '6xx' }),
  expecting({ status: [] }),
  expecting({ targets: { a: '50' } }),
  expecting({ body: { contains: 'a', matches: 'b' } }),
  expecting({ headers: { a: { contain: 'x' } } }),
  expecting({ received: { url: '/' } }),
  step({}),
  step({ request: 'get /' }),
  step({ wait: '' }),
  step({ wait: 'soon' }),
  step({ pause: 61 }),
]

describe('says the same as the check', () => {
  it.each(good.map(one => [JSON.stringify(one), one] as const))('good: %s', (_, one) => {
    expect(checkShape(testsShape, one)).toEqual([])
    expect(validate(one), JSON.stringify(validate.errors)).toBe(true)
  })

  it.each(bad.map(one => [JSON.stringify(one), one] as const))('bad: %s', (_, one) => {
    expect(checkShape(testsShape, one)).not.toEqual([])
    expect(validate(one)).toBe(false)
  })
})
