/** The unsaved state of an entity's form, from loading the entity until Kong has saved it. */
import { type ComputedRef, computed, type Ref, ref, watch } from 'vue'
import type { Entity } from '../admin-api.ts'
import { findEntity } from '../api.ts'
import type { Place } from '../place.ts'
import type { NamedField, Schema } from '../schema.ts'
import { useSession } from '../session.ts'
import { type FieldErrors, noErrors } from './errors.ts'
import { saveDraft } from './save-draft.ts'
import { changedValues, entityValues, type FormValues, isAutomatic, startValues } from './values.ts'

export type Query = Readonly<Record<string, string>>

export interface Draft {
  readonly schema: Ref<Schema | undefined>
  /** The edited entity, as loaded. */
  readonly entity: Ref<Entity | undefined>
  /** The fields of the form. */
  readonly fields: ComputedRef<readonly NamedField[]>
  readonly values: Ref<FormValues>
  readonly errors: Ref<FieldErrors>
  readonly problem: Ref<string>
  readonly isBusy: Ref<boolean>
  readonly isMissing: Ref<boolean>
  /** The form has unsaved input. */
  isChanged(): boolean
  load(): Promise<void>
  /** @returns undefined where it was refused: `problem` and `errors` say why */
  save(): Promise<Entity | undefined>
}

/** @param query `?service=<id>&name=key-auth`: values that a new entity begins with */
export function createDraft(place: Place, query: Query): Draft {
  const { kind, owner } = place
  const { schemas } = useSession()
  const schema = ref<Schema>()
  const entity = ref<Entity>()
  const values = ref<FormValues>({})
  /** Kong's values, or its defaults for a new entity. */
  const before = ref<FormValues>({})
  /** The initial values of the form. */
  const begun = ref<FormValues>({})
  const errors = ref<FieldErrors>(noErrors)
  const problem = ref('')
  const isBusy = ref(false)
  const isMissing = ref(false)
  const all = () => schema.value?.fields ?? []

  async function load(): Promise<void> {
    try {
      if (place.entity !== undefined) {
        entity.value = await findEntity(place.entity)
        isMissing.value = entity.value === undefined
        if (isMissing.value) return
      }
      await adopt(entity.value ?? query)
      problem.value = ''
    } catch (error) {
      problem.value = (error as Error).message
    }
  }

  /** @param said what decides on the schema */
  async function adopt(said: FormValues): Promise<void> {
    const found = await schemas.ofEntity(kind, said)
    const isNew = entity.value === undefined
    before.value = isNew ? startValues(found.fields) : entityValues(found.fields, entity.value ?? {})
    const start = { ...before.value, ...(isNew ? givenIn(query, found.fields) : {}) }
    // Input from before a change of the schema stays.
    const typed = schema.value === undefined ? [] : found.fields.filter(({ name }) => name !== 'config')
    begun.value = schema.value === undefined ? start : begun.value
    values.value = { ...start, ...Object.fromEntries(typed.map(({ name }) => [name, values.value[name]])) }
    schema.value = found
  }

  const decider = kind.config?.by
  watch(
    () => (decider === undefined ? undefined : values.value[decider]),
    (now, last) => {
      if (schema.value !== undefined && last !== undefined && now !== last) adopt({ [decider ?? '']: now })
    },
  )

  const fields = computed(() =>
    all().filter(
      ({ name, field }) =>
        !isAutomatic(name, field) &&
        !(field.type === 'foreign' && owner !== undefined && field.reference === owner.kind.schema) &&
        !(kind.schema === 'plugins' && name === 'name'),
    ),
  )
  const isChanged = () => Object.keys(changedValues(all(), begun.value, values.value)).length > 0
  const save = () => saveDraft(place, { all, fields, values, before, begun, errors, problem, isBusy })
  return { schema, entity, fields, values, errors, problem, isBusy, isMissing, isChanged, load, save }
}

function givenIn(query: Query, fields: readonly NamedField[]): FormValues {
  const entries = fields.flatMap(({ name, field }) => {
    const value = query[name]
    if (value === undefined) return []
    return [[name, field.type === 'foreign' ? { id: value } : value] as const]
  })
  return Object.fromEntries(entries)
}
