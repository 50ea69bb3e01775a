/**
 * Whether the gateway responds. While it does not, requests are repeated; afterwards the visible data is
 * loaded again.
 */
import { type Ref, ref } from 'vue'

const everyMs = 2000
const awayEvent = 'gateway-away'

/** Dispatched by requests without a response. */
export const announceAway = (): boolean => window.dispatchEvent(new Event(awayEvent))

export interface Presence {
  readonly isAway: Ref<boolean>
  /** How often it came back. */
  readonly returns: Ref<number>
}

/** For as long as the page is open. */
export function createPresence(): Presence {
  const isAway = ref(false)
  const returns = ref(0)
  async function look(): Promise<void> {
    const isBack = await fetch('/api/admin/').then(
      ({ ok }) => ok,
      () => false,
    )
    if (!isBack) {
      setTimeout(look, everyMs)
      return
    }
    isAway.value = false
    returns.value++
  }
  window.addEventListener(awayEvent, () => {
    if (isAway.value) return
    isAway.value = true
    setTimeout(look, everyMs)
  })
  return { isAway, returns }
}
