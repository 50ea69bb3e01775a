/** The order that references impose on kinds: what is referred to comes first. */
import type { Definition } from './define.ts'
import { foreignFields } from './identity.ts'

/**
 * Kinds in levels: each refers only to kinds of earlier levels. Within a level the input order is kept.
 *
 * @throws Error if kinds refer to one another in a circle (a mistake in the registry)
 */
export function levels(definitions: readonly Definition[]): Definition[][] {
  const result: Definition[][] = []
  const placed = new Set<string>()
  let waiting = [...definitions]
  const known = new Set(definitions.map(definition => definition.schema))
  while (waiting.length > 0) {
    const ready = waiting.filter(definition =>
      foreignFields(definition).every(
        ({ field }) =>
          placed.has(field.reference) || !known.has(field.reference) || field.reference === definition.schema,
      ),
    )
    if (ready.length === 0) throw new Error(`kinds in a circle: ${waiting.map(one => one.kind).join(', ')}`)
    result.push(ready)
    for (const definition of ready) placed.add(definition.schema)
    waiting = waiting.filter(definition => !ready.includes(definition))
  }
  return result
}
