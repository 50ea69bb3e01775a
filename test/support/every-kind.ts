/**
 * Random states of every kind that a gateway has, made from the registry: entities that are absent, as they
 * are or with tags, and names that change hands between two states.
 */
import fc from 'fast-check'
import type { Definition } from '../../src/entities/language/define.ts'
import { foreignFields } from '../../src/entities/language/identity.ts'
import type { Schemas } from '../../src/entities/language/schemas.ts'
import { isRecord } from '../../src/entities/language/values.ts'
import { renamableField, uniqueKeys } from '../../src/plan/unique-keys.ts'
import { createState, type State, type StateEntity } from '../../src/state/state.ts'
import { oneOfEach } from './one-of-each.ts'
import { requiredOwners, sampleEntity, sampleValue } from './sample-entity.ts'

/** One of each kind; of a password the gateway returns the hash alone, so that it cannot be restored. */
export function restorableEntities(schemas: Schemas): StateEntity[] {
  const { major, minor } = schemas.version
  const isHashed = (kind: string): boolean =>
    (schemas.of(kind).transformations ?? []).some(({ isMadeOf }) => isMadeOf === undefined)
  return oneOfEach(schemas, `${major}.${minor}`).filter(
    ({ kind }) => kind !== 'basic-auth' || !isHashed(kind),
  )
}

/** Absent, as it is, or with tags; what refers to an absent entity is absent as well. */
function anyOfEach(schemas: Schemas): fc.Arbitrary<StateEntity[]> {
  const entities = restorableEntities(schemas)
  return fc.tuple(...entities.map(() => fc.constantFrom('absent', 'plain', 'tagged'))).map(choices => {
    const made = new Map<string, StateEntity>()
    for (const [index, entity] of entities.entries()) {
      const definition = schemas.of(entity.kind)
      const isWhole = foreignFields(definition).every(({ name, field }) => {
        const reference = entity.fields[name]
        const owner = schemas.bySchema(field.reference)
        return !isRecord(reference) || owner === undefined || made.has(`${owner.kind} ${reference['id']}`)
      })
      if (choices[index] === 'absent' || !isWhole) continue
      // Kong's PUT of a target changes only the fields that it names: tags are not removed by leaving them out.
      const { fields: known, putCreates } = definition
      const isTagged = choices[index] === 'tagged' && known['tags'] !== undefined && putCreates !== false
      const fields = isTagged ? { ...entity.fields, tags: ['new'] } : entity.fields
      made.set(`${entity.kind} ${entity.id}`, { ...entity, fields })
    }
    return [...made.values()]
  })
}

const places = [1, 2, 3, 4]

/** The texts of a kind that no two of its entities may share, where one can be called something else. */
const namesOf = (definition: Definition): string[] =>
  Object.entries(definition.fields).flatMap(([name, { unique, type }]) => {
    const [key] = unique === true && type === 'string' ? uniqueKeys(definition, { [name]: 'x' }) : []
    return key !== undefined && renamableField(key, definition) === name ? [name] : []
  })

/**
 * Up to four of each kind that needs no owner and has a name; each unique text is given out again, so that
 * between two such states names move in circles.
 */
export function dealtNames(schemas: Schemas): fc.Arbitrary<StateEntity[]> {
  const kinds = schemas.kinds.filter(
    one =>
      requiredOwners(one, schemas).length === 0 &&
      namesOf(one).length > 0 &&
      // Of a certificate there is one sample.
      Object.values(one.fields).every(({ format }) => format !== 'certificate') &&
      // The type of a plugin is not known here.
      (one.subschema === undefined || one.subschema.types !== undefined),
  )
  const deal = fc.shuffledSubarray(places, { minLength: places.length })
  const dealt = kinds.map((definition, index) => {
    const names = namesOf(definition)
    return fc.tuple(fc.subarray(places), fc.tuple(...names.map(() => deal))).map(([there, orders]) =>
      there.map((place): StateEntity => {
        const id = `6f2c8f30-0d0c-4d9d-${String(index).padStart(4, '0')}-${String(place).padStart(12, '0')}`
        const own = names.map((name, at) => {
          const number = orders[at]?.[place - 1]
          return [name, sampleText(definition, name, `${definition.kind}-dealt-${number}`)]
        })
        const fields = {
          ...sampleEntity(definition, `${definition.kind}-own-${place}`),
          ...Object.fromEntries(own),
        }
        return { kind: definition.kind, id, fields: { id, ...fields } }
      }),
    )
  })
  return fc.tuple(...dealt).map(lists => lists.flat())
}

/** Some formats have one sample for all seeds. */
function sampleText({ fields }: Definition, name: string, seed: string): unknown {
  const text = seed.replaceAll('_', '-')
  const sample = sampleValue(fields[name] ?? { type: 'string' }, text)
  return sample === text ? sample : `${text}.example`
}

export const anyState = (schemas: Schemas): fc.Arbitrary<State> =>
  fc.tuple(anyOfEach(schemas), dealtNames(schemas)).map(lists => createState(lists.flat(), schemas))

export const anyPair = (schemas: Schemas): fc.Arbitrary<readonly [a: State, b: State]> =>
  fc.tuple(anyState(schemas), anyState(schemas))
