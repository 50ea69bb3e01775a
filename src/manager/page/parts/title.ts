/** The title of the document: what tells tabs, history and readers which page this is. */
import { watchEffect } from 'vue'

export function useTitle(text: () => string): void {
  watchEffect(() => {
    document.title = `${text()} – Manager`
  })
}
