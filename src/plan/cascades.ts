/**
 * Deletes that need no request, because Kong makes them with another one of the plan: the delete of a consumer
 * takes its credentials along, that of an upstream its targets. So half of the requests of a reset go away.
 * docs/decisions/2026-12-01-cascading-deletes.md
 *
 *     delete consumer ─ needs ─▶ delete key-auth  becomes  delete key-auth ─ cascades from ─▶ delete consumer
 */
import { foreignFields } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isRecord } from '../entities/language/values.ts'
import type { Draft } from './draft.ts'
import { inverse } from './inverse.ts'
import type { Step } from './plan.ts'

/**
 * A delete is left to others if only such deletes wait for it that take it along: a delete that frees a unique
 * key for a new entity keeps its request.
 *
 * @param ordered each step after those that it needs
 */
export function leaveToCascades(ordered: readonly Draft[], schemas: Schemas): void {
  const waiting = inverse(ordered, ({ needs }) => needs)
  for (const step of ordered) {
    const parents = waiting.get(step) ?? []
    if (parents.length === 0 || !isPlainDelete(step)) continue
    if (!parents.every(parent => isPlainDelete(parent) && takesAlong(parent, step, schemas))) continue
    for (const parent of parents) {
      parent.needs.delete(step)
      for (const need of step.needs) parent.needs.add(need)
      step.cascadesFrom.add(parent)
    }
  }
}

/** A delete of an entity that exists and is not created again. */
const isPlainDelete = ({ action, change }: Draft): boolean => action === 'delete' && change.op === 'delete'

function takesAlong(parent: Draft, { change }: Draft, schemas: Schemas): boolean {
  const { schema } = schemas.of(parent.change.kind)
  return foreignFields(schemas.of(change.kind)).some(({ name, field }) => {
    const reference = change.before?.[name]
    return (
      field.on_delete === 'cascade' &&
      field.reference === schema &&
      isRecord(reference) &&
      reference['id'] === parent.change.id
    )
  })
}

/** The steps that each step takes along, with those that these take along. */
export function cascadesIn(steps: readonly Step[]): (step: Step) => Step[] {
  const below = inverse(steps, ({ cascadesFrom }) => cascadesFrom)
  const under = (step: Step): Step[] => (below.get(step) ?? []).flatMap(child => [child, ...under(child)])
  return step => [...new Set(under(step))]
}
