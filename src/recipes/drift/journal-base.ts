/**
 * What the recorded runs left on a gateway, as a state to compare with: what they changed as they left it,
 * what they left as it was by the gateway's own stamps.
 */
import type { Schemas } from '../../entities/language/schemas.ts'
import { stampOf } from '../../journal/kept.ts'
import { entityKey, type LastChange, type LastStates, type LeftState } from '../../journal/last-states.ts'
import { valueAt, withValue } from '../../journal/secrets.ts'
import { type Change, differences } from '../../plan/diff.ts'
import type { Author } from '../../plan/three-ways.ts'
import { allOf, exclusionOf, type Scope } from '../../state/select.ts'
import { createState, type Path, type State, type StateEntity } from '../../state/state.ts'

type Values = Readonly<Record<string, unknown>>

export interface JournalBase {
  /** Where nothing is known of an entity, it is as the gateway has it. */
  readonly state: State
  /** By `<kind> <id>`: places of secrets that the journal does not hold, filled in from the gateway. */
  readonly unknown: ReadonlyMap<string, readonly Path[]>
  /** By `<kind> <id>`: what the entity was called. */
  readonly names: ReadonlyMap<string, string>
  /** Who made a difference, where the values before it are not known; undefined where they are. */
  readonly authorOf: (change: Change) => Author | undefined
}

interface Sides {
  readonly live: State
  /** What the files say. */
  readonly target: State
  /** Titles of the target's entities, by kind and title. */
  readonly titled: ReadonlyMap<string, StateEntity>
  readonly schemas: Schemas
  readonly selectTags: readonly string[]
  readonly scope: Scope
}

/**
 * Of an existing entity whose values after the last run are not known. `touched`: changed since; `unstamped`:
 * it was there; `unknown`: no run was about it.
 */
type Doubt = 'touched' | 'unstamped' | 'unknown'

export function journalBase(last: LastStates, sides: Sides): JournalBase {
  const { live, schemas } = sides
  const unknown = new Map<string, readonly Path[]>()
  const doubts = new Map<string, Doubt>()
  const revived = (change: LastChange): StateEntity | undefined => {
    const { kind, id } = change
    const left = leftOf(change, sides)
    if (left.values === undefined) return undefined
    if (left.unknown.length > 0) unknown.set(entityKey(change), left.unknown)
    return { kind, id, fields: withSecrets(left, known(change, sides)) }
  }
  const existing = allOf(live, schemas).flatMap(entity => {
    const key = entityKey(entity)
    const [stamp, change] = [last.kept.get(key), last.changed.get(key)]
    if (last.created.has(key)) return []
    if (stamp !== undefined && stamp !== 0 && stamp === stampOf(entity.fields)) return [entity]
    if (change !== undefined) return revived(change) ?? []
    doubts.set(key, stamp === undefined ? 'unknown' : stamp === 0 ? 'unstamped' : 'touched')
    return [entity]
  })
  const isLeftAlone = exclusionOf(sides.scope)
  const inScope = new Set(schemas.kinds.filter(one => !isLeftAlone(one)).map(({ kind }) => kind))
  const gone = [...last.changed.values()]
    .filter(({ kind, id }) => inScope.has(kind) && live.get(kind, id) === undefined)
    .flatMap(change => revived(change) ?? [])
    .filter(({ fields }) => isSelected(fields, sides.selectTags))
  return {
    state: createState([...existing, ...gone], schemas),
    unknown,
    names: new Map([...last.changed].map(([key, { name }]) => [key, name])),
    authorOf: change => authorOf(change, doubts.get(entityKey(change)), last),
  }
}

/** A run that left an entity as it was says that it was there, and not what it was like. */
function authorOf({ op, kind }: Change, doubt: Doubt | undefined, last: LastStates): Author | undefined {
  if (doubt === 'touched') return op === 'update' ? 'hand' : 'conflict'
  if (doubt === 'unknown' || (doubt === 'unstamped' && op === 'update')) return 'unknown'
  return op === 'create' && !last.isComplete(kind) ? 'unknown' : undefined
}

const isSelected = ({ tags }: Values, selectTags: readonly string[]): boolean =>
  selectTags.every(tag => Array.isArray(tags) && tags.includes(tag))

/** After an interrupted change: the gateway has one of two states, or was changed by hand. */
function leftOf(change: LastChange, sides: Sides): LeftState {
  const { kind, id, states } = change
  const { live, schemas } = sides
  const now = live.get(kind, id)
  const isAsNow = (left: LeftState): boolean => {
    if (left.values === undefined || now === undefined) return left.values === now?.fields
    const fields = withSecrets(left, now.fields)
    return differences(schemas.of(kind), now, { kind, id, fields }, schemas).length === 0
  }
  return states.find(isAsNow) ?? states[0] ?? { values: undefined, unknown: [] }
}

/** Where secrets that the journal left out are found: on the gateway, else in the files. */
function known({ kind, id, name }: LastChange, { live, titled }: Sides): Values {
  return live.get(kind, id)?.fields ?? titled.get(`${kind} ${name}`)?.fields ?? {}
}

function withSecrets({ values = {}, unknown }: LeftState, from: Values): Values {
  return unknown.reduce<unknown>(
    (rest, path) => withValue(rest, path, valueAt(from, path) ?? null),
    values,
  ) as Values
}
