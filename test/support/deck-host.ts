/**
 * Runs commands of the built program one after another in one process, as thousands of processes would take
 * minutes.
 */
import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import { watchRun } from './leaks/watched-run.ts'

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
  const run = async (order: Order): Promise<Answer> => {
    const search = watchRun(order)
    const answer = await new Promise<Answer>((resolve, reject) => {
      child.once('message', one => resolve(one as Answer))
      child.once('exit', code => reject(new Error(`the program ended the process with ${code}`)))
      child.send(order)
    }).finally(() => child.removeAllListeners('exit'))
    search({ ...answer, code: answer.exit })
    return answer
  }
  return { run, stop: () => child.kill() }
}
