/** The question before something half-typed is left: by a link, by Back, or by closing the tab. */
import { onBeforeUnmount, ref, type VNodeChild } from 'vue'
import { useRouter } from 'vue-router'
import { Dialog } from './dialog.tsx'

/** @returns the question, while it is open */
export function useLeaveQuestion(isChanged: () => boolean): () => VNodeChild {
  const answer = ref<(isLeft: boolean) => void>()
  const ask = () =>
    new Promise<boolean>(resolve => {
      answer.value = isLeft => {
        answer.value = undefined
        resolve(isLeft)
      }
    })
  const removeGuard = useRouter().beforeEach(() => (isChanged() ? ask() : true))
  // The browser shows its own text.
  const onUnload = (event: BeforeUnloadEvent) => {
    if (isChanged()) event.preventDefault()
  }
  window.addEventListener('beforeunload', onUnload)
  onBeforeUnmount(() => {
    removeGuard()
    window.removeEventListener('beforeunload', onUnload)
  })
  return () =>
    answer.value && (
      <Dialog title="Leave without saving?" onClose={() => answer.value?.(false)}>
        {{
          default: () => <p>What you typed here is not saved.</p>,
          actions: () => (
            <>
              <button type="button" class="secondary" onClick={() => answer.value?.(false)}>
                Stay
              </button>
              <button type="button" class="danger" onClick={() => answer.value?.(true)}>
                Leave
              </button>
            </>
          ),
        }}
      </Dialog>
    )
}
