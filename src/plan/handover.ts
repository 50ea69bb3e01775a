/**
 * Unique keys that are exchanged in a circle, as when two services swap their names. No order of the
 * changes can do that alone, so one entity gets a temporary name first. An entity without a name (a plugin
 * in its scope) is deleted and created again.
 */
import type { Change } from './diff.ts'
import { type Draft, newDraft } from './draft.ts'
import { temporaryName } from './unique-keys.ts'

/** The taker waits for the holder to let go of a key. */
export interface Handover {
  readonly taker: Draft
  readonly holder: Draft
  /** The key's field, where the holder could be called something else in it. */
  readonly field: string | undefined
}

/** @returns the steps and those that were added; no circle is left among them */
export function breakCircles(drafts: readonly Draft[], handovers: readonly Handover[]): Draft[] {
  const added: Draft[] = []
  const renames = new Map(drafts.filter(({ action }) => action === 'rename').map(one => [one.change, one]))
  let stuck = withoutStart(new Set(drafts))
  while (stuck.size > 0) {
    const circle = circleIn(stuck)
    const broken = circle.map((taker, index) =>
      handovers.filter(one => one.taker === taker && one.holder === circle[(index + 1) % circle.length]),
    )
    const possible = broken.filter(edges => edges.length > 0)
    const edge = possible.find(edges => edges.every(isSoft)) ?? possible[0]
    if (edge === undefined) throw new Error('a circle of references, which the registry does not allow')
    added.push(...breakAt(edge, handovers, renames))
    stuck = withoutStart(stuck)
  }
  return [...added, ...drafts]
}

const isSoft = ({ field }: Handover): boolean => field !== undefined

/**
 * @param edges all handovers from one holder to one taker
 * @param renames by change; new ones are added
 */
function breakAt(
  edges: readonly Handover[],
  handovers: readonly Handover[],
  renames: Map<Change, Draft>,
): Draft[] {
  const [first] = edges
  if (first === undefined) return []
  const { taker, holder } = first
  taker.needs.delete(holder)
  const known = renames.get(holder.change)
  if (edges.every(isSoft)) {
    const rename = renaming(
      holder.change,
      edges.flatMap(({ field }) => field ?? []),
    )
    // A second rename would write the whole entity again, and take back the key that the first one gave up.
    if (known !== undefined) known.temporary = { ...known.temporary, ...rename.temporary }
    else renames.set(holder.change, rename)
    const step = known ?? rename
    taker.needs.add(step)
    holder.needs.add(step)
    return known === undefined ? [rename] : []
  }
  // A delete that cannot come first: the server will say so.
  if (holder.action === 'delete') return []
  const removal = newDraft(holder.change, 'delete')
  // A rename that comes later would create the entity again.
  if (known !== undefined) removal.needs.add(known)
  for (const other of handovers.filter(one => one.holder === holder)) {
    other.taker.needs.delete(holder)
    other.taker.needs.add(removal)
  }
  holder.needs.add(removal)
  return [removal]
}

/** An update that changes only these fields, to values that no other entity has. */
export function renaming(change: Change, fields: readonly string[]): Draft {
  const temporary = Object.fromEntries(fields.map(name => [name, temporaryName(change.id)]))
  return { ...newDraft(change, 'rename'), temporary }
}

/** The drafts that can never start: those in a circle, and those that wait for one. */
function withoutStart(drafts: ReadonlySet<Draft>): Set<Draft> {
  const stuck = new Set(drafts)
  const waiting = new Map<Draft, Draft[]>()
  const open = new Map<Draft, number>()
  const ready: Draft[] = []
  for (const draft of stuck) {
    const needs = [...draft.needs].filter(need => stuck.has(need))
    open.set(draft, needs.length)
    if (needs.length === 0) ready.push(draft)
    for (const need of needs) waiting.set(need, [...(waiting.get(need) ?? []), draft])
  }
  for (let draft = ready.pop(); draft !== undefined; draft = ready.pop()) {
    stuck.delete(draft)
    for (const waiter of waiting.get(draft) ?? []) {
      const left = (open.get(waiter) ?? 0) - 1
      open.set(waiter, left)
      if (left === 0) ready.push(waiter)
    }
  }
  return stuck
}

/** One circle: each draft needs the next one, the last one the first. */
function circleIn(stuck: ReadonlySet<Draft>): Draft[] {
  const walked: Draft[] = []
  const seen = new Map<Draft, number>()
  let [draft] = stuck
  while (draft !== undefined && !seen.has(draft)) {
    seen.set(draft, walked.length)
    walked.push(draft)
    draft = [...draft.needs].find(need => stuck.has(need))
  }
  return draft === undefined ? [] : walked.slice(seen.get(draft))
}
