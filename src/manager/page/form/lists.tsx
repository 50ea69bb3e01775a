/** Editors of several values: sets to tick, lists of rows, maps of names and values. */
import { defineComponent, nextTick } from 'vue'
import type { Field } from '../schema.ts'
import { below } from './conditions.ts'
import { type EditorProps, editorProps, idOf } from './editor.ts'
import { editorOf, Fields, within } from './field.tsx'
import { TextArea } from './text-area.tsx'
import { type FormValues, hasFields, type Row, startValues, toForm } from './values.ts'

/** A set of known words: each to tick. */
export const ChoiceSet = defineComponent(
  (props: EditorProps) => () => {
    const chosen = (props.value as string[] | undefined) ?? []
    const known = (props.field.elements?.one_of ?? []).map(String)
    // Values of a newer gateway stay selected.
    const choices = [...known, ...chosen.filter(one => !known.includes(one))]
    return (
      <div class="choices">
        {choices.map(choice => (
          <label key={choice}>
            <input
              type="checkbox"
              name={`${props.path}.${choice}`}
              checked={chosen.includes(choice)}
              onChange={event => {
                const isOn = (event.target as HTMLInputElement).checked
                props.onChange(choices.filter(one => (one === choice ? isOn : chosen.includes(one))))
              }}
            />
            {choice}
          </label>
        ))}
      </div>
    )
  },
  { props: [...editorProps] },
)

const without = <T,>(list: readonly T[], at: number): T[] => list.filter((_, index) => index !== at)
const replaced = <T,>(list: readonly T[], at: number, item: T): T[] =>
  list.map((one, index) => (index === at ? item : one))

const newItem = (field: Field): unknown =>
  hasFields(field) ? startValues(field.fields ?? []) : toForm(field, field.default)

const focusOn = (id: string) => nextTick(() => document.getElementById(id)?.focus())

/** One row for each item. There is always one to type into; empty ones are not sent. */
export const ListEditor = defineComponent(
  (props: EditorProps) => () => {
    const { elements = { type: 'string' } } = props.field
    const given = (props.value as unknown[] | undefined) ?? []
    const isRecords = hasFields(elements)
    const items = given.length === 0 && !isRecords ? [newItem(elements)] : given
    const add = () => {
      props.onChange([...items, newItem(elements)])
      focusOn(idOf(`${props.path}.${items.length}`))
    }
    const rows = items.map((item, at) => {
      const path = `${props.path}.${at}`
      const label = `${props.label} ${at + 1}`
      const error = props.form.errors.get(path)
      const editor = {
        field: elements,
        path,
        label,
        value: item,
        form: props.form,
        onChange: (value: unknown) => props.onChange(replaced(items, at, value)),
        describedBy: error && `${idOf(path)}-error`,
        isWrong: error !== undefined || props.isWrong === true,
        onEnter: add,
      }
      const remove = (
        <button
          type="button"
          class="quiet"
          aria-label={`Remove ${label}`}
          disabled={given.length === 0}
          onClick={() => props.onChange(without(items, at))}
        >
          Remove
        </button>
      )
      if (isRecords) {
        return (
          <fieldset key={at} class="card">
            <legend>{label}</legend>
            <Fields
              fields={elements.fields ?? []}
              values={item as FormValues}
              path={path}
              form={within(props.form, path, elements, item as FormValues)}
              onChange={editor.onChange}
            />
            {remove}
          </fieldset>
        )
      }
      return (
        <div key={at}>
          <div class="with-button">
            <label class="visually-hidden" for={idOf(path)}>
              {label}
            </label>
            {editorOf(editor)}
            {remove}
          </div>
          {error && (
            <small id={`${idOf(path)}-error`} class="error">
              {error}
            </small>
          )}
        </div>
      )
    })
    return (
      <div class="rows">
        {rows}
        <button type="button" class="quiet add" onClick={add}>
          Add {isRecords ? '' : 'another '}
          <span class="visually-hidden">{props.label}</span>
        </button>
      </div>
    )
  },
  { props: [...editorProps] },
)

export const MapEditor = defineComponent(
  (props: EditorProps) => () => {
    const { values = { type: 'string' } } = props.field
    const rows = (props.value as Row[] | undefined) ?? []
    return (
      <div class="rows">
        {rows.map((row, at) => {
          const label = `${props.label} ${at + 1}`
          // Kong's messages use the row's key.
          const path = below(props.path, row.key === '' ? at : row.key)
          const keyId = `${idOf(below(props.path, at))}-key`
          const change = (part: Partial<Row>) => props.onChange(replaced(rows, at, { ...row, ...part }))
          const error = props.form.errors.get(path)
          return (
            <div key={at} class="map-row">
              <label class="visually-hidden" for={keyId}>
                {label} name
              </label>
              <TextArea
                value={row.key}
                onChange={(key: string) => change({ key })}
                control={{
                  id: keyId,
                  placeholder: 'Name',
                  'aria-invalid': error === undefined ? undefined : 'true',
                }}
              />
              <div class="map-value">
                <label class="visually-hidden" for={idOf(path)}>
                  {label} value
                </label>
                {editorOf({
                  field: values,
                  path,
                  label: `${label} value`,
                  value: row.value,
                  form: props.form,
                  onChange: (value: unknown) => change({ value }),
                })}
                {error && <small class="error">{error}</small>}
              </div>
              <button
                type="button"
                class="quiet"
                aria-label={`Remove ${label}`}
                onClick={() => props.onChange(without(rows, at))}
              >
                Remove
              </button>
            </div>
          )
        })}
        <button
          type="button"
          class="quiet add"
          onClick={() => {
            props.onChange([...rows, { key: '', value: newItem(values) }])
            focusOn(`${idOf(`${props.path}.${rows.length}`)}-key`)
          }}
        >
          Add <span class="visually-hidden">{props.label}</span>
        </button>
      </div>
    )
  },
  { props: [...editorProps] },
)
