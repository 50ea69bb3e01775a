/**
 * Ends a worker whose parent no longer exists and whose event loop is blocked. A thread checks for the
 * parent, because it runs while the loop does not.
 */
import { Worker } from 'node:worker_threads'

/** Milliseconds between two looks; a worker that is not stuck ends itself in that time. */
const lookEvery = 1000

const program = `const { ppid } = process
let isGone = false
setInterval(() => {
  if (isGone) process.kill(process.pid, 'SIGKILL')
  isGone = process.ppid !== ppid
}, ${lookEvery})`

/** The thread ends with the process, and does not keep it alive. */
export function watchParent(): void {
  new Worker(program, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref()
}
