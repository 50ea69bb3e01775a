/** Editors of single values. */
import { defineComponent, ref } from 'vue'
import { type EditorProps, editorProps, idOf, isTristate } from './editor.ts'

const typed = (event: Event): string =>
  (event.target as HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement).value

/** What all controls of a field carry. */
export const common = ({ path, describedBy, isWrong, isRequired }: EditorProps) => ({
  id: idOf(path),
  name: path,
  'aria-describedby': describedBy,
  'aria-invalid': isWrong ? ('true' as const) : undefined,
  'aria-required': isRequired ? ('true' as const) : undefined,
  autocomplete: 'off',
  spellcheck: false,
})

const placeholder = ({ field: { default: value } }: EditorProps): string | undefined =>
  value === undefined || value === null ? undefined : String(value)

export const TextInput = defineComponent(
  (props: EditorProps) => () => (
    <input
      {...common(props)}
      type="text"
      value={String(props.value ?? '')}
      placeholder={placeholder(props)}
      onInput={event => props.onChange(typed(event))}
    />
  ),
  { props: [...editorProps] },
)

/** Text, so that what is no number is not lost; Kong says what it thinks of it. */
export const NumberInput = defineComponent(
  (props: EditorProps) => () => {
    const { between, type } = props.field
    return (
      <input
        {...common(props)}
        type="text"
        inputmode={type === 'integer' ? 'numeric' : 'decimal'}
        class="number"
        value={String(props.value ?? '')}
        placeholder={placeholder(props)}
        title={between && `${between[0]} to ${between[1]}`}
        onInput={event => props.onChange(typed(event))}
      />
    )
  },
  { props: [...editorProps] },
)

export const LongInput = defineComponent(
  (props: EditorProps) => () => (
    <textarea
      {...common(props)}
      rows={5}
      class="code"
      value={String(props.value ?? '')}
      onInput={event => props.onChange(typed(event))}
    />
  ),
  { props: [...editorProps] },
)

/** What no schema describes. */
export const JsonInput = defineComponent(
  (props: EditorProps) => () => (
    <textarea
      {...common(props)}
      rows={6}
      class="code"
      placeholder="JSON"
      value={String(props.value ?? '')}
      onInput={event => props.onChange(typed(event))}
    />
  ),
  { props: [...editorProps] },
)

export const SecretInput = defineComponent(
  (props: EditorProps) => {
    const isOpen = ref(false)
    return () => (
      <div class="with-button">
        <input
          {...common(props)}
          type={isOpen.value ? 'text' : 'password'}
          autocomplete="new-password"
          value={String(props.value ?? '')}
          onInput={event => props.onChange(typed(event))}
        />
        <button
          type="button"
          class="quiet"
          aria-pressed={isOpen.value}
          aria-label={`Show ${props.label}`}
          onClick={() => {
            isOpen.value = !isOpen.value
          }}
        >
          {isOpen.value ? 'Hide' : 'Show'}
        </button>
      </div>
    )
  },
  { props: [...editorProps] },
)

/** Yes or no; where Kong also knows "not set", three choices. */
export const BooleanInput = defineComponent(
  (props: EditorProps) => () => {
    if (!isTristate(props.field)) {
      return (
        <input
          {...common(props)}
          type="checkbox"
          role="switch"
          checked={props.value === true}
          onChange={event => props.onChange((event.target as HTMLInputElement).checked)}
        />
      )
    }
    const words = { '': null, true: true, false: false } as const
    return (
      <select
        {...common(props)}
        value={props.value === null || props.value === undefined ? '' : String(props.value)}
        onChange={event => props.onChange(words[typed(event) as keyof typeof words])}
      >
        <option value="">Not set</option>
        <option value="true">Yes</option>
        <option value="false">No</option>
      </select>
    )
  },
  { props: [...editorProps] },
)

export const ChoiceInput = defineComponent(
  (props: EditorProps) => () => {
    const { one_of: choices = [], required, default: value } = props.field
    const mayBeEmpty = required !== true || value === undefined
    return (
      <select
        {...common(props)}
        value={String(props.value ?? '')}
        onChange={event => props.onChange(typed(event))}
      >
        {mayBeEmpty && <option value="">Not set</option>}
        {choices.map(choice => (
          <option key={String(choice)} value={String(choice)}>
            {String(choice)}
          </option>
        ))}
      </select>
    )
  },
  { props: [...editorProps] },
)
