/**
 * Filters of JSONPaths match regular expressions with JavaScript's engine, which may never end: each is
 * tried first in a thread that can be ended.
 */
import { Worker } from 'node:worker_threads'
import { Ruleset, Spectral } from '@stoplight/spectral-core'

/** In seconds, once the thread has started. */
export const limit = 5

/**
 * Runs a JSONPath in Spectral and ignores the result.
 *
 * @public the thread below requires it from the bundle by this name
 */
export async function select(given: string, content: unknown): Promise<void> {
  const spectral = new Spectral()
  // biome-ignore lint/suspicious/noThenProperty: it is the name that rulesets have for it.
  spectral.setRuleset(new Ruleset({ rules: { probe: { given, then: { function: () => undefined } } } }))
  const parsed = { data: content, diagnostics: [], ast: {}, lineMap: [] }
  await spectral.run({ parsed, getLocationForJsonPath: () => undefined, source: '/' })
}

const program = `const { parentPort, workerData: { file, path, content } } = require('node:worker_threads')
const { select } = require(file)
parentPort.postMessage('started')
select(path, content)`

/** @returns whether it takes longer than the limit; what else is wrong with it is found when it is used */
export async function isSlow(path: string, content: unknown): Promise<boolean> {
  // The thread needs the built program.
  const file = typeof __filename === 'string' ? __filename : ''
  if (!file.endsWith('.cjs')) return false
  const worker = new Worker(program, { eval: true, workerData: { file, path, content }, stderr: true })
  return new Promise(settle => {
    let timer: NodeJS.Timeout | undefined
    worker.once('message', () => {
      timer = setTimeout(() => {
        settle(true)
        void worker.terminate()
      }, limit * 1000)
    })
    const done = (): void => {
      clearTimeout(timer)
      settle(false)
    }
    worker.once('error', done)
    worker.once('exit', done)
  })
}
