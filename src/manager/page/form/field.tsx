/** One field of a form: its label, the editor that its type asks for, its help and what Kong says is wrong with it. */
import { defineComponent, type VNodeChild } from 'vue'
import type { Kind } from '../kinds.ts'
import type { Check, Field, NamedField } from '../schema.ts'
import { labelOf } from '../words.ts'
import { isDemanded, isShown } from './conditions.ts'
import { type EditorProps, editorProps, type FormContext, idOf, isTristate } from './editor.ts'
import { isWrongBelow } from './errors.ts'
import { ChoiceSet, ListEditor, MapEditor } from './lists.tsx'
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
import { type FormValues, hasFields, isAutomatic } from './values.ts'

const isScalarList = (field: Field): boolean =>
  (field.type === 'array' || field.type === 'set') && field.elements?.one_of !== undefined

/** Editors that are several controls under one name. */
const isGroup = ({ type }: Field): boolean => ['array', 'set', 'map', 'record'].includes(type)

function unitOf(name: string, kind: Kind): string | undefined {
  const given = kind.units?.[name]
  if (given !== undefined) return given
  if (/(^|_)ttl$|_seconds$/.test(name)) return 's'
  return /_timeout$|^timeout$|^keepalive$/.test(name) ? 'ms' : undefined
}

/** The editor alone, without label. */
export function editorOf(props: EditorProps): VNodeChild {
  const { field, path, form } = props
  const name = path.split('.').findLast(part => !/^\d+$/.test(part)) ?? path
  if (form.kind.schema === 'targets' && path === form.kind.key) return <TargetInput {...props} />
  if (field.one_of !== undefined) return <ChoiceInput {...props} />
  if (form.kind.long?.includes(name)) return <LongInput {...props} />
  if (field.encrypted === true || form.kind.secret?.includes(name)) return <SecretInput {...props} />
  switch (field.type) {
    case 'boolean':
      return <BooleanInput {...props} />
    case 'integer':
    case 'number':
      return <NumberInput {...props} />
    case 'foreign':
      return <ReferenceInput {...props} />
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
export const FieldFrame = defineComponent(
  (props: Omit<EditorProps, 'label' | 'describedBy' | 'isWrong'> & { readonly name: string }) => () => {
    const { field, path, name, form, isRequired } = props
    const id = idOf(path)
    const label = labelOf(name)
    const error = form.errors.get(path)
    const help = form.kind.help?.[path] ?? field.description
    const unit = unitOf(name, form.kind)
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
    if (isGroup(field) && !(field.type === 'record' && !hasFields(field))) {
      const isRecord = field.type === 'record'
      return (
        <fieldset
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
              {durationOf(props.value, unit)}
            </span>
          )}
        </div>
        {notes}
      </div>
    )
  },
  { props: ['field', 'path', 'name', 'value', 'onChange', 'form', 'isRequired'] },
)

/** 60000 ms reads better as a minute. */
function durationOf(value: unknown, unit: string): string {
  const seconds = Number(value) / (unit === 'ms' ? 1000 : 1)
  if (value === '' || !Number.isFinite(seconds) || seconds < (unit === 'ms' ? 1 : 60)) return ''
  const parts = [
    [Math.floor(seconds / 86400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.round((seconds % 60) * 10) / 10, 's'],
  ] as const
  return ` = ${parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(' ')}`
}

/** The fields of a record, or of an entity, in one column; of records within only the first level is unfolded. */
export const Fields = defineComponent(
  (props: {
    readonly fields: readonly NamedField[]
    readonly values: FormValues
    readonly checks: readonly Check[]
    /** Of the record; empty for the entity itself. */
    readonly path: string
    readonly form: FormContext
    readonly onChange: (values: FormValues) => void
  }) =>
    () => {
      const { fields, values, checks, path, form } = props
      const when = path === '' ? form.kind.when : undefined
      const shown = fields.filter(
        ({ name, field }) => !isAutomatic(name, field) && isShown(name, values, checks, when),
      )
      return shown.map(({ name, field }) => (
        <FieldFrame
          key={name}
          name={name}
          path={path === '' ? name : `${path}.${name}`}
          field={field}
          value={values[name]}
          form={form}
          isRequired={
            (field.required === true && field.default === undefined && !isGroup(field)) ||
            isDemanded(name, values, checks)
          }
          onChange={(value: unknown) => props.onChange({ ...values, [name]: value })}
        />
      ))
    },
  { props: ['fields', 'values', 'checks', 'path', 'form', 'onChange'] },
)

const RecordEditor = defineComponent(
  (props: EditorProps) => () => {
    const { field, path, form, value } = props
    const fields = (
      <Fields
        fields={field.fields ?? []}
        values={(value ?? {}) as FormValues}
        checks={field.entity_checks ?? []}
        path={path}
        form={form}
        onChange={props.onChange}
      />
    )
    // What is deep is folded, unless something is wrong in it.
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
