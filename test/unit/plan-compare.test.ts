/** What counts as a difference, and what does not: honest and quiet. */
import { describe, expect, it } from 'vitest'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { diffStates } from '../../src/plan/diff.ts'
import { createState } from '../../src/state/state.ts'
import { schemas, uuid } from '../support/plan-states.ts'

function difference(kind: string, before: object, after: object, known = schemas) {
  const one = (fields: object) =>
    createState([{ kind, id: uuid(kind, 1), fields: { ...fields } as Record<string, unknown> }], known)
  return diffStates(one(before), one(after), known).flatMap(({ fields }) => fields)
}

const service = { name: 'a', host: 'h' }
const printed = {
  ...service,
  id: uuid('service', 1),
  created_at: 1,
  updated_at: 2,
  port: 80,
  protocol: 'http',
  retries: 5,
  connect_timeout: 60000,
  read_timeout: 60000,
  write_timeout: 60000,
  enabled: true,
  path: null,
  tags: null,
  ca_certificates: null,
  client_certificate: null,
  tls_verify: null,
  tls_verify_depth: null,
}

describe('is no difference', () => {
  it.each([
    ['defaults and times that only the server prints', 'service', printed, service],
    ['a field that we have never heard of', 'service', { ...printed, new_in_4: true }, service],
    ['null, absent and empty tags', 'service', { ...printed, tags: null }, { ...service, tags: [] }],
    ['the order of a set', 'service', { ...printed, tags: ['b', 'a'] }, { ...service, tags: ['a', 'b'] }],
    [
      'more in a reference than its id',
      'route',
      { name: 'r', service: { id: 'x' } },
      { name: 'r', service: { id: 'x', name: 's' } },
    ],
    [
      'an old name printed beside the new one',
      'plugin',
      { name: 'p', config: { minute: 5, policy: 'local', redis_host: null } },
      { name: 'p', config: { minute: 5 } },
    ],
    [
      'a key that the server made',
      'key-auth',
      { key: 'made', consumer: { id: 'c' } },
      { consumer: { id: 'c' } },
    ],
    [
      'what is left of a time to live',
      'key-auth',
      { key: 'k', consumer: { id: 'c' }, ttl: 3 },
      { key: 'k', consumer: { id: 'c' }, ttl: 5 },
    ],
  ])('%s', (_case, kind, before, after) => {
    expect(difference(kind, before, after)).toEqual([])
  })

  it('a configuration of a plugin without schema, as far as the file gives it', () => {
    const version = parseVersion('3.9.1')
    if (version === undefined) throw new Error('3.9.1')
    const blind = createSchemas(version, () => undefined)
    const before = { name: 'p', config: { a: 1, b: { c: 2, d: 3 } } }
    expect(difference('plugin', before, { name: 'p', config: { b: { c: 2 } } }, blind)).toEqual([])
    expect(difference('plugin', before, { name: 'p', config: { b: { c: 9 } } }, blind)).toEqual([
      { path: ['config', 'b', 'c'], before: 2, after: 9 },
    ])
  })
})

describe('is one', () => {
  it.each([
    ['a value', 'service', printed, { ...service, port: 81 }, { path: ['port'], before: 80, after: 81 }],
    [
      'a value that the file no longer has',
      'service',
      { ...printed, path: '/a' },
      service,
      { path: ['path'], before: '/a', after: null },
    ],
    [
      'a default that was changed by hand',
      'service',
      { ...printed, retries: 9 },
      service,
      { path: ['retries'], before: 9, after: 5 },
    ],
    [
      'the order of a list',
      'route',
      { name: 'r', paths: ['/a', '/b'] },
      { name: 'r', paths: ['/b', '/a'] },
      { path: ['paths'], before: ['/a', '/b'], after: ['/b', '/a'] },
    ],
    [
      'a key of a mapping that only the server has',
      'route',
      { name: 'r', headers: { a: ['1'], b: ['2'] } },
      { name: 'r', headers: { a: ['1'] } },
      { path: ['headers', 'b'], before: ['2'], after: null },
    ],
    [
      'a value deep inside',
      'upstream',
      { name: 'u' },
      { name: 'u', healthchecks: { active: { timeout: 9 } } },
      { path: ['healthchecks', 'active', 'timeout'], before: 1, after: 9 },
    ],
  ])('%s', (_case, kind, before, after, expected) => {
    expect(difference(kind, before, after)).toEqual([expected])
  })
})
