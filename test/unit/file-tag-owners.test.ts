/**
 * `deck file add-tags` and its like work on whatever may have tags: the definition of a kind says so, no
 * list of theirs.
 */
import { describe, expect, it } from 'vitest'
import { everyKind } from '../../src/entities/enterprise.ts'
import { placesIn } from '../../src/file/layout.ts'
import { tagOwners } from '../../src/transform/owners.ts'

/** Of a kind with an array of its own; a wrapped one shares it with others. */
const kinds = everyKind.filter(({ link, wrapped }) => link === undefined && wrapped !== true)
const isTagged = (kind: (typeof kinds)[number]): boolean => kind.fields['tags'] !== undefined

describe.each(kinds.filter(isTagged).map(kind => [kind.kind, kind] as const))('%s', (_, definition) => {
  it('may have tags at the top of a file', () => {
    const record = { name: 'a' }
    expect(tagOwners({ [definition.fileKey]: [record] })).toEqual([record])
  })

  it('may have tags inside of each of its owners', () => {
    for (const owner of kinds) {
      if (!placesIn(owner).some(place => place.definition === definition)) continue
      const record = { name: 'a' }
      const found = tagOwners({ [owner.fileKey]: [{ [definition.fileKey]: [record] }] })
      expect(found.includes(record), owner.kind).toBe(true)
    }
  })
})

it('keeps to what may have tags', () => {
  const untagged = kinds.filter(kind => !isTagged(kind)).map(({ fileKey }) => fileKey)
  // Roles of Kong Enterprise have tags to decK alone.
  const content = Object.fromEntries(untagged.filter(key => !key.startsWith('rbac_')).map(key => [key, [{}]]))
  expect(tagOwners({ ...content, unknown: [{}] })).toEqual([])
})
