/** A question in front of the page: the browser's own dialog, which keeps the focus inside and closes on Escape. */
import { defineComponent, onMounted, ref } from 'vue'

export const Dialog = defineComponent(
  (props: { readonly title: string; readonly onClose: () => void }, { slots }) => {
    const element = ref<HTMLDialogElement>()
    onMounted(() => element.value?.showModal())
    return () => (
      <dialog
        ref={element}
        aria-labelledby="dialog-title"
        onCancel={event => {
          event.preventDefault()
          props.onClose()
        }}
      >
        <article>
          <h2 id="dialog-title">{props.title}</h2>
          {slots['default']?.()}
          <footer>{slots['actions']?.()}</footer>
        </article>
      </dialog>
    )
  },
  { props: ['title', 'onClose'] },
)
