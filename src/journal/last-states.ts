/**
 * What the recorded runs left on a gateway: for each entity the state after the last run that was about it,
 * whether that run changed it or not.
 */
import type { Schemas } from '../entities/language/schemas.ts'
import { allOf, exclusionOf, type Scope, within } from '../state/select.ts'
import type { State, StateEntity } from '../state/state.ts'
import type { Header } from './format.ts'
import { decodeKept } from './kept.ts'
import {
  eachRun,
  type GatewayName,
  isOf,
  opener,
  type RecordedChange,
  type Run,
  unknownPaths,
} from './read.ts'
import type { Recorded } from './secrets.ts'

type Values = Readonly<Record<string, unknown>>

/** What a run may have left of an entity. */
export interface LeftState {
  /** Undefined: nothing. Null at the places in `unknown`. */
  readonly values: Values | undefined
  /** Places of secrets that the journal does not hold. */
  readonly unknown: Recorded['hidden']
}

export interface LastChange {
  readonly kind: string
  readonly id: string
  readonly name: string
  /** One; two where the change failed or was cut off: what was there before, and what was to be there. */
  readonly states: readonly LeftState[]
}

export interface LastStates {
  /** The newest of the runs. */
  readonly newest: Pick<Header, 'run' | 'command' | 'at'>
  /** By `<kind> <id>`: what runs have changed. */
  readonly changed: ReadonlyMap<string, LastChange>
  /**
   * By `<kind> <id>`: existing entities that the last run about them left as they were, and when the gateway
   * had changed them by then (seconds since 1970; 0: not known).
   */
  readonly kept: ReadonlyMap<string, number>
  /** `<kind> <id>` of existing entities that were missing after the last run about them. */
  readonly created: ReadonlySet<string>
  /** Whether all that the last run left of a kind is known: an entity that is not among it was missing. */
  readonly isComplete: (kind: string) => boolean
}

interface Question {
  readonly gateway: GatewayName
  /** What the gateway has now, of the selected entities. */
  readonly live: State
  readonly schemas: Schemas
  readonly selectTags: readonly string[]
  /** `DECK_JOURNAL_KEY`. */
  readonly key: string | undefined
}

export const entityKey = ({ kind, id }: Pick<StateEntity, 'kind' | 'id'>): string => `${kind} ${id}`

/** @returns undefined where no recorded run was about these entities; @throws DeckError */
export async function readLastStates(folder: string, question: Question): Promise<LastStates | undefined> {
  const { gateway, live, schemas, selectTags, key } = question
  const changed = new Map<string, LastChange>()
  const kept = new Map<string, number>()
  const created = new Set<string>()
  /** What older runs say nothing new about. */
  const settled = new Set<string>()
  /** Of each run that has been read: whether it left an entity that older runs are about. */
  const missingAfter: ((change: RecordedChange) => boolean)[] = []
  const covering = coveringIn(live, schemas)
  let [newest, widest]: (Run | undefined)[] = []
  for await (const run of eachRun(folder)) {
    if (!isOf(run, gateway) || !isNested(run.select_tags, selectTags)) continue
    newest ??= run
    const open = opener(run, key)
    for (const change of run.changes) {
      const place = entityKey(change)
      if (settled.has(place)) continue
      settled.add(place)
      // Another gateway may be at the same address.
      const isMissing = missingAfter.some(wasMissing => wasMissing(change))
      if (!isMissing) changed.set(place, lastChange(change, run, key, open))
    }
    if (run.kept === undefined) continue
    missingAfter.push(missingAfterRun(run, live, schemas))
    if (run.select_tags.every(tag => selectTags.includes(tag))) widest ??= run
    noteUnchanged(decodeKept(run.kept), covering(run), { kept, created, settled })
  }
  if (newest === undefined) return undefined
  return { newest, changed, kept, created, isComplete: completeness(widest, changed, live, schemas) }
}

interface Notes {
  readonly kept: Map<string, number>
  readonly created: Set<string>
  readonly settled: Set<string>
}

/** @param entities existing ones that the run was about */
function noteUnchanged(
  stamps: ReadonlyMap<string, number>,
  entities: readonly StateEntity[],
  { kept, created, settled }: Notes,
): void {
  for (const entity of entities) {
    const place = entityKey(entity)
    const stamp = stamps.get(entity.id)
    if (settled.has(place)) continue
    if (stamp !== undefined) kept.set(place, kept.get(place) ?? stamp)
    else {
      // Older runs would be about an entity that was gone for a while.
      settled.add(place)
      if (!kept.has(place)) created.add(place)
    }
  }
}

/** Whether two selections are about some of the same entities for sure. */
const isNested = (one: readonly string[], other: readonly string[]): boolean =>
  one.every(tag => other.includes(tag)) || other.every(tag => one.includes(tag))

/** Of entities that the gateway does not have now: whether it had none of them after the run. */
function missingAfterRun(run: Run, live: State, schemas: Schemas): (change: RecordedChange) => boolean {
  const isLeftAlone = exclusionOf(run.scope)
  const kinds = new Set(schemas.kinds.filter(one => !isLeftAlone(one)).map(({ kind }) => kind))
  const existing = new Set(allOf(live, schemas).map(({ id }) => id))
  const gone = new Set([...decodeKept(run.kept ?? {}).keys()].filter(id => !existing.has(id)))
  return ({ kind, id, before, after }) => {
    const tags = (after ?? before)?.values['tags']
    const isCovered = run.select_tags.every(tag => Array.isArray(tags) && tags.includes(tag))
    return kinds.has(kind) && isCovered && live.get(kind, id) === undefined && !gone.has(id)
  }
}

/** The existing entities that a run was about. */
function coveringIn(live: State, schemas: Schemas): (run: Run) => readonly StateEntity[] {
  const byScope = new Map<string, readonly StateEntity[]>()
  const inScope = (scope: Scope): readonly StateEntity[] => {
    const name = JSON.stringify(scope)
    const found = byScope.get(name) ?? allOf(within(live, schemas, exclusionOf(scope)), schemas)
    byScope.set(name, found)
    return found
  }
  return ({ scope, select_tags: tags }) =>
    inScope(scope).filter(({ fields }) => {
      const own = Array.isArray(fields['tags']) ? fields['tags'] : []
      return tags.every(tag => own.includes(tag))
    })
}

function lastChange(
  change: RecordedChange,
  run: Run,
  key: string | undefined,
  open: ReturnType<typeof opener>,
): LastChange {
  const { kind, id, name, status } = change
  const left = (side: 'before' | 'after'): LeftState => {
    const recorded = change[side]
    return { values: open(change, side), unknown: recorded ? unknownPaths(recorded, run, key) : [] }
  }
  const states = {
    applied: () => [left('after')],
    'not-attempted': () => [left('before')],
    failed: () => [left('before'), left('after')],
    started: () => [left('before'), left('after')],
  }
  return { kind, id, name, states: states[status]() }
}

/** An entity that was kept, is gone now and was never changed has no name in the journal. */
function completeness(
  widest: Run | undefined,
  changed: ReadonlyMap<string, LastChange>,
  live: State,
  schemas: Schemas,
): LastStates['isComplete'] {
  if (widest === undefined) return () => false
  const known = new Set([...changed.values(), ...allOf(live, schemas)].map(({ id }) => id))
  const hasNameless = [...decodeKept(widest.kept ?? {}).keys()].some(id => !known.has(id))
  const isLeftAlone = exclusionOf(widest.scope)
  return kind => !hasNameless && !isLeftAlone(schemas.of(kind))
}
