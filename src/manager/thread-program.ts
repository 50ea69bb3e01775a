/** The program of a thread that runs one recipe and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { DeckError } from '../errors.ts'
import { runRecipe } from './recipes.ts'
import type { FromThread, Task } from './threads.ts'

const { recipe, client, env, journal } = workerData as Task

const send = (message: FromThread) => parentPort?.postMessage(message)

runRecipe(recipe, { ...client, log: line => send({ log: line }) }, env, journal).then(
  text => send({ text }),
  error => {
    if (error instanceof DeckError) send({ refused: error.message, hint: error.hint })
    else send({ bug: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  },
)
