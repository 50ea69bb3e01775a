/** All fields of all kinds, for rules that go by a field's name alone. */

import { everyKind } from '../enterprise.ts'
import type { Field } from './define.ts'

/** At any depth; a name comes as often as there are fields of that name. */
export const everyField = (): (readonly [name: string, field: Field])[] =>
  everyKind.flatMap(definition => [...fieldsBelow(definition.fields)])

function* fieldsBelow(fields: Readonly<Record<string, Field>>): Generator<readonly [string, Field]> {
  for (const [name, field] of Object.entries(fields)) {
    yield [name, field]
    if (field.fields !== undefined) yield* fieldsBelow(field.fields)
  }
}
