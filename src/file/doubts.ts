/**
 * Fields that Kong has not and values that it does not take, as far as is known here, judged by the gateway's
 * own schemas: a newer Kong, or Kong Enterprise, may know more than we do (`algorithm: sticky-sessions`).
 */
import type { Field } from '../entities/language/define.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import type { Diagnostic } from '../errors.ts'
import type { Path } from '../state/state.ts'
import type { Doubt } from './check-values.ts'

/** @returns the problems of doubts that the gateway refuses as well */
export const doubtProblems = (doubts: readonly Doubt[], schemas: Schemas): Diagnostic[] =>
  doubts
    .filter(doubt => !isTaken(doubt, schemas.bySchema(doubt.definition.schema)?.fields))
    .map(({ diagnostic }) => diagnostic)

function isTaken({ path, value }: Doubt, fields: Readonly<Record<string, Field>> | undefined): boolean {
  const field = fields && fieldAt({ type: 'record', fields }, path)
  return field !== undefined && (field.one_of === undefined || field.one_of.some(one => one === value))
}

function fieldAt(field: Field, [step, ...rest]: Path): Field | undefined {
  if (step === undefined) return field
  const inner = typeof step === 'number' ? field.elements : (field.fields?.[step] ?? field.values)
  return inner && fieldAt(inner, rest)
}
