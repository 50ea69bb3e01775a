// Programs that `npm test` runs, so that none goes on when npm, or whoever started it, is gone.
import { spawn } from 'node:child_process'

/** @returns a function that stops watching */
export function whenOrphaned(act) {
  const parent = process.ppid
  const timer = setInterval(() => {
    // On Windows the number stays the same, and this never acts.
    if (process.ppid === parent) return
    clearInterval(timer)
    act()
  }, 500)
  timer.unref()
  return () => clearInterval(timer)
}

/** Runs a program of Node. @returns whether it ended well; a signal to this process ends both */
export function runNode(argv, options) {
  const child = spawn(process.execPath, argv, { stdio: 'inherit', ...options })
  const end = signal => {
    child.kill(signal)
    child.once('exit', () => process.exit(1))
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.once(signal, end)
  const stopWatching = whenOrphaned(() => end('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => {
      stopWatching()
      for (const signal of signals) process.off(signal, end)
      resolve(code === 0)
    })
  })
}
