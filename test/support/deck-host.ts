/**
 * Runs commands of the built program one after another in one process, as thousands of processes would take
 * minutes.
 */
import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'

export interface Order {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string
}

export interface Answer {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** A process that runs commands, one at a time. */
export interface Host {
  run(order: Order): Promise<Answer>
  stop(): void
}

export function startHost(): Host {
  const child: ChildProcess = fork(path.join(import.meta.dirname, 'deck-host.js'), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const run = (order: Order) =>
    new Promise<Answer>((resolve, reject) => {
      child.once('message', answer => resolve(answer as Answer))
      child.once('exit', code => reject(new Error(`the program ended the process with ${code}`)))
      child.send(order)
    }).finally(() => child.removeAllListeners('exit'))
  return { run, stop: () => child.kill() }
}
