/**
 * The program of a worker process: it follows the messages of its channel and ends with it. Signals are
 * handled by the process that started it.
 */
import type { Socket } from 'node:net'
import type { ToWorker } from './messages.ts'
import { watchParent } from './parent-watch.ts'
import { createWorker } from './worker.ts'

const worker = createWorker({
  // Without the channel no process receives messages.
  send: message => process.send?.(message, undefined, undefined, () => {}),
  // Then nothing is left that this process waits for, and it ends.
  close: () => process.connected && process.disconnect(),
})
// No other code uses the channel.
process.on('message', (message, socket) => worker.take(message as ToWorker, socket as Socket | undefined))
process.on('disconnect', () => void worker.close(0))
watchParent()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
