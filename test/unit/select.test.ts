/** Regular expressions in JSONPath filters (RFC 9535, `match` and `search`). */
import { describe, expect, it } from 'vitest'
import { createSelection } from '../../src/transform/select.ts'

const content = { services: ['orders', 'users-v2', 'a\nb', 'a\rb', 'Größe', `${'a'.repeat(60)}!`] }
const select = (filter: string): unknown[] => createSelection([`$.services[?${filter}]`])(content).flat()

describe('filters with regular expressions', () => {
  it('match the whole text or search in it', () => {
    expect(select('match(@, "[a-z]+")')).toEqual(['orders'])
    expect(select('search(@, "v[0-9]")')).toEqual(['users-v2'])
    expect(select('match(@, "user")')).toEqual([])
    expect(select('match(@, "Gr..e")')).toEqual(['Größe'])
    expect(select('match(@, "\\\\p{L}+")')).toEqual(['orders', 'Größe'])
  })

  it('take no line break for a dot', () => {
    expect(select('match(@, "a.b")')).toEqual([])
    expect(select('match(@, "a[^.]b")')).toEqual(['a\nb', 'a\rb'])
  })

  it('select nothing by an invalid pattern or a value that is no text', () => {
    expect(select('match(@, "(")')).toEqual([])
    expect(createSelection(['$[?match(@, "1")]'])({ a: 1 })).toEqual([[]])
  })

  it.each(['(a+)+b', '(a|aa)*b', '(a*)*b'])('end soon for %s', pattern => {
    const begin = performance.now()
    expect(select(`match(@, "${pattern}")`)).toEqual([])
    expect(performance.now() - begin).toBeLessThan(5000)
  })
})
