/**
 * The control for all texts: one line high until there are more. A one-line input would join the lines of
 * pasted and existing texts; this one keeps them.
 */
import { defineComponent } from 'vue'
import { hasLineBreaks, lineBreakNote, shownText, withEdit } from './line-breaks.ts'

const fewRows = 4
const mostRows = 24

export interface TextAreaProps {
  readonly value: string
  readonly onChange: (text: string) => void
  /** For text of several lines: Enter begins the next one, where it would send the form else. */
  readonly isLong?: boolean
  readonly isSecret?: boolean
  /** Narrow, as numbers are. */
  readonly isNumber?: boolean
  /** The action of Enter in a line that is not empty; absent: it submits the form. */
  readonly onEnter?: (() => void) | undefined
  /** Attributes of the control itself. */
  readonly control?: object
}

export const TextArea = defineComponent(
  (props: TextAreaProps) => () => {
    const text = shownText(props.value)
    const isLong = props.isLong === true || hasLineBreaks(text)
    const lines = text.split('\n').length
    const note = lineBreakNote(props.value)
    return (
      <div class={['text', props.isNumber === true && 'number']}>
        <textarea
          spellcheck={false}
          autocomplete="off"
          dir="auto"
          {...props.control}
          class={[isLong ? 'lines code' : 'line', props.isSecret === true && 'masked']}
          rows={isLong ? Math.min(mostRows, Math.max(fewRows, lines)) : 1}
          value={text}
          onInput={event =>
            props.onChange(withEdit(props.value, (event.target as HTMLTextAreaElement).value))
          }
          onKeydown={event => {
            if (isLong || !isPlainEnter(event)) return
            event.preventDefault()
            if (props.onEnter !== undefined && text !== '') props.onEnter()
            else (event.target as HTMLTextAreaElement).form?.requestSubmit()
          }}
        />
        {note && <small class="line-breaks">{note}</small>}
      </div>
    )
  },
  { props: ['value', 'onChange', 'isLong', 'isSecret', 'isNumber', 'onEnter', 'control'] },
)

/**
 * Enter with nothing held (Shift+Enter begins a line), and not the one that ends a word of an input method.
 */
const isPlainEnter = (event: KeyboardEvent): boolean =>
  event.key === 'Enter' &&
  !event.isComposing &&
  !(event.shiftKey || event.ctrlKey || event.altKey || event.metaKey)
