/** Loads the current data again when the user returns to the tab, and when the gateway responds again. */
import { onBeforeUnmount, watch } from 'vue'
import { useSession } from '../session.ts'

export function useRefresh(load: () => unknown): void {
  const onVisible = () => {
    if (document.visibilityState === 'visible') load()
  }
  document.addEventListener('visibilitychange', onVisible)
  onBeforeUnmount(() => document.removeEventListener('visibilitychange', onVisible))
  watch(useSession().presence.returns, load)
}
