/**
 * The order of changes as a value: a graph of steps, each with the steps that must be done before it. It
 * needs no response of a server (ids are made here), so that it can be printed and tested. `apply.ts` runs
 * it.
 *
 *     a ─ needs ─▶ the entities that a refers to, where they are created
 *     deleting b ─ needs ─▶ the changes of entities that referred to b
 *     taking a unique key ─ needs ─▶ its holder's change, or a temporary name for the holder
 *     deletes ─ wait for ─▶ all other steps, so that traffic finds no gap, except a delete that frees a key
 *     deleting b ─ cascades from ─▶ deleting the entity that b belongs to, without a request of its own
 */
import { foreignFields } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isRecord } from '../entities/language/values.ts'
import { leaveToCascades } from './cascades.ts'
import type { Change, Operation } from './diff.ts'
import { type Draft, newDraft } from './draft.ts'
import { breakCircles, type Handover, renaming } from './handover.ts'
import { inOrder } from './order.ts'
import { renamableField, type UniqueKey, uniqueKeys } from './unique-keys.ts'

type Values = Readonly<Record<string, unknown>>

export interface Step {
  readonly change: Change
  /**
   * `rename`: an update that only gives its entity another name for a moment; part of a change that follows.
   */
  readonly action: 'put' | 'delete' | 'rename'
  /** Done before this one. */
  readonly needs: ReadonlySet<Step>
  /** Waits for all steps that are not late. */
  readonly late: boolean
  /** Deletes that take this one along: it is done with the first of them. Empty: it has its own request. */
  readonly cascadesFrom: ReadonlySet<Step>
  /** For a rename: temporary values instead of the entity's own. */
  readonly temporary?: Readonly<Record<string, string>>
}

export interface Summary {
  readonly created: number
  readonly updated: number
  readonly deleted: number
}

export interface Plan {
  /** In the order of reports and, as far as references allow, of execution. The same for the same input. */
  readonly changes: readonly Change[]
  readonly steps: readonly Step[]
  readonly summary: Summary
}

/**
 * Refuses nothing: the server decides what it accepts.
 *
 * @param doubtful kinds that the server will probably refuse. Their changes wait for all earlier changes, and
 *   later changes wait for them, so that a refusal leaves little unfinished
 */
export function makePlan(
  changes: readonly Change[],
  schemas: Schemas,
  doubtful: ReadonlySet<string> = new Set(),
): Plan {
  const settled = settledOrder(changes, schemas)
  const drafts = new Map(settled.map(change => [keyOf(change.kind, change.id), draftOf(change)]))
  const all = [...drafts.values()]
  linkReferences(all, drafts, schemas)
  const { handovers, renames } = linkUniqueKeys(all, schemas)
  const steps = breakCircles([...renames, ...all], handovers)
  postponeDeletes(steps)
  const ordered = inOrder(steps, schemas)
  waitForDoubtful(ordered, doubtful)
  leaveToCascades(ordered, schemas)
  // A change is reported at its last step: an earlier step with a temporary name is not a separate event.
  const reported = [...new Set(ordered.map(({ change }) => change).reverse())].reverse()
  return { changes: reported, steps: ordered, summary: countChanges(reported) }
}

/**
 * By kind, title, operation and content, so that reports and broken circles do not depend on the order of the
 * input.
 */
function settledOrder(changes: readonly Change[], schemas: Schemas): Change[] {
  const place = new Map(schemas.kinds.map(({ kind }, index) => [kind, index]))
  const titleAndOp = ({ title, op }: Change): string => `${title}\n${op}`
  const content = ({ before, after }: Change): string =>
    JSON.stringify({ ...(after ?? before), id: undefined })
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  return [...changes].sort(
    (a, b) =>
      (place.get(a.kind) ?? 0) - (place.get(b.kind) ?? 0) ||
      byText(titleAndOp(a), titleAndOp(b)) ||
      byText(content(a), content(b)),
  )
}

/** How many of each operation. */
export function countChanges(changes: readonly Change[]): Summary {
  const count = (operation: Operation): number => changes.filter(({ op }) => op === operation).length
  return { created: count('create'), updated: count('update'), deleted: count('delete') }
}

