/**
 * Random states with entities of every kind, those of Kong Enterprise too, read from the registry: fields
 * that are valid, references to what is there.
 */
import fc from 'fast-check'
import { everyKind } from '../../src/entities/enterprise.ts'
import { completeEntity } from '../../src/entities/language/defaults.ts'
import type { Definition, Field } from '../../src/entities/language/define.ts'
import { type ForeignField, foreignFields, keysOf } from '../../src/entities/language/identity.ts'
import { levels } from '../../src/entities/language/levels.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { validateEntity } from '../../src/entities/language/validate.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { linkId } from '../../src/state/links.ts'
import { createState, type State, type StateEntity } from '../../src/state/state.ts'
import { sampleEntity, sampleValue } from '../support/sample-entity.ts'

const version = parseVersion('3.9')
if (version === undefined) throw new Error('3.9 is a version')

/** As `deck file render` and `deck file validate` know them: any plugin, any kind. */
export const schemas = createSchemas(version, name => ({ name, fields: {} }), {
  definitions: everyKind,
  routerFlavor: 'expressions',
})

type Values = Record<string, unknown>
type Pick = ReturnType<typeof fc.gen> extends fc.Arbitrary<infer G> ? G : never

/** @param isWanted which kinds; what they refer to is made where it is wanted too */
export const statesOf = (isWanted: (definition: Definition) => boolean): fc.Arbitrary<State> =>
  fc.gen().map(pick => {
    const made: StateEntity[] = []
    const keys = new Set<string>()
    for (const definition of levels(schemas.kinds.filter(isWanted)).flat()) {
      const count = pick(fc.nat, { max: 2 })
      for (let index = 0; index < count; index++) {
        const entity = entityOf(definition, made, `${definition.kind}-${index}`.replaceAll('_', '-'), pick)
        if (entity === undefined) continue
        const own = keysOf(definition, entity.fields).map(key => `${definition.kind} ${key}`)
        if (own.some(key => keys.has(key)) || made.some(({ id }) => id === entity.id)) continue
        for (const key of own) keys.add(key)
        made.push(entity)
      }
    }
    return createState(made, schemas)
  })

/** Undefined where nothing is there that it must refer to. */
function entityOf(
  definition: Definition,
  made: readonly StateEntity[],
  seed: string,
  pick: Pick,
): StateEntity | undefined {
  const references: Values = {}
  for (const foreign of foreignFields(definition)) {
    const reference = referenceOf(foreign, made, pick)
    if (reference !== undefined) references[foreign.name] = reference
    else if (foreign.field.required === true) return undefined
  }
  const { link, keys } = definition
  if (link !== undefined) {
    const id = linkId(idOf(references[link.owner]), idOf(references[link.member]))
    return { kind: definition.kind, id, fields: references }
  }
  if (isFoundByOwner(definition)) {
    const [first] = keys.flat().filter(name => references[name] !== undefined)
    if (first === undefined) return undefined
    for (const name of keys.flat()) if (name !== first) delete references[name]
  }
  const fields = { ...ownFields(definition, references, seed, pick), ...linksOf(definition, made, pick) }
  const id = pick(fc.uuid, { version: 4 as const })
  const hasId = definition.fields['id'] !== undefined
  return { kind: definition.kind, id, fields: { ...(hasId && { id }), ...fields, created_at: 1 } }
}

/** Filter chains: there is one of a service or of a route, and none of both. */
const isFoundByOwner = ({ keys, fields }: Definition): boolean =>
  keys.flat().every(name => fields[name]?.type === 'foreign')

const idOf = (reference: unknown): string => (reference as { id: string }).id

function referenceOf(
  { field }: ForeignField,
  made: readonly StateEntity[],
  pick: Pick,
): { id: string } | undefined {
  const owner = schemas.bySchema(field.reference)?.kind
  const there = made.filter(({ kind }) => kind === owner)
  if (there.length === 0 || (field.required !== true && pick(fc.boolean))) return undefined
  const found = there[pick(fc.nat, { max: there.length - 1 })]
  return found && { id: found.id }
}

/** `partials: [{ id, path }]` */
function linksOf(definition: Definition, made: readonly StateEntity[], pick: Pick): Values {
  const lists = Object.entries(definition.fields).flatMap(([name, { links }]) => {
    const there = made.filter(({ kind }) => kind === schemas.bySchema(links ?? '')?.kind)
    const few = links === undefined || there.length === 0 ? [] : pick(fc.subarray<StateEntity>, [...there])
    if (few.length === 0) return []
    return [[name, few.map(({ id }) => ({ id, ...(pick(fc.boolean) && { path: 'config.redis' }) }))] as const]
  })
  return Object.fromEntries(lists)
}

/** What is demanded, and of the rest what the rules allow together. */
function ownFields(definition: Definition, references: Values, seed: string, pick: Pick): Values {
  const key = definition.subschema?.types === undefined ? definition.subschema?.key : undefined
  const isRequired = ([name]: [string, unknown]) => definition.fields[name]?.required === true
  let fields: Values = {
    ...Object.fromEntries(Object.entries(references).filter(isRequired)),
    ...sampleEntity(definition, seed),
    ...mappingsIn(definition, seed, pick),
    ...(key !== undefined && {
      [key]: seed,
      config: pick(fc.dictionary<string, unknown>, fc.stringMatching(/^[a-z]{1,4}$/), json),
    }),
  }
  for (const [name, field] of Object.entries(definition.fields)) {
    if (name === 'id' || field.timestamp || field.type === 'foreign' || field.links || field.transient)
      continue
    // What a gateway makes where it is not given is always there.
    if (name in fields || (field.auto !== true && pick(fc.boolean))) continue
    const more = { ...fields, [name]: anyValue(field, `${seed}-${name}`.replaceAll('_', '-'), pick) }
    if (isValid(definition, more)) fields = more
  }
  for (const [name, reference] of Object.entries(references)) {
    const more = { ...fields, [name]: reference }
    if (isValid(definition, more)) fields = more
  }
  // What has no name is found by its id, or by what it belongs to.
  const naming = definition.keys.flat().find(name => definition.fields[name]?.type !== 'foreign')
  const field = definition.fields[naming ?? '']
  if (naming !== undefined && field?.required !== true && field?.auto !== true && pick(fc.boolean)) {
    const { [naming]: _name, ...nameless } = fields
    if (isValid(definition, nameless)) fields = nameless
  }
  return fields
}

/** A required value that cannot be drawn from the schema: a list of mappings (filters). */
function mappingsIn({ fields }: Definition, seed: string, pick: Pick): Values {
  const lists = Object.entries(fields).filter(
    ([, { required, elements }]) => required && elements?.type === 'json',
  )
  return Object.fromEntries(
    lists.map(([name, { elements }]) => [name, elements ? [anyValue(elements, seed, pick)] : []]),
  )
}

const json = fc.jsonValue({ maxDepth: 2 }).map((value): unknown => JSON.parse(JSON.stringify(value)))

function anyValue(field: Field, seed: string, pick: Pick): unknown {
  if (field.type === 'json')
    return pick(fc.dictionary<string, unknown>, fc.stringMatching(/^[a-z]{1,4}$/), json)
  return sampleValue(field, seed)
}

function isValid(definition: Definition, fields: Values): boolean {
  const demanded = definition.demandedInFiles ?? []
  if (demanded.some(name => name !== 'id' && fields[name] === undefined)) return false
  return (
    validateEntity(definition.kind, completeEntity(definition.kind, fields, schemas), schemas) === undefined
  )
}
