/** Which fields a form shows, and what happens to typed values when another user saves first. */
import { describe, expect, test } from 'vitest'
import { type FieldInScope, isDemanded, isShown, narrowed } from '../../src/manager/page/form/conditions.ts'
import { mergedValues } from '../../src/manager/page/form/values.ts'
import type { Check, Field, NamedField } from '../../src/manager/page/schema.ts'

const text: Field = { type: 'string' }
const redis: Field = {
  type: 'record',
  required: true,
  fields: [
    { name: 'host', field: text },
    { name: 'port', field: { type: 'integer', default: 6379 } },
  ],
}

const demand = (if_field: string, eq: unknown, then_field: string): Check => ({
  conditional: { if_field, if_match: { eq }, then_field, then_match: { required: true } },
})

function asked(
  path: string,
  field: Field,
  value: unknown,
  values: object,
  checks: readonly Check[],
): FieldInScope {
  return { path, field, value, scopes: [{ path: '', values: { ...values }, checks }] }
}

describe('a field is shown', () => {
  const checks = [
    demand('config.policy', 'redis', 'config.redis.host'),
    demand('config.limit_by', 'header', 'config.header_name'),
  ]
  const config = (policy: string, limit_by = 'ip') => ({ config: { policy, limit_by } })
  const rest = { host: '', port: '6379' }

  test('when what demands it holds', () => {
    const header = (limit_by: string) =>
      isShown(asked('config.header_name', text, '', config('local', limit_by), checks))
    expect(header('header')).toBe(true)
    expect(header('ip')).toBe(false)
    expect(isDemanded('config.header_name', asked('', text, '', config('', 'header'), checks).scopes)).toBe(
      true,
    )
  })

  test('with the record around it', () => {
    expect(isShown(asked('config.redis', redis, rest, config('redis'), checks))).toBe(true)
    expect(isShown(asked('config.redis', redis, rest, config('local'), checks))).toBe(false)
    const all = { type: 'record', required: true, fields: [{ name: 'redis', field: redis }] }
    expect(isShown(asked('config', all, { redis: rest }, config('local'), checks))).toBe(true)
  })

  test('when it holds something of its own, whatever the others say', () => {
    const set = { ...rest, port: '6380' }
    expect(isShown(asked('config.redis', redis, set, config('local'), checks))).toBe(true)
  })

  test('unless it must be empty', () => {
    const forbid = (then_match: object): Check => ({
      conditional: {
        if_field: 'protocol',
        if_match: { not_one_of: ['https'] },
        then_field: 'snis',
        then_match: { ...then_match },
      },
    })
    for (const then_match of [{ eq: null }, { len_eq: 0 }]) {
      const shown = (protocol: string) => isShown(asked('snis', text, '', { protocol }, [forbid(then_match)]))
      expect(shown('https')).toBe(true)
      expect(shown('http')).toBe(false)
    }
  })

  test('as the table of a kind says, where the schema says nothing', () => {
    const when = { hash_on_header: { field: 'hash_on', in: ['header'] } }
    const shown = (hash_on: string) => isShown(asked('hash_on_header', text, '', { hash_on }, []), when)
    expect(shown('header')).toBe(true)
    expect(shown('ip')).toBe(false)
  })
})

test('a choice has what others leave of it, and what is chosen', () => {
  const field: Field = { type: 'string', one_of: ['none', 'ip', 'path'] }
  const check: Check = {
    conditional: {
      if_field: 'hash_on',
      if_match: { match: '^ip$' },
      then_field: 'hash_fallback',
      then_match: { one_of: ['none', 'path'] },
    },
  }
  const left = (value: string, hash_on: string) =>
    narrowed(asked('hash_fallback', field, value, { hash_on }, [check])).one_of
  expect(left('none', 'ip')).toEqual(['none', 'path'])
  expect(left('ip', 'ip')).toEqual(['none', 'ip', 'path'])
  expect(left('none', 'path')).toEqual(['none', 'ip', 'path'])
})

test('two concurrent changes are merged, and a field that both changed is reported', () => {
  const fields: NamedField[] = [
    { name: 'name', field: text },
    { name: 'host', field: text },
    { name: 'config', field: redis },
  ]
  const before = { name: 'a', host: 'h', config: { host: '', port: '1' } }
  const mine = { name: 'mine', host: 'h', config: { host: 'mine', port: '1' } }
  const theirs = { name: 'theirs', host: 'h2', config: { host: '', port: '2' } }
  expect(mergedValues(fields, before, mine, theirs)).toEqual({
    values: { name: 'mine', host: 'h2', config: { host: 'mine', port: '2' } },
    conflicts: ['name'],
  })
  expect(mergedValues(fields, before, mine, mine).conflicts).toEqual([])
})
