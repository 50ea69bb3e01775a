/**
 * Whether an entity is plainly valid: what is given is valid, and what is not given has a default or may be
 * absent. Defaults are made and checked once for each schema, which is what makes this several times as fast
 * as completing and validating an entity. A no says nothing: `validate.ts` finds out what is wrong.
 */
import { checkField, checkFields } from './check-value.ts'
import { withDefaultsInside } from './defaults.ts'
import type { Definition, EntityCheck, Field, Fields, Version, Violations } from './define.ts'
import { namesIn, runEntityChecks } from './entity-checks.ts'
import type { Schemas } from './schemas.ts'
import { expandShorthands } from './shorthands.ts'
import { narrowed, subschemaOf } from './subschemas.ts'
import { shorthandProblems } from './validate.ts'

type Values = Readonly<Record<string, unknown>>

/** @param offline as for `validateEntity` */
export function isPlainlyValid(kind: string, given: Values, schemas: Schemas, offline = false): boolean {
  const definition = schemas.of(kind)
  const { version } = schemas
  const expanded = expandShorthands(given, definition.shorthand_fields, definition.fields)
  const found = subschemaOf(definition, withKey(definition, expanded), schemas, offline)
  if (found.problem !== undefined) return false
  const fields = narrowed(definition.fields, found.subschema)
  const checks = [definition.entity_checks, found.subschema?.entity_checks]
  const prepared = preparedFor(fields, version, checks)
  const entity = validWithDefaults(expanded, fields, prepared, version)
  if (entity === undefined) return false
  const short = { fields, shorthand_fields: definition.shorthand_fields ?? {} }
  if (shorthandProblems(entity, short, version) !== undefined) return false
  return (
    isFreeOfProblems(entity, fields, version, checksAbout(expanded, prepared)) &&
    definition.check?.(entity, version) === undefined &&
    (offline || definition.checkWrite?.(entity) === undefined)
  )
}

/** The field that selects a subschema may have a default. */
function withKey({ subschema, fields }: Definition, entity: Values): Values {
  if (subschema === undefined || entity[subschema.key] !== undefined) return entity
  return { ...entity, [subschema.key]: fields[subschema.key]?.default }
}

/** What is made once for each schema. */
interface Prepared {
  /** Of all fields, those inside of records included; not to be changed. */
  readonly defaults: Values
  /** Fields that are invalid when they are not given. */
  readonly required: readonly string[]
  /** Rules across fields; `names`: where none of these fields is given, the rule holds. */
  readonly checks: readonly { readonly check: EntityCheck; readonly names: readonly string[] | undefined }[]
}

function preparedFor(
  fields: Fields,
  version: Version,
  checks: readonly (readonly EntityCheck[] | undefined)[],
): Prepared {
  const known = preparations.get(fields)
  if (known?.version === version.text) return known.prepared
  const defaults = withDefaultsInside({}, { type: 'record', fields }, version) as Values
  // As in `validateEntity`, lists and records that are the schema's own are not looked at.
  const isRecordOrList = (name: string): boolean =>
    typeof defaults[name] === 'object' && defaults[name] !== null
  const prepared = {
    defaults,
    required: Object.keys(checkFields(defaults, fields, version, isRecordOrList)),
    checks: checks.flatMap((some = []) =>
      some.map(check => ({
        check,
        names: isFreeOfProblems(defaults, fields, version, [check]) ? namesIn(check) : undefined,
      })),
    ),
  }
  preparations.set(fields, { version: version.text, prepared })
  return prepared
}

/** For as long as the schema lives. */
const preparations = new WeakMap<Fields, { readonly version: string; readonly prepared: Prepared }>()

/** The entity with its defaults; undefined where one of its values is invalid, or missing. */
function validWithDefaults(
  given: Values,
  fields: Fields,
  { defaults, required }: Prepared,
  version: Version,
): Values | undefined {
  if (required.some(name => given[name] === undefined)) return undefined
  const entity: Record<string, unknown> = { ...defaults }
  for (const name of Object.keys(given)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    const value = given[name]
    if (value === undefined) continue
    if (field === undefined) return undefined
    entity[name] = isStored(field) ? withDefaultsInside(value, field, version) : value
    if (field.overwritten !== true && checkField(entity[name], field, version) !== undefined) return undefined
  }
  return entity
}

/** What the gateway makes itself has no defaults. */
const isStored = ({ auto, transient }: Field): boolean => auto !== true && transient !== true

const checksAbout = (given: Values, { checks }: Prepared): EntityCheck[] =>
  checks.flatMap(({ check, names }) =>
    names?.every(name => given[name] === undefined) === true ? [] : [check],
  )

function isFreeOfProblems(
  entity: Values,
  fields: Fields,
  version: Version,
  checks: readonly EntityCheck[],
): boolean {
  const problems: Violations = {}
  runEntityChecks(checks, { checkField, entity, fields, problems, version })
  return Object.keys(problems).length === 0
}
