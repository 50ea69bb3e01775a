/** The target of a rollback or resume for each entity, and the parts of it that cannot be restored. */
import type { Definition } from '../../entities/language/define.ts'
import { foreignFields } from '../../entities/language/identity.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { rehashedFields } from '../../entities/language/transformations.ts'
import { isRecord } from '../../entities/language/values.ts'
import { valueAt, withValue } from '../../journal/secrets.ts'
import { type Change, differences, diffStates } from '../../plan/diff.ts'
import { allOf } from '../../state/select.ts'
import { createState, type Origin, type Path, type State, type StateEntity } from '../../state/state.ts'

type Values = Readonly<Record<string, unknown>>

export interface Wish {
  readonly kind: string
  readonly id: string
  readonly name: string
  /** Undefined: the entity is not to be there. Null at the places in `unknown`. */
  readonly values: Values | undefined
  /** Places of secrets that are not known. */
  readonly unknown: readonly Path[]
  /** Paths of the changed fields; undefined for the whole entity. */
  readonly changed?: readonly (readonly string[])[] | undefined
  /** The values come from the gateway, as it printed them; not from a file. */
  readonly isPrinted: boolean
  /** Tells what must not be shown of it, besides what its schema tells. */
  readonly origin?: Origin | undefined
}

export interface Unfulfilled {
  readonly kind: string
  readonly id: string
  readonly name: string
  /** In words, for a report. */
  readonly reason: string
}

export interface Fulfilled {
  readonly changes: readonly Change[]
  /** All entities that the gateway would have. */
  readonly whole: State
  readonly unfulfilled: readonly Unfulfilled[]
}

const keyOf = ({ kind, id }: { kind: string; id: string }): string => `${kind} ${id}`

/** @param live all that the gateway has */
export function fulfil(wishes: readonly Wish[], live: State, schemas: Schemas): Fulfilled {
  const whole = new Map(allOf(live, schemas).map(entity => [keyOf(entity), entity]))
  const unfulfilled: Unfulfilled[] = []
  const open = new Map<string, Wish>()
  const drop = (wish: Wish, reason: string): void => {
    const { kind, id, name } = wish
    unfulfilled.push({ kind, id, name, reason })
    open.delete(keyOf(wish))
    const existing = live.get(kind, id)
    if (existing === undefined) whole.delete(keyOf(wish))
    else whole.set(keyOf(wish), existing)
  }
  for (const wish of wishes) {
    open.set(keyOf(wish), wish)
    const { kind, id, values } = wish
    if (values === undefined) whole.delete(keyOf(wish))
    else {
      const { fields, reason } = known(wish, values, live.get(kind, id)?.fields, schemas.of(kind))
      whole.set(keyOf(wish), { kind, id, fields })
      if (reason !== undefined && isNeeded(wish, fields, live, schemas)) drop(wish, reason)
    }
  }
  for (let dropped = true; dropped; ) {
    const reasons = referenceProblems(open, whole, schemas)
    dropped = reasons.size > 0
    for (const [wish, reason] of reasons) drop(wish, reason)
  }
  const involved = [...open.keys()]
  const of = (find: (key: string) => StateEntity | undefined): State =>
    createState(
      involved.flatMap(key => find(key) ?? []),
      schemas,
    )
  const before = new Map(allOf(live, schemas).map(entity => [keyOf(entity), entity]))
  // Entities that the run was not about are the same on both sides.
  const changes = diffStates(
    of(key => before.get(key)),
    of(key => whole.get(key)),
    schemas,
  )
  return {
    changes: changes.map(change => withOrigin(change, open.get(keyOf(change))?.origin)),
    whole: createState(whole.values(), schemas),
    unfulfilled,
  }
}

const withOrigin = (change: Change, origin: Origin | undefined): Change =>
  origin === undefined ? change : { ...change, origin }

/** An entity that already has its target values needs no unknown values. */
function isNeeded({ kind, id }: Wish, fields: Values, live: State, schemas: Schemas): boolean {
  const existing = live.get(kind, id)
  if (existing === undefined) return true
  return differences(schemas.of(kind), existing, { kind, id, fields }, schemas).length > 0
}

/** The values with secrets that the gateway still has, and why that is not enough, where it is not. */
function known(
  { unknown, changed, isPrinted }: Wish,
  values: Values,
  existing: Values | undefined,
  definition: Definition,
): { fields: Values; reason?: string } {
  const lost: Path[] = []
  let fields = isPrinted ? withoutTransient(values, definition) : values
  for (const path of unknown) {
    const found = existing && valueAt(existing, path)
    if (found !== undefined) fields = withValue(fields, path, found) as Values
    const isChanged = changed === undefined || changed.some(one => isWithin(one, path))
    if (found === undefined || isChanged) lost.push(path)
  }
  if (lost.length > 0) {
    const names = lost.map(path => path.join('.')).join(', ')
    return {
      fields,
      reason: `its ${names} was left out of the journal (DECK_JOURNAL_KEY would have kept it)`,
    }
  }
  // Without a stored value to compare with, whatever looks like a hash is one: the gateway printed it.
  const [hashed] = isPrinted ? rehashedFields(definition, fields, undefined) : []
  return hashed === undefined
    ? { fields }
    : { fields, reason: `its ${hashed} is known only as a hash, which the gateway would hash again` }
}

/** Values that are stored elsewhere (the names of a certificate) have their own changes. */
const withoutTransient = (values: Values, { fields }: Definition): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => fields[name]?.transient !== true))

/** Whether one of two paths contains the other. */
const isWithin = (one: readonly string[], other: Path): boolean =>
  one.every((step, index) => index >= other.length || String(other[index]) === step)

/** Wishes that a reference prevents: one to a missing entity, or one from a remaining entity. */
function referenceProblems(
  open: ReadonlyMap<string, Wish>,
  whole: ReadonlyMap<string, StateEntity>,
  schemas: Schemas,
): Map<Wish, string> {
  const problems = new Map<Wish, string>()
  for (const [key, entity] of whole) {
    for (const { name, field } of foreignFields(schemas.of(entity.kind))) {
      const reference = entity.fields[name]
      const owner = schemas.bySchema(field.reference)
      if (!isRecord(reference) || owner === undefined) continue
      const referred = `${owner.kind} ${String(reference['id'])}`
      if (whole.has(referred)) continue
      const [own, other] = [open.get(key), open.get(referred)]
      if (own !== undefined) problems.set(own, `the ${owner.kind} that it refers to is missing`)
      else if (other !== undefined && field.on_delete !== 'cascade')
        problems.set(other, `a ${entity.kind} that is not of this run refers to it`)
    }
  }
  return problems
}
