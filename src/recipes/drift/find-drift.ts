/** The three sides of a drift: with a record, with the journal, or without what was last applied. */
import { titleOf } from '../../entities/language/identity.ts'
import { readLastStates } from '../../journal/last-states.ts'
import { type Change, diffStates, namesFrom } from '../../plan/diff.ts'
import { makePlan } from '../../plan/plan.ts'
import { type Author, type Drift, threeWays, unknownAuthors } from '../../plan/three-ways.ts'
import type { DriftBase } from '../../report/review/review.ts'
import type { View } from '../../report/view.ts'
import { masked } from '../../state/secrets.ts'
import { allOf } from '../../state/select.ts'
import type { Path, State } from '../../state/state.ts'
import { possibleChanges } from '../reconcile/changes.ts'
import type { Comparison } from '../reconcile/comparison.ts'
import type { DriftOptions } from './drift.ts'
import { journalBase } from './journal-base.ts'
import { readRecord, refuseOtherSelection, revive } from './record.ts'
import { recordState, selectionOf } from './record-state.ts'

export interface FoundDrift {
  readonly found: readonly Drift[]
  readonly base: DriftBase
  readonly notes: readonly string[]
  /** Who made a difference, where the values before it are not known. */
  readonly authorOf?: (change: Change) => Author | undefined
  /** Whether a difference that seems to be of the files may have been made by hand: a secret differs. */
  readonly isGuess?: (change: Change, view: View) => boolean
}

/** @throws DeckError */
export async function findDrift(options: DriftOptions, comparison: Comparison): Promise<FoundDrift> {
  const { schemas, doubtful } = comparison
  // In a plan's order, which is the same for the same input.
  const pending = makePlan(possibleChanges({ mode: 'diff' }, comparison), schemas, doubtful).changes
  if (options.recordFile !== undefined) return withRecord(options.recordFile, pending, options, comparison)
  return (
    (await withJournal(pending, options, comparison)) ?? {
      found: unknownAuthors(pending),
      base: { from: 'nothing' },
      notes: [],
    }
  )
}

/** From one state to another, as a diff would. */
const changesTo = (target: State, current: State, comparison: Comparison): Change[] =>
  possibleChanges({ mode: 'diff' }, { ...comparison, current, target })

async function withRecord(
  path: string,
  pending: readonly Change[],
  { key, scope }: DriftOptions,
  comparison: Comparison,
): Promise<FoundDrift> {
  const { schemas, current } = comparison
  const base = { from: 'record', file: path } as const
  const record = await readRecord(path)
  if (record === undefined) {
    await recordState(path, current, comparison, scope, key)
    const note = `${path} did not exist: what the gateway has now is recorded there`
    return { found: threeWays(pending, [], pending, ({ title }) => title), base, notes: [note] }
  }
  refuseOtherSelection(record, selectionOf(comparison, scope), path)
  const { state, sameSecrets } = revive(record, [current, comparison.target], schemas, { key })
  const hand = changesTo(current, state, comparison)
  const file = changesTo(comparison.targetFor(state), state, comparison)
  const nameOf = namesFrom([state], schemas)
  const recordedTitle = ({ kind, id, before }: Change): string =>
    titleOf(schemas.of(kind), { ...before, id }, nameOf)
  const found = threeWays(pending, hand, file, recordedTitle)
  if (sameSecrets === true) return { found, base, notes: [] }
  return { found, base, notes: secretNotes(sameSecrets), isGuess: showsSecret }
}

const advice = 'a record made with DECK_RECORD_KEY says which'

const secretNotes = (sameSecrets: false | undefined): string[] =>
  sameSecrets === false
    ? [`a secret on the gateway was changed by hand since the record: ${advice}`]
    : ['entities with secrets were deleted by hand: whether other secrets changed is not known']

const showsSecret = (change: Change, view: View): boolean =>
  JSON.stringify([view.before(change), view.after(change)]).includes(masked)

async function withJournal(
  pending: readonly Change[],
  { journal }: DriftOptions,
  comparison: Comparison,
): Promise<FoundDrift | undefined> {
  const { schemas, current, target, selectTags, scope } = comparison
  if (journal?.folder === undefined) return undefined
  const gateway = { address: comparison.client.address, workspace: comparison.workspace }
  const question = { gateway, live: current, schemas, selectTags, key: journal.key }
  const last = await readLastStates(journal.folder, question)
  if (last === undefined) return undefined
  const titleIn = namesFrom([target], schemas)
  const titled = new Map(
    allOf(target, schemas).map(one => [
      `${one.kind} ${titleOf(schemas.of(one.kind), { ...one.fields, id: one.id }, titleIn)}`,
      one,
    ]),
  )
  const sides = { live: current, target, titled, schemas, selectTags, scope }
  const { state, unknown, names, authorOf } = journalBase(last, sides)
  // The journal has what files said: compared with the gateway as a file is, and turned around.
  const hand = diffStates(current, state, schemas).map(turned)
  const file = changesTo(comparison.targetFor(state), state, comparison)
  const recordedTitle = ({ kind, id, title }: Change): string => names.get(`${kind} ${id}`) ?? title
  const found = threeWays(pending, hand, file, recordedTitle)
  const isGuess = guesser(pending, unknown)
  const notes = found.some(({ by, change }) => by === 'file' && isGuess(change))
    ? [
        'the journal has no secrets: whether one was changed by hand is not known (DECK_JOURNAL_KEY keeps them)',
      ]
    : []
  const { run, command, at } = last.newest
  return { found, base: { from: 'journal', run, command, at }, notes, authorOf, isGuess }
}

/**
 * Whether a secret that the journal left out decides who made a difference. Where the secret is the entity's
 * key, another value is a delete and a create.
 */
function guesser(
  pending: readonly Change[],
  unknown: ReadonlyMap<string, readonly Path[]>,
): (change: Change) => boolean {
  const placesOf = ({ kind, id }: Change): readonly Path[] => unknown.get(`${kind} ${id}`) ?? []
  const kinds = (op: Change['op'], is: (change: Change) => boolean): Set<string> =>
    new Set(pending.filter(change => change.op === op && is(change)).map(({ kind }) => kind))
  const created = kinds('create', () => true)
  const deleted = kinds('delete', change => placesOf(change).length > 0)
  return change => {
    const { op, kind, fields } = change
    if (op === 'update') return fields.some(({ path }) => isWithinAny(path, placesOf(change)))
    return created.has(kind) && deleted.has(kind) && (op === 'create' || placesOf(change).length > 0)
  }
}

const turnedOps = { create: 'delete', update: 'update', delete: 'create' } as const

function turned({ op, before, after, fields, ...rest }: Change): Change {
  return {
    ...rest,
    op: turnedOps[op],
    ...(after && { before: after }),
    ...(before && { after: before }),
    fields: fields.map(field => ({ ...field, before: field.after, after: field.before })),
  }
}

const isWithinAny = (path: readonly string[], places: readonly Path[]): boolean =>
  places.some(place => place.every((step, index) => index >= path.length || path[index] === String(step)))
