/** Unique keys, references and deletions; and what becomes of changes whose journal fails. No HTTP here. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stockFlavor } from '../../src/entities/expressions/router-flavors.ts'
import type { Definition, Entity } from '../../src/entities/language/define.ts'
import type { Schemas } from '../../src/entities/language/schemas.ts'
import { luaText } from '../../src/entities/text/lua-text.ts'
import { KongError } from '../../src/gateway/store/errors.ts'
import { type Journal, memoryJournal } from '../../src/gateway/store/journal.ts'
import { createStore, type Store } from '../../src/gateway/store/store.ts'
import { createTable } from '../../src/gateway/store/table.ts'

const version = { major: 3, minor: 9, text: '3.9.1' }

const id = { type: 'string', uuid: true, auto: true } as const
const foreign = (on_delete?: 'cascade' | 'null') =>
  ({ type: 'foreign', reference: 'owners', ...(on_delete && { on_delete }) }) as const

const kind = (name: string, fields: Definition['fields'], more: Partial<Definition> = {}): Definition => ({
  kind: name,
  schema: `${name}s`,
  adminPath: `${name}s`,
  fileKey: `${name}s`,
  keys: [],
  fields: { id, ...fields },
  ...more,
})

const kinds = [
  kind('owner', { name: { type: 'string', unique: true } }),
  kind('strict', { owner: foreign() }),
  kind('child', { owner: foreign('cascade') }),
  kind('loose', { owner: foreign('null') }),
  kind(
    'pair',
    { a: { type: 'string' }, owner: foreign('cascade') },
    { uniqueTogether: [{ fields: ['a', 'owner'] }] },
  ),
]

const schemas: Schemas = {
  version,
  routerFlavor: stockFlavor,
  kinds,
  of: name => kinds.find(one => one.kind === name) ?? kind(name, {}),
  bySchema: schema => kinds.find(one => one.schema === schema),
  plugin: () => undefined,
}

const newStore = (journal: Journal = memoryJournal()): Store =>
  createStore({ schemas, journal, onChange: () => {} })
const owned = (entity: string, owner: string): Entity => ({ id: entity, owner: { id: owner } })

function problem(action: () => void): unknown {
  try {
    action()
  } catch (error) {
    if (error instanceof KongError) return { status: error.status, ...error.body }
    throw error
  }
  return undefined
}

describe('constraints', () => {
  it('holds single and composite keys; absent values collide in composite ones only', () => {
    const store = newStore()
    store.put('owners', { id: '1', name: 'a' })
    store.put('owners', { id: '2', name: null })
    store.put('owners', { id: '3', name: null })
    expect(problem(() => store.put('owners', { id: '4', name: 'a' }))).toEqual({
      status: 409,
      code: 5,
      name: 'unique constraint violation',
      message: `UNIQUE violation detected on '{name="a"}'`,
      fields: { name: 'a' },
    })
    store.put('owners', { id: '1', name: 'b' })
    store.put('owners', { id: '4', name: 'a' })
    store.put('pairs', { id: '1', a: 'x', owner: null })
    expect(problem(() => store.put('pairs', { id: '2', a: 'x', owner: null }))).toMatchObject({
      message: `UNIQUE violation detected on '{a="x",owner=null}'`,
    })
    store.put('pairs', { id: '2', a: 'x', owner: { id: '1' } })
  })

  it('refuses references that lead nowhere', () => {
    expect(problem(() => newStore().put('childs', owned('1', 'gone')))).toMatchObject({
      status: 400,
      code: 4,
      fields: { owner: { id: 'gone' } },
    })
  })

  it('refuses, follows or forgets on deletion, as the reference says', () => {
    const store = newStore()
    store.put('owners', { id: '1', name: 'a' })
    store.put('childs', owned('c', '1'))
    store.put('looses', owned('l', '1'))
    store.put('stricts', owned('s', '1'))
    expect(problem(() => store.remove('owners', { id: '1' }))).toMatchObject({
      message: "an existing 'stricts' entity references this 'owners' entity",
      fields: { '@referenced_by': 'stricts' },
    })
    expect(store.table('childs').get('c')).toBeDefined()
    store.remove('stricts', owned('s', '1'))
    store.remove('owners', { id: '1', name: 'a' })
    expect(store.table('childs').get('c')).toBeUndefined()
    expect(store.table('looses').get('l')).toEqual({ id: 'l', owner: null })
  })
})

describe('changes', () => {
  it('are announced once per batch, with an immutable value', async () => {
    const seen: ReadonlyMap<string, ReadonlyMap<string, Entity>>[] = []
    const store = createStore({ schemas, journal: memoryJournal(), onChange: sets => seen.push(sets) })
    for (let n = 0; n < 5; n++) store.put('owners', { id: String(n), name: `n${n}` })
    await store.committed()
    store.put('owners', { id: '9', name: 'later' })
    await store.committed()
    expect(seen.map(sets => sets.get('owners')?.size)).toEqual([5, 6])
    expect(seen[0]?.get('childs')).toBe(seen[1]?.get('childs'))
  })

  it('are undone where the journal fails, with what came after them', async () => {
    let failing = true
    const journal = {
      ...memoryJournal(),
      write: async () => {
        await new Promise(resolve => setImmediate(resolve))
        if (failing) throw new Error('no space left')
      },
    }
    const store = newStore(journal)
    store.put('owners', { id: '1', name: 'a' })
    const first = store.committed()
    // The first batch is on its way when this one is made.
    await new Promise(resolve => setImmediate(resolve))
    store.put('childs', owned('c', '1'))
    const second = store.committed()
    await expect(first).rejects.toThrow('no space left')
    await expect(second).rejects.toThrow('no space left')
    expect(store.table('owners').list()).toEqual([])
    expect(store.table('childs').list()).toEqual([])
    failing = false
    store.put('owners', { id: '1', name: 'a' })
    await store.committed()
    expect(store.table('owners').get('1')).toEqual({ id: '1', name: 'a' })
  })
})

it('lists are in the order of ids, whatever was put and removed between looks at them', () => {
  const step = fc.tuple(fc.constantFrom('put', 'remove', 'look'), fc.integer({ min: 0, max: 30 }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const table = createTable(kind('owner', {}))
      const there = new Map<string, Entity>()
      for (const [what, n] of steps) {
        const id = String(n)
        if (what === 'look') table.list()
        else if (what === 'remove') {
          table.remove(id)
          there.delete(id)
        } else {
          const entity = { id, n: there.size }
          table.put(entity)
          there.set(id, entity)
        }
      }
      expect(table.list()).toEqual([...there.values()].sort((a, b) => (a.id < b.id ? -1 : 1)))
    }),
  )
})

describe('keys in messages', () => {
  it.each([
    [{ b: null, a: 'x' }, '{a="x",b="userdata: NULL"}'],
    [{ a: '[::1]' }, '{a=[=[[::1]]=]}'],
    [{ a: 'x\ny' }, '{a=[[x\ny]]}'],
    [{ end: ['a', null, 'b'], 1: 1e20 }, '{1e+20,["end"]={"a",[3]="b"}}'],
    [{ 'a b': { id: 1 } }, '{["a b"]={id=1}}'],
    [{ a: 'say "x"' }, '{a="say \\"x\\""}'],
  ])('%j is written %s', (value, text) => {
    expect(luaText(value)).toBe(text)
  })
})
