/**
 * A question in front of the page: the browser's own dialog, which keeps the focus inside and closes on
 * Escape; then the focus returns.
 */
import { defineComponent, onBeforeUnmount, onMounted, ref } from 'vue'

export const Dialog = defineComponent(
  (props: { readonly title: string; readonly onClose: () => void }, { slots }) => {
    const element = ref<HTMLDialogElement>()
    const before = document.activeElement
    onMounted(() => element.value?.showModal())
    onBeforeUnmount(() => {
      element.value?.close()
      if (before instanceof HTMLElement) before.focus()
    })
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
