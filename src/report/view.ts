/**
 * A change as it may be shown: complete with defaults, references by name, secrets hidden. What it looks like
 * is `human.ts`'s and `json.ts`'s.
 */
import { canonical } from '../entities/language/canonical.ts'
import type { NameOf } from '../entities/language/define.ts'
import { foreignFields } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isAbsent, isRecord } from '../entities/language/values.ts'
import { type FieldChange, valueAt } from '../plan/compare.ts'
import type { Change } from '../plan/diff.ts'
import { type MaskOptions, maskEntity, maskError } from './mask.ts'

type Values = Readonly<Record<string, unknown>>

export interface View {
  /** Changed fields of an update. */
  fields(change: Change): FieldChange[]
  /** The whole target entity; for a delete, the old one. */
  after(change: Change): Values
  /** The whole entity as it was, of an update. */
  before(change: Change): Values | undefined
  /** Why a change failed, without the secrets that a server may repeat. */
  error(change: Change, error: unknown): string
}

export interface ViewOptions {
  readonly schemas: Schemas
  readonly nameOf: NameOf
  /** False with `--no-mask-deck-env-vars-value`. Default: true. */
  readonly maskEnvironment?: boolean
}

/** Both sides of a change in canonical form, secrets hidden. */
interface Sides {
  readonly before: Values | undefined
  readonly after: Values | undefined
}

export function createView(options: ViewOptions): View {
  const maskOptions = maskOptionsOf(options)
  const sidesOf = sidesReader(maskOptions)
  return {
    fields: change => (change.fields.length === 0 ? [] : fieldsOf(change, sidesOf(change), options)),
    after: change => {
      const { before = {}, after = before } = sidesOf(change)
      if (change.op !== 'update') return wholeEntity(change, after, options)
      const paths = change.fields.map(({ path }) => path)
      return wholeEntity(change, changedAt(paths, before, after) as Values, options)
    },
    before: change => {
      if (change.op !== 'update') return undefined
      const { before } = sidesOf(change)
      return before && wholeEntity(change, before, options)
    },
    error: (change, error) => {
      const entity = change.after ?? change.before ?? {}
      return maskError(error, entity, maskEntity(entity, change, maskOptions))
    },
  }
}

const maskOptionsOf = ({ schemas, maskEnvironment }: ViewOptions): MaskOptions => ({
  schemas,
  ...(maskEnvironment !== undefined && { environment: maskEnvironment }),
})

/** Makes both sides once for each change: a report uses them several times. */
function sidesReader(options: MaskOptions): (change: Change) => Sides {
  const sides = new WeakMap<Change, Sides>()
  return change => {
    const known = sides.get(change)
    if (known !== undefined) return known
    const { kind, before, after } = change
    const shown = (entity: Values): Values =>
      maskEntity(canonical(kind, entity, options.schemas, after ?? entity), change, options)
    const both = { before: before && shown(before), after: after && shown(after) }
    sides.set(change, both)
    return both
  }
}

const referencesOf = ({ kind }: Change, schemas: Schemas): Map<string, string> =>
  new Map(foreignFields(schemas.of(kind)).map(({ name, field }) => [name, field.reference]))

function fieldsOf(change: Change, { before, after }: Sides, { schemas, nameOf }: ViewOptions): FieldChange[] {
  const references = referencesOf(change, schemas)
  return change.fields.map(({ path }) => {
    const schema = references.get(path[0] ?? '')
    const [old, now] = [valueAt(before, path), valueAt(after, path)]
    if (schema === undefined) return { path, before: old, after: now }
    // A changed reference is shown by names, which a reader recognises, unless both entities have the
    // same name.
    const names = { before: nameAt(old, schema, nameOf), after: nameAt(now, schema, nameOf) }
    const ids = { before: idAt(old), after: idAt(now) }
    return { path: path.slice(0, 1), ...(names.before === names.after ? ids : names) }
  })
}

/** Nulls of its own left out (those of a configuration are kept), the id first known to Kong. */
function wholeEntity(change: Change, values: Values, options: ViewOptions): Values {
  const { schemas } = options
  const references = referencesOf(change, schemas)
  const { link, fields } = schemas.of(change.kind)
  const named = Object.entries({ id: change.id, ...values }).flatMap(([name, value]) => {
    // What is kept elsewhere (the names of a certificate) has changes of its own.
    const isElsewhere = fields[name]?.transient === true
    if (isAbsent(value) || isElsewhere || (name === 'id' && link !== undefined)) return []
    const reference = references.get(name)
    if (reference !== undefined) return [[name, withName(value, reference, options)] as const]
    return [[name, fields[name]?.fields === undefined ? value : withoutNulls(value)] as const]
  })
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** `{ id, name }`, or by what the kind calls its name (`username`). */
function withName(value: unknown, reference: string, { schemas, nameOf }: ViewOptions): unknown {
  if (!isRecord(value) || typeof value['id'] !== 'string') return value
  const name = nameOf(reference, value['id'])
  const key = schemas.bySchema(reference)?.endpointKey ?? 'name'
  return name === value['id'] ? { id: value['id'] } : { id: value['id'], [key]: name }
}

/**
 * The old values, with the new ones at the changed paths: values that only the server generates or returns
 * stay if a file does not set them.
 */
function changedAt(paths: readonly (readonly string[])[], before: unknown, after: unknown): unknown {
  if (paths.length === 0) return isAbsent(before) ? after : before
  if (paths.some(path => path.length === 0) || !isRecord(before) || !isRecord(after)) return after
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return Object.fromEntries(
    [...names].map(name => {
      const inside = paths.filter(([first]) => first === name).map(([, ...rest]) => rest)
      return [name, changedAt(inside, before[name], after[name])]
    }),
  )
}

/** A null in a record of Kong means an absent value. */
function withoutNulls(value: unknown): unknown {
  if (!isRecord(value)) return value
  const said = Object.entries(value).filter(([, inner]) => !isAbsent(inner))
  return Object.fromEntries(said.map(([name, inner]) => [name, withoutNulls(inner)]))
}

function nameAt(value: unknown, schema: string, nameOf: NameOf): unknown {
  const id = idAt(value)
  return typeof id === 'string' ? nameOf(schema, id) : value
}

const idAt = (value: unknown): unknown => (isRecord(value) ? value['id'] : value)
