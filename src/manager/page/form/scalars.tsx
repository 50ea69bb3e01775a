/** Editors of single values. */
import { defineComponent, ref } from 'vue'
import { type EditorProps, editorProps, idOf, isTristate } from './editor.ts'
import { TextArea } from './text-area.tsx'

const chosen = (event: Event): string => (event.target as HTMLSelectElement).value

/** Attributes of all controls of a field. */
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
    <TextArea
      value={String(props.value ?? '')}
      onChange={props.onChange}
      onEnter={props.onEnter}
      control={{ ...common(props), placeholder: placeholder(props) }}
    />
  ),
  { props: [...editorProps] },
)

/** A text control, so that an invalid number is kept; the error is at the field. */
export const NumberInput = defineComponent(
  (props: EditorProps) => () => {
    const { between, type } = props.field
    return (
      <TextArea
        isNumber
        value={String(props.value ?? '')}
        onChange={props.onChange}
        onEnter={props.onEnter}
        control={{
          ...common(props),
          inputmode: type === 'integer' ? 'numeric' : 'decimal',
          placeholder: placeholder(props),
          title: between && `${between[0]} to ${between[1]}`,
        }}
      />
    )
  },
  { props: [...editorProps] },
)

export const LongInput = defineComponent(
  (props: EditorProps) => () => (
    <TextArea
      isLong
      value={String(props.value ?? '')}
      onChange={props.onChange}
      control={{ ...common(props), placeholder: placeholder(props) }}
    />
  ),
  { props: [...editorProps] },
)

/** A value without a schema. */
export const JsonInput = defineComponent(
  (props: EditorProps) => () => (
    <TextArea
      isLong
      value={String(props.value ?? '')}
      onChange={props.onChange}
      control={{ ...common(props), placeholder: 'JSON' }}
    />
  ),
  { props: [...editorProps] },
)

/** A password input would join lines, and keys have many. */
export const SecretInput = defineComponent(
  (props: EditorProps) => {
    const isOpen = ref(false)
    return () => (
      <div class="with-button">
        <TextArea
          isSecret={!isOpen.value}
          value={String(props.value ?? '')}
          onChange={props.onChange}
          onEnter={props.onEnter}
          control={common(props)}
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
        onChange={event => props.onChange(words[chosen(event) as keyof typeof words])}
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
    const { one_of = [], required, default: value } = props.field
    const mayBeEmpty = required !== true || value === undefined
    const now = String(props.value ?? '')
    const known = one_of.map(String)
    // A value of a newer gateway stays a choice.
    const choices = now === '' || known.includes(now) ? known : [...known, now]
    return (
      <select {...common(props)} value={now} onChange={event => props.onChange(chosen(event))}>
        {mayBeEmpty && <option value="">Not set</option>}
        {choices.map(choice => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    )
  },
  { props: [...editorProps] },
)
