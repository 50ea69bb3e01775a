/**
 * A plan for reading and saving: every change with old and new values, secrets masked. Two plans of the
 * same files and the same gateway have equal entries, whatever ids they choose for new entities.
 */
import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../entities/language/values.ts'
import type { Change, Operation } from '../plan/diff.ts'
import type { Plan } from '../plan/plan.ts'
import type { View } from './view.ts'

export interface PlanEntry {
  readonly op: Operation
  readonly kind: string
  readonly name: string
  /** Changed fields of an update: `{ "path": "config.minute", "old": 5, "new": 6 }`. */
  readonly changed_fields: readonly { readonly path: string; readonly old: unknown; readonly new: unknown }[]
  /** Absent for a create. */
  readonly old?: unknown
  /** Absent for a delete. */
  readonly new?: unknown
}

export function planEntries(plan: Pick<Plan, 'changes'>, view: View): PlanEntry[] {
  const neutral = withoutNewIds(plan)
  return plan.changes.map(change => neutral(entryOf(change, view)) as PlanEntry)
}

/** The changes with their secrets: for seals, never for output. */
export function planSecrets(plan: Plan): unknown {
  const neutral = withoutNewIds(plan)
  return plan.changes.map(({ op, kind, before, after }) => neutral([op, kind, before, after]))
}

function entryOf(change: Change, view: View): PlanEntry {
  const { op, kind, title } = change
  const fields = view.fields(change).map(({ path, before, after }) => ({
    path: path.join('.'),
    old: before,
    new: after,
  }))
  return {
    op,
    kind,
    name: title,
    changed_fields: fields,
    ...(op === 'update' && { old: view.before(change) }),
    ...(op === 'delete' ? { old: view.after(change) } : { new: view.after(change) }),
  }
}

const anId = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Removes ids of new entities, which are chosen for each plan; references use names. */
export function withoutNewIds({ changes }: Pick<Plan, 'changes'>): (value: unknown) => unknown {
  const made = new Set(changes.filter(({ op }) => op === 'create').map(({ id }) => id))
  const neutral = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(anId, id => (made.has(id) ? '(new)' : id))
    if (Array.isArray(value)) return value.map(neutral)
    if (!isRecord(value)) return value
    const isReference =
      Object.keys(value).length === 2 && 'id' in value && ('name' in value || 'username' in value)
    const entries = Object.entries(value).filter(([name]) => !(isReference && name === 'id'))
    return Object.fromEntries(entries.map(([name, item]) => [name, neutral(item)]))
  }
  return neutral
}

/**
 * Necessary changes that are missing in the saved plan, as text. Saved changes that are no longer necessary
 * are not listed.
 */
export function beyondPlan(saved: readonly PlanEntry[], now: readonly PlanEntry[]): string[] {
  const known = new Map(saved.map(entry => [keyOf(entry), entry]))
  return now.flatMap(entry => {
    const before = known.get(keyOf(entry))
    if (before === undefined) return [`${titleOf(entry)}: not in the plan`]
    return isDeepStrictEqual(JSON.parse(JSON.stringify(entry)), before)
      ? []
      : [`${titleOf(entry)}: ${whereTheyDiffer(before, entry).join(', ')}`]
  })
}

const keyOf = ({ op, kind, name }: PlanEntry): string => JSON.stringify([op, kind, name])

export const titleOf = ({ op, kind, name }: Pick<PlanEntry, 'op' | 'kind' | 'name'>): string =>
  `${op} ${kind} ${name}`

function whereTheyDiffer(saved: PlanEntry, now: PlanEntry): string[] {
  const names = (['old', 'new'] as const).flatMap(side => {
    const [one, other] = [saved[side], now[side]]
    if (!isRecord(one) || !isRecord(other)) return []
    return [...new Set([...Object.keys(one), ...Object.keys(other)])]
      .filter(name => JSON.stringify(one[name]) !== JSON.stringify(other[name]))
      .map(name => `${name} is ${side === 'old' ? 'not what it was' : 'to be something else'}`)
  })
  return names.length > 0 ? [...new Set(names)] : ['another change']
}
