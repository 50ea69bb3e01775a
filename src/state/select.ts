/** The parts of a state that a run is about: without consumers, or by tags. */
import type { Definition } from '../entities/define.ts'
import { foreignFields } from '../entities/identity.ts'
import { isAbsent } from '../entities/rules.ts'
import type { Schemas } from '../entities/schemas.ts'
import { createState, type State, type StateEntity } from './state.ts'

/** Kong's names of what `--skip-consumers` leaves alone. */
const consumers = new Set(['consumers', 'consumer_groups'])

/** Whether a kind is nothing but a consumer's: consumers themselves, their groups, and what lives below them alone. */
export function isConsumerKind(definition: Definition): boolean {
  return (
    consumers.has(definition.schema) ||
    foreignFields(definition).some(({ field }) => field.nest === 'only' && consumers.has(field.reference))
  )
}

/** Without consumers, what is below them, and what is scoped to them (plugins): `--skip-consumers`. */
export function withoutConsumers(state: State, schemas: Schemas): State {
  const kept = schemas.kinds.flatMap(definition => {
    if (isConsumerKind(definition)) return []
    const scopes = foreignFields(definition).filter(({ field }) => consumers.has(field.reference))
    return state
      .all(definition.kind)
      .filter(({ fields }) => scopes.every(({ name }) => isAbsent(fields[name])))
  })
  return createState(kept, schemas)
}

/** Every entity of a state, kind by kind in the registry's order. */
export const allOf = (state: State, schemas: Schemas): StateEntity[] =>
  schemas.kinds.flatMap(({ kind }) => state.all(kind))