const keyOf = (kind: string, id: unknown): string => `${kind} ${id}`

const draftOf = (change: Change): Draft => newDraft(change, change.op === 'delete' ? 'delete' : 'put')

function linkReferences(all: readonly Draft[], drafts: ReadonlyMap<string, Draft>, schemas: Schemas): void {
  for (const draft of all) {
    const { kind, before, after } = draft.change
    for (const referred of referredBy(kind, after, drafts, schemas)) {
      if (referred.change.op === 'create') draft.needs.add(referred)
    }
    for (const referred of referredBy(kind, before, drafts, schemas)) {
      if (referred.change.op === 'delete') referred.needs.add(draft)
    }
  }
}

function referredBy(
  kind: string,
  entity: Values | undefined,
  drafts: ReadonlyMap<string, Draft>,
  schemas: Schemas,
): Draft[] {
  if (entity === undefined) return []
  return foreignFields(schemas.of(kind)).flatMap(({ name, field }) => {
    const reference = entity[name]
    const definition = schemas.bySchema(field.reference)
    if (!isRecord(reference) || definition === undefined) return []
    return drafts.get(keyOf(definition.kind, reference['id'])) ?? []
  })
}

/** A change that needs a unique key waits for the change that releases it. */
function linkUniqueKeys(
  all: readonly Draft[],
  schemas: Schemas,
): { handovers: Handover[]; renames: Draft[] } {
  const keysOf = ({ kind }: Change, entity: Values | undefined): UniqueKey[] =>
    entity === undefined ? [] : uniqueKeys(schemas.of(kind), entity)
  const holders = new Map(
    all.flatMap(draft => keysOf(draft.change, draft.change.before).map(({ text }) => [text, draft] as const)),
  )
  const handovers: Handover[] = []
  const leaving = new Map<Draft, Set<string>>()
  for (const taker of all.filter(({ action }) => action === 'put')) {
    for (const key of keysOf(taker.change, taker.change.after)) {
      const holder = holders.get(key.text)
      if (holder === undefined || holder === taker) continue
      if (keysOf(holder.change, holder.change.after).some(({ text }) => text === key.text)) continue
      const field = renamableField(key, schemas.of(holder.change.kind))
      if (holder.action === 'delete' && field !== undefined) {
        leaving.set(holder, new Set([...(leaving.get(holder) ?? []), field]))
      }
      taker.needs.add(holder)
      handovers.push({ taker, holder, field })
    }
  }
  return { handovers, renames: renameLeaving(leaving, handovers) }
}

/** A deleted entity keeps serving under a temporary name until the entity with its name exists. */
function renameLeaving(
  leaving: ReadonlyMap<Draft, ReadonlySet<string>>,
  handovers: readonly Handover[],
): Draft[] {
  return [...leaving].map(([holder, fields]) => {
    const rename = renaming(holder.change, [...fields])
    holder.needs.add(rename)
    for (const { taker } of handovers.filter(one => one.holder === holder)) {
      taker.needs.add(rename)
      const others = handovers.filter(one => one.holder === holder && one.taker === taker)
      if (others.every(({ field }) => field !== undefined)) taker.needs.delete(holder)
    }
    return rename
  })
}

function waitForDoubtful(ordered: readonly Draft[], doubtful: ReadonlySet<string>): void {
  if (doubtful.size === 0) return
  const before: Draft[] = []
  const doubted: Draft[] = []
  for (const draft of ordered) {
    const isDoubtful = doubtful.has(draft.change.kind) && draft.change.op !== 'delete'
    const waitsFor = isDoubtful ? before : doubted
    for (const other of waitsFor) draft.needs.add(other)
    if (isDoubtful) doubted.push(draft)
    else before.push(draft)
  }
}

/** A delete that no change of another kind waits for comes last. */
function postponeDeletes(steps: readonly Draft[]): void {
  const awaited = new Set<Draft>()
  const open = steps.filter(({ action }) => action !== 'delete')
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    for (const need of step.needs) {
      if (awaited.has(need)) continue
      awaited.add(need)
      open.push(need)
    }
  }
  for (const step of steps) step.late = step.action === 'delete' && !awaited.has(step)
}
