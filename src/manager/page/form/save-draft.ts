/** Saves what was typed of an entity, or says at each field why it cannot be saved. */
import type { ComputedRef, Ref } from 'vue'
import { ApiError, type Entity } from '../admin-api.ts'
import { admin, findEntity } from '../api.ts'
import { inSentence } from '../labels.ts'
import type { Place } from '../place.ts'
import type { Kind } from '../presentation.ts'
import type { NamedField } from '../schema.ts'
import { errorsByField, type FieldErrors, isWrongAbove, noErrors } from './errors.ts'
import { typedErrors } from './typed-errors.ts'
import { changedValues, entityValues, type FormValues, mergedValues, wholeValues } from './values.ts'

/** The parts of a draft that saving reads and writes. */
export interface SavedParts {
  /** All fields of the schema. */
  readonly all: () => readonly NamedField[]
  /** The fields of the form. */
  readonly fields: ComputedRef<readonly NamedField[]>
  readonly values: Ref<FormValues>
  /** Kong's values, or its defaults for a new entity. */
  readonly before: Ref<FormValues>
  /** The initial values of the form. */
  readonly begun: Ref<FormValues>
  readonly errors: Ref<FieldErrors>
  readonly problem: Ref<string>
  readonly isBusy: Ref<boolean>
}

export async function saveDraft(place: Place, draft: SavedParts): Promise<Entity | undefined> {
  const { problem, errors, isBusy } = draft
  isBusy.value = true
  try {
    if (!(await mayBeSaved(place, draft))) return undefined
    return await write(place, draft)
  } catch (error) {
    problem.value = (error as Error).message
    errors.value = error instanceof ApiError ? errorsByField(error) : noErrors
    return undefined
  } finally {
    isBusy.value = false
  }
}

/** Whether all input can be sent, and no other user changed the same fields. */
async function mayBeSaved({ kind, entity: path }: Place, draft: SavedParts): Promise<boolean> {
  const { fields, values, problem, errors } = draft
  const wrong = typedErrors(fields.value, values.value)
  if (wrong.size > 0) {
    const others = [...(await refusals(kind, draft))].filter(([at]) => !isWrongAbove(wrong, at))
    errors.value = new Map([...others, ...wrong])
    problem.value = 'Nothing was saved: something here cannot be taken as it is typed.'
    return false
  }
  const conflicts = path === undefined ? [] : await catchUp(path, kind, draft)
  if (conflicts.length === 0) return true
  problem.value = `Somebody else changed this ${inSentence(kind.one)} meanwhile. Update again to keep what you typed.`
  errors.value = new Map(conflicts.map(name => [name, 'Somebody else has changed it too.']))
  return false
}

async function write({ collection, entity: path }: Place, draft: SavedParts): Promise<Entity> {
  const { all, before, begun, values, errors } = draft
  const body = changedValues(all(), before.value, values.value)
  const saved = path === undefined ? admin.send('POST', collection, body) : admin.send('PATCH', path, body)
  const entity = (await saved) as Entity
  begun.value = values.value
  errors.value = noErrors
  return entity
}

/**
 * Another user may have saved the entity in the meantime.
 * @returns fields that both changed: the typed values stay, and saving again decides
 */
async function catchUp(path: string, kind: Kind, draft: SavedParts): Promise<readonly string[]> {
  const { all, before, begun, values } = draft
  const found = await findEntity(path)
  if (found === undefined) {
    const message = `This ${inSentence(kind.one)} was deleted meanwhile. What you typed is still here.`
    throw new ApiError(404, { message })
  }
  const theirs = entityValues(all(), found)
  const merged = mergedValues(all(), before.value, values.value, theirs)
  before.value = theirs
  begun.value = theirs
  values.value = merged.values
  return merged.conflicts
}

/** The gateway's errors without saving anything, so that all problems are shown at once. */
async function refusals(kind: Kind, { all, values }: SavedParts): Promise<FieldErrors> {
  try {
    await admin.send('POST', `/schemas/${kind.schema}/validate`, wholeValues(all(), values.value))
    return noErrors
  } catch (error) {
    return error instanceof ApiError ? errorsByField(error) : noErrors
  }
}
