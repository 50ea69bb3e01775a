/**
 * Errors of typed values that are found before anything is sent: values that the form could not send
 * unchanged.
 */
import { isRecord } from '../admin-api.ts'
import { inSentence, labelOf, singular } from '../labels.ts'
import type { Field, NamedField } from '../schema.ts'
import { below } from './conditions.ts'
import type { FieldErrors } from './errors.ts'
import { parseJson } from './json-text.ts'
import { parseNumber } from './numbers.ts'
import { type FormValues, hasFields, isJson, isNumber, type Row } from './values.ts'

export function typedErrors(fields: readonly NamedField[], values: FormValues): FieldErrors {
  return new Map(inFields(fields, values, ''))
}

type Found = readonly (readonly [path: string, problem: string])[]

const inFields = (fields: readonly NamedField[], values: FormValues, path: string): Found =>
  fields.flatMap(({ name, field }) => inField(field, values[name], below(path, name)))

function inField(field: Field, value: unknown, path: string): Found {
  if (isNumber(field) || isJson(field)) return inText(field, value, path)
  if (field.type === 'foreign') return inReference(field, value, path)
  if (hasFields(field)) return inFields(field.fields ?? [], isRecord(value) ? value : {}, path)
  if (!Array.isArray(value)) return []
  if (field.type === 'map') return inRows(field.values, value as Row[], path)
  const { elements } = field
  return elements === undefined ? [] : value.flatMap((item, at) => inField(elements, item, below(path, at)))
}

function inText(field: Field, value: unknown, path: string): Found {
  const text = String(value ?? '').trim()
  if (text === '') return []
  const parsed = isNumber(field) ? parseNumber(text) : parseJson(text)
  return 'problem' in parsed ? [[path, parsed.problem]] : []
}

/** A name that remains in a reference does not exist: existing names were replaced by ids. */
function inReference({ reference = '' }: Field, value: unknown, path: string): Found {
  const id = isRecord(value) ? String(value['id'] ?? '') : ''
  if (id === '' || /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) return []
  const kind = inSentence(singular(labelOf(reference)))
  return [[path, `No ${kind} has the name or ID ${JSON.stringify(id)}.`]]
}

/** A repeated name would lose a value, and so would a value without a name. */
function inRows(values: Field | undefined, rows: readonly Row[], path: string): Found {
  return rows.flatMap(({ key, value }, at): Found => {
    const place = below(path, key === '' ? at : key)
    const isFilled = value !== '' && value !== null && value !== undefined
    if (key === '') return isFilled ? [[place, 'This value has no name.']] : []
    if (rows.findIndex(row => row.key === key) < at) return [[place, `The name ${key} stands twice.`]]
    return values === undefined ? [] : inField(values, value, place)
  })
}
