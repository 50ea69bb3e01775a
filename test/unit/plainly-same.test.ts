/** A quick look may miss that two entities are the same; it never takes two for the same that are not. */
import { describe, expect, it } from 'vitest'
import { canonical } from '../../src/entities/language/canonical.ts'
import { completeEntity } from '../../src/entities/language/defaults.ts'
import { isPlainlySame } from '../../src/entities/language/plainly-same.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { entityFields } from '../../src/entities/language/subschemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { pluginSchema } from '../../src/entities/plugin-registry.ts'
import { knownPart } from '../../src/plan/compare.ts'
import { sampleEntity } from '../support/sample-entity.ts'

const others = [null, '', 'other', 0, 7, true, false, [], ['x'], {}, { id: 'x' }, { a: 'b' }]

/** The same value with one thing in it changed, in every way and place. */
function* changed(value: unknown): Generator<unknown> {
  for (const other of others) yield other
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    yield [...value].reverse()
    yield [...value, 'more']
    return
  }
  for (const [name, inner] of Object.entries(value)) {
    for (const other of changed(inner)) yield { ...value, [name]: other }
    const { [name]: _gone, ...rest } = value as Record<string, unknown>
    yield rest
  }
}

const versions = ['2.8', '3.9'].flatMap(text => parseVersion(text) ?? [])
const cases = versions.flatMap(version => {
  const schemas = createSchemas(version, name => pluginSchema(name, version))
  return schemas.kinds.map(definition => ({
    schemas,
    definition,
    name: `${definition.kind} at ${version.text}`,
  }))
})

describe.each(cases)('$name', ({ schemas, definition }) => {
  const given = { ...sampleEntity(definition, 'sample'), tags: ['b', 'a'] }
  const fields = entityFields(definition, given, schemas)
  const stored = {
    ...completeEntity(definition.kind, given, schemas),
    id: 'an id',
    created_at: 1,
    updated_at: 2,
  }
  const form = (entity: object) => {
    const { id: _id, ...rest } = canonical(definition.kind, { ...entity }, schemas)
    return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null))
  }

  it('is the same as what is stored of it', () => {
    expect(isPlainlySame(given, stored, fields)).toBe(true)
    expect(form(given)).toEqual(form(stored))
  })

  it('is not the same as anything else', () => {
    for (const [name, value] of Object.entries(stored)) {
      for (const other of changed(value)) {
        const entity = { ...stored, [name]: other }
        if (!isPlainlySame(given, entity, fields)) continue
        // What neither schema nor file knows is no difference.
        expect(knownPart(form(entity), form(given), fields)).toEqual(form(given))
      }
    }
    expect(isPlainlySame({ ...given, constructor: 'x' }, stored, fields)).toBe(false)
  })
})
