/** The title of the document, which names the page in tabs, in the history and for screen readers. */
import { watchEffect } from 'vue'

export function useTitle(text: () => string): void {
  watchEffect(() => {
    document.title = `${text()} – Manager`
  })
}
