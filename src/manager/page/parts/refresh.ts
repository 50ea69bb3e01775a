/**
 * Shows what is there now: when one comes back to the tab, having changed something in another, and when the
 * gateway is back.
 */
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
