/**
 * One line on a terminal that tells how far a run is, drawn over itself; nothing in a pipe or a file. It
 * shows itself only where a run takes more than a second, and is gone when it is over.
 */

/** A stream of Node's that may be a terminal. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
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

/** @param text asked for each time that the line is drawn, with the seconds since the beginning */
export function liveLine(screen: Screen, text: (seconds: number) => string): LiveLine {
  if (screen.isTTY !== true) return none
  const began = performance.now()
  let shown = false
  const clear = (): void => {
    if (shown) screen.write(erase)
    shown = false
  }
  const timer = setInterval(() => {
    const passed = performance.now() - began
    if (passed < firstAfter) return
    screen.write(`${erase}${text(passed / 1000).slice(0, (screen.columns ?? 80) - 1)}`)
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

/** `1200/19000 changes, 640/s, 3 sent again` */
export function progressText(
  done: number,
  total: number | undefined,
  what: string,
  retries: number,
  seconds: number,
): string {
  const count = total === undefined ? `${done} ${what}` : `${done}/${total} ${what}`
  const rate = `${Math.round(done / seconds)}/s`
  return [count, rate, ...(retries > 0 ? [`${retries} sent again`] : [])].join(', ')
}
