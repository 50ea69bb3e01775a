/**
 * The entities of a state file as a gateway would keep them: complete with Kong's defaults, references as
 * ids, by set and id.
 */
import { completeEntity } from '../entities/language/defaults.ts'
import type { Entity } from '../entities/language/define.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { uuidV5 } from '../entities/text/uuid.ts'
import type { Diagnostic } from '../errors.ts'
import type { StateFile } from '../file/merge.ts'
import { toState } from '../file/to-state.ts'
import { allOf } from '../state/select.ts'
import { createState, type State } from '../state/state.ts'

export interface FileEntities {
  readonly sets: ReadonlyMap<string, ReadonlyMap<string, Entity>>
  readonly state: State
  readonly diagnostics: readonly Diagnostic[]
}

/** Ids that the file does not say are the same for the same file. */
const idSpace = '5cf0bb7c-9d1e-4f5e-8d6a-3f6d7f8f2f10'

/** @param schemas with those of plugins */
export function entitySets(file: StateFile, schemas: Schemas): FileEntities {
  let made = 0
  const newId = () => {
    made += 1
    return uuidV5(idSpace, String(made))
  }
  const { state, diagnostics } = toState(file, { current: createState([], schemas), schemas, newId })
  const sets = new Map<string, Map<string, Entity>>()
  for (const { kind, id, fields } of allOf(state, schemas)) {
    const { schema } = schemas.of(kind)
    const set = sets.get(schema) ?? new Map<string, Entity>()
    // Kong stores times in seconds; entities of one file are created together.
    const times = { created_at: 0, updated_at: 0 }
    set.set(id, { ...times, ...completeEntity(kind, { ...fields, id }, schemas), id } as Entity)
    sets.set(schema, set)
  }
  return { sets, state, diagnostics }
}
