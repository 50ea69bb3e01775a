/**
 * Kinds that the Manager has no presentation for are shown as the gateway's endpoints and schemas have them:
 * consumer groups of Kong Enterprise, say.
 */
import { describe, expect, test } from 'vitest'
import { presentedKinds } from '../../src/manager/kinds.ts'
import { otherKinds } from '../../src/manager/page/other-kinds.ts'
import type { Field, NamedField } from '../../src/manager/page/schema.ts'

const list = (fields: Readonly<Record<string, Field>>): NamedField[] =>
  Object.entries(fields).map(([name, field]) => ({ name, field }))

const id: Field = { type: 'string', auto: true }
const tags: Field = { type: 'set', elements: { type: 'string' } }

/** As Kong 3.9 describes them; `plugins` as Kong Enterprise does. */
const schemas: Readonly<Record<string, NamedField[]>> = {
  consumer_groups: list({ id, name: { type: 'string', required: true, unique: true }, tags }),
  licences: list({
    id,
    payload: { type: 'string', unique: true },
    api_token: { type: 'string', unique: true },
    tags,
  }),
  oauth2_tokens: list({ id, access_token: { type: 'string', unique: true } }),
  filter_chains: list({ id, name: { type: 'string', unique: true }, tags }),
  plugins: list({ id, consumer_group: { type: 'foreign', reference: 'consumer_groups' }, tags }),
}

const endpoints = [
  '/consumer_groups',
  '/consumer_groups/{consumer_groups}',
  '/consumer_groups/{consumer_groups}/plugins',
  '/consumer_groups/{consumer_groups}/plugins/{plugins}',
  '/consumers/{consumers}/consumer_groups/{consumer_groups}',
  '/filter-chains',
  '/filter-chains/{filter_chains}',
  '/licenses',
  '/licenses/{licences}',
  '/oauth2_tokens',
  '/oauth2_tokens/{oauth2_tokens}',
  '/cache/{key}',
  '/plugins',
  '/plugins/{plugins}',
  '/schemas/{name}',
]

const found = await otherKinds(new Set(endpoints), presentedKinds(), {
  get: async path => {
    if (path.startsWith('/filter-chains')) throw new Error('this endpoint is only available when wasm is on')
    return { data: [] }
  },
  schema: async name => {
    const fields = schemas[name]
    if (fields === undefined) throw new Error(`no entity named '${name}'`)
    return { fields, checks: [] }
  },
})

describe('of what a gateway has besides', () => {
  test('what people manage is shown: with a name or tags, and switched on', () => {
    expect(found.kinds.map(({ schema }) => schema)).toEqual(['consumer_groups', 'licences'])
  })

  test('the schema gives the words, the columns and the form', () => {
    expect(found.kinds[0]).toMatchObject({
      path: 'consumer_groups',
      one: 'Consumer group',
      many: 'Consumer groups',
      key: 'name',
      columns: ['name', 'tags'],
      first: ['name', 'tags'],
    })
  })

  test('a secret neither names it nor is in its list', () => {
    expect(found.kinds[1]).toMatchObject({
      key: 'payload',
      columns: ['payload', 'tags'],
      secret: ['api_token'],
    })
  })

  test('nested endpoints are tabs, on pages of both sorts', () => {
    const lists = (owner: string) => found.tabs.get(owner)?.flatMap(tab => tab.lists)
    expect(lists('consumer_groups')).toEqual([
      { schema: 'plugins', path: 'plugins', field: 'consumer_group' },
    ])
    expect(lists('consumers')).toEqual([{ schema: 'consumer_groups', path: 'consumer_groups' }])
    expect([...found.tabs.keys()]).toEqual(['consumer_groups', 'consumers'])
  })
})
