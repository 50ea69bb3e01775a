/** One field of a form: its label, the editor of its type, its help and Kong's message about it. */
import { defineComponent, type VNodeChild } from 'vue'
import { labelOf } from '../labels.ts'
import type { Field, NamedField } from '../schema.ts'
import { durationOf, unitOf } from '../units.ts'
import { below, isDemanded, isShown, narrowed } from './conditions.ts'
import { type EditorProps, editorProps, type FormContext, idOf, isTristate } from './editor.ts'
import { errorAt, isWrongBelow } from './errors.ts'
import { ChoiceSet, ListEditor, MapEditor } from './lists.tsx'
import { isLongText } from './long-text.ts'
import { ReferenceInput } from './reference.tsx'
import {
  BooleanInput,
  ChoiceInput,
  JsonInput,
  LongInput,
  NumberInput,
  SecretInput,
  TextInput,
} from './scalars.tsx'
import { TargetInput } from './target.tsx'
import { type FormValues, hasFields, isAutomatic, isJson, type Row } from './values.ts'

const isScalarList = (field: Field): boolean =>
  (field.type === 'array' || field.type === 'set') && field.elements?.one_of !== undefined

/** Whether the part of a field with that name shows its own message. */
function hasPlace(field: Field, value: unknown, part: string): boolean {
  if (field.type === 'map') return Array.isArray(value) && (value as Row[]).some(({ key }) => key === part)
  return isGroup(field) && !isJson(field) && !isScalarList(field)
}

/** Editors that are several controls under one name. */
const isGroup = ({ type }: Field): boolean => ['array', 'set', 'map', 'record'].includes(type)

/** The editor alone, without label. */
export function editorOf(props: EditorProps): VNodeChild {
  const { field, path, form } = props
  const name = path.split('.').findLast(part => !/^\d+$/.test(part)) ?? path
  const isText = field.type === 'string'
  if (form.kind.schema === 'targets' && path === form.kind.key) return <TargetInput {...props} />
  if (field.reference !== undefined) return <ReferenceInput {...props} />
  if (field.one_of !== undefined) return <ChoiceInput {...props} />
  if (isText && isLongText(field, path, form.kind)) return <LongInput {...props} />
  if (field.encrypted === true || form.kind.secret?.includes(name)) return <SecretInput {...props} />
  switch (field.type) {
    case 'boolean':
      return <BooleanInput {...props} />
    case 'integer':
    case 'number':
      return <NumberInput {...props} />
    case 'array':
    case 'set':
      return isScalarList(field) ? <ChoiceSet {...props} /> : <ListEditor {...props} />
    case 'map':
      return <MapEditor {...props} />
    case 'record':
      return hasFields(field) ? <RecordEditor {...props} /> : <JsonInput {...props} />
    case 'json':
      return <JsonInput {...props} />
    default:
      return <TextInput {...props} />
  }
}

/** A field with its label, help and error. */
const FieldFrame = defineComponent(
  (props: Omit<EditorProps, 'label' | 'describedBy' | 'isWrong'> & { readonly name: string }) => () => {
    const { field, path, name, form, isRequired } = props
    const id = idOf(path)
    const label = labelOf(name)
    const error = errorAt(form.errors, path, part => hasPlace(field, props.value, part))
    const help = form.kind.help?.[path] ?? field.description
    const unit = unitOf(name, form.kind)
    const duration = unit && durationOf(props.value, unit)
    const describedBy = [help && `${id}-help`, unit && `${id}-unit`, error && `${id}-error`]
      .filter(Boolean)
      .join(' ')
    const editor = editorOf({
      ...props,
      label,
      describedBy: describedBy === '' ? undefined : describedBy,
      isWrong: error !== undefined,
    })
    const notes = [
      help && (
        <small id={`${id}-help`} class="help">
          {help}
        </small>
      ),
      error && (
        <small id={`${id}-error`} class="error">
          {error}
        </small>
      ),
    ]
    const required = isRequired && (
      <span class="required" aria-hidden="true">
        {' '}
        required
      </span>
    )
    if (field.type === 'boolean' && !isTristate(field)) {
      return (
        <div class="field field-switch">
          {editor}
          <div>
            <label for={id}>{label}</label>
            {notes}
          </div>
        </div>
      )
    }
    if (isGroup(field) && !isJson(field)) {
      const isRecord = field.type === 'record'
      return (
        <fieldset
          id={id}
          tabindex={-1}
          class={['field', 'field-group', isRecord && 'field-record']}
          aria-describedby={describedBy || undefined}
        >
          <legend>
            {label}
            {required}
          </legend>
          {isRecord ? notes : undefined}
          {editor}
          {isRecord ? undefined : notes}
        </fieldset>
      )
    }
    return (
      <div class="field">
        <label for={id}>{label}</label>
        {required}
        <div class={unit && 'with-unit'}>
          {editor}
          {unit && (
            <span id={`${id}-unit`} class="unit">
              {unit === 'ms' ? 'milliseconds' : 'seconds'}
              {duration && ` = ${duration}`}
            </span>
          )}
        </div>
        {notes}
      </div>
    )
  },
  { props: ['field', 'path', 'name', 'value', 'onChange', 'form', 'isRequired'] },
)

/**
 * The fields of a record, or of an entity, in one column; of records within only the first level is unfolded.
 */
export const Fields = defineComponent(
  (props: {
    readonly fields: readonly NamedField[]
    readonly values: FormValues
    /** Path of the record; empty for the entity itself. */
    readonly path: string
    readonly form: FormContext
    readonly onChange: (values: FormValues) => void
  }) =>
    () => {
      const { fields, values, path, form } = props
      return fieldsShown(fields, values, path, form).map(({ name, field, asked }) => (
        <FieldFrame
          key={name}
          name={name}
          path={asked.path}
          field={narrowed(asked)}
          value={asked.value}
          form={form}
          isRequired={
            (field.required === true && field.default === undefined && !isGroup(field)) ||
            isDemanded(asked.path, form.scopes)
          }
          onChange={(value: unknown) => props.onChange({ ...values, [name]: value })}
        />
      ))
    },
  { props: ['fields', 'values', 'path', 'form', 'onChange'] },
)

/** The fields that apply now. @param path of the record; empty for the entity itself */
export const fieldsShown = (
  fields: readonly NamedField[],
  values: FormValues,
  path: string,
  form: FormContext,
) =>
  fields.flatMap(({ name, field }) => {
    const asked = { path: below(path, name), field, value: values[name], scopes: form.scopes }
    const matters = isShown(asked, form.kind.when) || isWrongBelow(form.errors, asked.path)
    return !isAutomatic(name, field) && matters ? [{ name, field, asked }] : []
  })

/** A record's own checks are about it and what is in it. */
export const within = (form: FormContext, path: string, field: Field, values: FormValues): FormContext =>
  field.entity_checks === undefined
    ? form
    : { ...form, scopes: [...form.scopes, { path, values, checks: field.entity_checks }] }

const RecordEditor = defineComponent(
  (props: EditorProps) => () => {
    const { field, path, form } = props
    const values = (props.value ?? {}) as FormValues
    const fields = (
      <Fields
        fields={field.fields ?? []}
        values={values}
        path={path}
        form={within(form, path, field, values)}
        onChange={props.onChange}
      />
    )
    // Deep records are folded, unless they have an error.
    if (path.split('.').length < 3 && field.required === true) return <div class="record">{fields}</div>
    return (
      <details class="record" open={isWrongBelow(form.errors, path)}>
        <summary>Show {props.label.toLowerCase()}</summary>
        {fields}
      </details>
    )
  },
  { props: [...editorProps] },
)
