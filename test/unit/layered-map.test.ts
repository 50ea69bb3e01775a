/** Layers over a map that changes: what is seen is the map, and what was seen before stays as it was. */
import { describe, expect, it } from 'vitest'
import { type LayeredMap, nextLayers } from '../../src/gateway/layered-map.ts'

describe('a layered map', () => {
  it('is the map as it was when it was looked at', () => {
    const now = new Map<string, number>()
    const seen: { readonly view: LayeredMap<number>; readonly expected: Map<string, number> }[] = []
    let view: LayeredMap<number> | undefined
    for (let step = 0; step < 400; step++) {
      const key = `k${(step * 7) % 50}`
      if (step % 3 === 2) now.delete(key)
      else now.set(key, step)
      view = nextLayers(view, now, new Set([key]))
      seen.push({ view, expected: new Map(now) })
    }
    for (const { view, expected } of seen) {
      expect(new Map([...view].sort())).toEqual(new Map([...expected].sort()))
      expect(view.size).toBe(expected.size)
      for (const key of ['k0', 'k7', 'k49']) {
        expect(view.get(key)).toBe(expected.get(key))
        expect(view.has(key)).toBe(expected.has(key))
      }
    }
  })

  it('keeps its lower layer over many changes', () => {
    const now = new Map(Array.from({ length: 1000 }, (_, at) => [`k${at}`, at]))
    let view = nextLayers(undefined, now, new Set())
    const bases = new Set([view.base])
    for (let step = 0; step < 1000; step++) {
      now.set('k1', step)
      now.set(`n${step}`, step)
      view = nextLayers(view, now, new Set(['k1', `n${step}`]))
      bases.add(view.base)
    }
    expect(bases.size).toBeLessThan(12)
  })
})
