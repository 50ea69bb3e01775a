/**
 * Whether the gateway answers: while it does not, it is asked again and again, and what is shown is loaded
 * anew once it is back.
 */
import { type Ref, ref } from 'vue'

const everyMs = 2000
const awayEvent = 'gateway-away'

/** Said by requests that found nobody. */
export const tellAway = (): boolean => window.dispatchEvent(new Event(awayEvent))

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
