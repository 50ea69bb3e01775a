/** Finds an entity by the key in a URL: its id, or the value of its endpoint key. */

import { checkValue } from '../../entities/language/check-value.ts'
import type { Definition, Entity, Field } from '../../entities/language/define.ts'
import { sentences } from '../../entities/language/messages.ts'
import { isUuid } from '../../entities/text/formats.ts'
import { invalidPrimaryKey, invalidUnique } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import { coerce } from './coerce.ts'

export type Key = { readonly id: string } | { readonly field: string; readonly value: unknown }

/** The field usable instead of the id, where this version has it. */
function endpointField(definition: Definition): { name: string; field: Field } | undefined {
  const name = definition.endpointKey
  const field = name === undefined ? undefined : definition.fields[name]
  return name === undefined || field === undefined ? undefined : { name, field }
}

/** @throws KongError where the text can be neither */
export function keyOf(definition: Definition, text: string, store: Store): Key {
  if (isUuid(text)) return { id: text.toLowerCase() }
  const key = endpointField(definition)
  if (key === undefined) throw invalidPrimaryKey(sentences.uuid)
  const broken = text.indexOf('\ufffd')
  if (broken !== -1) {
    throw invalidUnique(key.name, `invalid utf-8 character sequence detected at position ${broken + 1}`)
  }
  const value = text === '' ? text : coerce(text, key.field, store.schemas)
  const problem = checkValue(value, key.field, store.schemas.version)
  if (problem !== undefined) throw invalidUnique(key.name, String(problem))
  return { field: key.name, value }
}

export function entityAt(definition: Definition, key: Key, store: Store): Entity | undefined {
  const table = store.table(definition.schema)
  return 'id' in key ? table.get(key.id) : table.byField(key.field, key.value)
}

/** @throws KongError where the text can be no key */
export const findEntity = (definition: Definition, text: string, store: Store): Entity | undefined =>
  entityAt(definition, keyOf(definition, text, store), store)
