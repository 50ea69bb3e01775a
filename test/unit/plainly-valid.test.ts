/**
 * A quick look may take a valid entity for one that needs a second look; it never takes an invalid one for
 * valid.
 */
import { describe, expect, it } from 'vitest'
import { completeEntity } from '../../src/entities/language/defaults.ts'
import { isPlainlyValid } from '../../src/entities/language/plainly-valid.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { entityFields } from '../../src/entities/language/subschemas.ts'
import { validateEntity } from '../../src/entities/language/validate.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { pluginSchema, plugins } from '../../src/entities/plugin-registry.ts'
import { brokenRules } from '../support/broken-rules.ts'
import { sampleEntity, sampleValue } from '../support/sample-entity.ts'
import { leastConfig } from '../support/sample-plugin.ts'

type Values = Readonly<Record<string, unknown>>

const versions = ['2.8', '3.4', '3.9'].flatMap(text => parseVersion(text) ?? [])
const cases = versions.flatMap(version => {
  const known = new Map(plugins.map(({ name }) => [name, pluginSchema(name, version)]))
  const schemas = createSchemas(version, name => known.get(name))
  const kinds = schemas.kinds.map(definition => ({
    name: `${definition.kind} at ${version.text}`,
    schemas,
    definition,
    given: sampleEntity(definition, 'sample') as Values,
  }))
  const plugin = schemas.kinds.find(({ kind }) => kind === 'plugin')
  const configured = [...known].flatMap(([name, schema]) =>
    schema === undefined || plugin === undefined
      ? []
      : [
          {
            name: `${name} at ${version.text}`,
            schemas,
            definition: plugin,
            given: { name, config: leastConfig(name, version.text) } as Values,
          },
        ],
  )
  return [...kinds, ...configured]
})

/** With each field set to a sample, to what breaks each of its rules, and to nothing. */
function* variants(given: Values, fields: ReturnType<typeof entityFields>, version: (typeof versions)[0]) {
  yield given
  yield { ...given, unheard_of: 1 }
  for (const [name, field] of Object.entries(fields)) {
    const { [name]: _gone, ...rest } = given
    yield rest
    yield { ...given, [name]: null }
    if (field.type !== 'foreign') yield { ...given, [name]: sampleValue(field, 'other') }
    for (const { value } of brokenRules(field, version)) yield { ...given, [name]: value }
  }
}

describe.each(cases)('$name', ({ schemas, definition, given }) => {
  const { kind } = definition
  const isValid = (entity: Values): boolean =>
    validateEntity(kind, completeEntity(kind, entity, schemas), schemas, { defaulted: entity }) === undefined

  it('is never plainly valid where it is invalid', () => {
    for (const entity of variants(given, entityFields(definition, given, schemas), schemas.version)) {
      if (isPlainlyValid(kind, entity, schemas))
        expect({ entity, valid: isValid(entity) }).toEqual({ entity, valid: true })
    }
  })

  it('is plainly valid as its least form, where that is valid', () => {
    expect(isPlainlyValid(kind, given, schemas)).toBe(isValid(given))
  })
})
