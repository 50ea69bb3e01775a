/** What is sent of a configuration that changed, and what comes of it at the other end. */
import { describe, expect, it } from 'vitest'
import type { Entity } from '../../src/entities/language/define.ts'
import { type LayeredMap, nextLayers } from '../../src/gateway/layered-map.ts'
import { changesBetween, followChanges } from '../../src/gateway/workers/entity-changes.ts'

const entity = (id: string, name = id): Entity => ({ id, name })

/** A set as the store gives it out: in layers, and a new one after each change. */
function storedSet() {
  const all = new Map<string, Entity>()
  let layers: LayeredMap<Entity> | undefined
  return (id: string, value: Entity | undefined) => {
    if (value === undefined) all.delete(id)
    else all.set(id, value)
    layers = nextLayers(layers, all, new Set([id]))
    return layers
  }
}

describe('changes between configurations', () => {
  it('are those entities alone that came, went, or are others now', () => {
    const change = storedSet()
    change('a', entity('a'))
    const last = new Map([['services', change('b', entity('b'))]])
    change('c', entity('c'))
    change('b', entity('b', 'new'))
    const now = new Map([['services', change('a', undefined)]])
    const [[schema, changes] = ['', []]] = changesBetween(last, now)
    expect(schema).toBe('services')
    expect(new Map(changes)).toEqual(
      new Map([
        ['a', undefined],
        ['b', entity('b', 'new')],
        ['c', entity('c')],
      ]),
    )
    expect(changesBetween(now, now)).toEqual([])
  })

  it('come to the same configuration at the other end, also where the lower layer is replaced', () => {
    const sets = { services: storedSet(), routes: storedSet() }
    const followed = followChanges()
    let last: ReadonlyMap<string, ReadonlyMap<string, Entity>> = new Map()
    // Far more changes than a layer holds; each third takes one away again.
    for (let turn = 0; turn < 600; turn++) {
      const schema = turn % 5 === 0 ? 'routes' : 'services'
      const id = String((turn * 7) % 90)
      const set = sets[schema](id, turn % 3 === 2 ? undefined : entity(id, String(turn)))
      const now = new Map([...last, [schema, set]])
      const there = followed.apply(changesBetween(last, now))
      for (const [name, map] of now) {
        expect(new Map(there.get(name) ?? [])).toEqual(new Map(map))
        expect(there.get(name)?.size ?? 0).toBe(map.size)
      }
      last = now
    }
  })

  it('leave what did not change the same object', () => {
    const followed = followChanges()
    const first = followed.apply([
      [
        'services',
        [
          ['a', entity('a')],
          ['b', entity('b')],
        ],
      ],
    ])
    const next = followed.apply([['services', [['b', entity('b', 'new')]]]])
    expect(next.get('services')?.get('a')).toBe(first.get('services')?.get('a'))
    // A configuration that was handed out stays as it was.
    expect(first.get('services')?.get('b')).toEqual(entity('b'))
  })
})
