/**
 * Recipes in threads of their own: the process that serves the page may be the gateway, whose proxy must
 * answer meanwhile.
 */
import { Worker } from 'node:worker_threads'
import type { ClientSettings } from '../admin-client/settings.ts'
import { DeckError } from '../errors.ts'
import type { Terminal } from '../recipes/terminal.ts'
import type { Journal, Recipe } from './recipes.ts'

/** The input of a thread. */
export interface Task {
  readonly recipe: Recipe
  /** Without values that are not data: a thread ends when its result is no longer needed. */
  readonly client: Omit<ClientSettings, 'signal' | 'log'>
  readonly env: Terminal['env']
  readonly journal: Journal
}

export type FromThread =
  | { readonly text: string }
  | { readonly refused: string; readonly hint: string | undefined }
  | { readonly bug: string }
  | { readonly log: string }

export interface Threads {
  /** @param signal ends it; what it has changed by then stays; @throws DeckError */
  run(recipe: Recipe, signal?: AbortSignal): Promise<string>
  /** Ends all. */
  close(): Promise<void>
}

/** @param program file of the thread's program */
export function createThreads(
  program: string,
  settings: ClientSettings,
  env: Terminal['env'],
  journal: Journal,
): Threads {
  const { signal: _signal, log, ...client } = settings
  const running = new Set<Worker>()
  return {
    run: (recipe, signal) =>
      new Promise((resolve, reject) => {
        const task: Task = { recipe, client, env: { ...env }, journal }
        const thread = new Worker(program, { workerData: task })
        running.add(thread)
        const end = () => void thread.terminate()
        signal?.addEventListener('abort', end, { once: true })
        thread.on('message', (message: FromThread) => {
          if ('log' in message) log?.(message.log)
          else if ('text' in message) resolve(message.text)
          else if ('refused' in message) reject(refusal(message))
          else reject(new Error(message.bug))
        })
        thread.once('error', reject)
        thread.once('exit', () => {
          running.delete(thread)
          signal?.removeEventListener('abort', end)
          reject(new DeckError(`${recipe.name} was stopped before its end`))
        })
      }),
    close: async () => {
      await Promise.all([...running].map(thread => thread.terminate()))
    },
  }
}

const refusal = ({ refused, hint }: { refused: string; hint: string | undefined }): DeckError =>
  new DeckError(refused, hint === undefined ? {} : { hint })
