/**
 * One line on a terminal with the progress of a run, drawn over itself: a bar, a rate and the time left;
 * nothing in a pipe, a file or CI. It appears when a run takes more than a second, and is gone when the run
 * ends. Why no library: docs/decisions/2026-12-01-progress.md.
 */

/** A stream of Node's that may be a terminal. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Whether a user watches: not in CI, although its streams may be terminals. */
export const isWatched = (
  { isTTY }: Screen,
  { CI = '', TERM }: Readonly<Record<string, string | undefined>>,
): boolean => isTTY === true && TERM !== 'dumb' && ['', 'false', '0'].includes(CI)

export interface Progress {
  readonly done: number
  /** Absent: unknown. */
  readonly total?: number | undefined
  /** What is counted: `changes`. */
  readonly what: string
  /** How many requests were repeated. */
  readonly retries: number
}

export interface LiveLine {
  /** For what else is written to the same terminal: the line is taken away before, and drawn again later. */
  around(write: () => void): void
  stop(): void
}

const firstAfter = 1000
const every = 100
const erase = '\r\u001b[2K'

const none: LiveLine = { around: write => write(), stop: () => {} }

/** @param progress called each time that the line is drawn */
export function liveLine(screen: Screen, isShown: boolean, progress: () => Progress): LiveLine {
  if (!isShown) return none
  const began = performance.now()
  let shown = false
  const clear = (): void => {
    if (shown) screen.write(erase)
    shown = false
  }
  const timer = setInterval(() => {
    const passed = performance.now() - began
    if (passed < firstAfter) return
    screen.write(`${erase}${progressText(progress(), passed / 1000, (screen.columns ?? 80) - 1)}`)
    shown = true
  }, every)
  // The timer does not keep the process alive.
  timer.unref()
  return {
    around: write => {
      clear()
      write()
    },
    stop: () => {
      clearInterval(timer)
      clear()
    },
  }
}

/** Narrower bars say nothing, wider ones no more. */
const [narrowest, widest] = [10, 30]

/**
 * @param seconds since the beginning
 * @param width in characters; a line that is too long has a shorter bar or none, and is cut in the end
 * @example '[=======-------] 1200/19000 changes, 640/s, 28 s left, 3 requests repeated'
 */
export function progressText(
  { done, total, what, retries }: Progress,
  seconds: number,
  width: number,
): string {
  const rate = done / seconds
  const isKnown = total !== undefined && total > 0
  const parts = [
    isKnown ? `${done}/${total} ${what}` : `${done} ${what}`,
    `${Math.round(rate)}/s`,
    ...(isKnown && done > 0 ? [`${durationText((total - done) / rate)} left`] : []),
    ...(retries > 0 ? [`${retries} requests repeated`] : []),
  ]
  const text = parts.join(', ')
  const room = Math.min(widest, width - text.length - 3)
  const bar = isKnown && room >= narrowest ? `${barText(done / total, room)} ` : ''
  return `${bar}${text}`.slice(0, width)
}

function barText(part: number, width: number): string {
  const filled = Math.floor(Math.min(1, part) * width)
  return `[${'='.repeat(filled)}${'-'.repeat(width - filled)}]`
}

/** @example durationText(75.2) // '1 min 15 s' */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}
