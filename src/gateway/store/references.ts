/** References by name, as clients may write them, become references by id. */
import type { Definition } from '../../entities/language/define.ts'
import { foreignFields } from '../../entities/language/identity.ts'
import { isAbsent, isRecord } from '../../entities/language/values.ts'
import { type Unresolved, unresolvedReferences } from './errors.ts'
import type { Store } from './store.ts'
import { uniqueKeysOf } from './table.ts'

/**
 * Replaces references by name, `{ name: 'a' }`, with references by id. @throws KongError if the entity does
 * not exist
 */
export function withReferences(
  definition: Definition,
  values: Readonly<Record<string, unknown>>,
  store: Store,
): Record<string, unknown> {
  const unresolved: Unresolved[] = []
  const result = { ...values }
  for (const { name, field } of foreignFields(definition)) {
    const value = values[name]
    if (!isRecord(value) || !isAbsent(value['id']) || !store.has(field.reference)) continue
    const table = store.table(field.reference)
    for (const key of uniqueKeysOf(table.definition)) {
      const by = key.single ? key.fields[0] : undefined
      if (by === undefined || isAbsent(value[by])) continue
      const found = table.byField(by, value[by])
      if (found !== undefined) result[name] = { id: found.id }
      else unresolved.push({ field: name, by, value: value[by], schema: field.reference })
    }
  }
  if (unresolved.length > 0) throw unresolvedReferences(unresolved)
  return result
}
