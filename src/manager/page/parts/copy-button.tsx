import { defineComponent } from 'vue'
import { useSession } from '../session.ts'

/** Puts a text on the clipboard, and says so. */
export const CopyButton = defineComponent(
  (props: { readonly what: string; readonly text: string; readonly label?: string }) => {
    const session = useSession()
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(props.text)
        session.tell(`${props.what} is copied.`)
      } catch {
        // Browsers allow it at localhost and over https only.
        session.tell('This browser does not allow it here: select the text and copy it.', 'failed')
      }
    }
    return () => (
      <button
        type="button"
        class="secondary copy"
        aria-label={props.label ?? `Copy ${props.what}`}
        onClick={copy}
      >
        {props.label ?? 'Copy'}
      </button>
    )
  },
  { props: ['what', 'text', 'label'] },
)
