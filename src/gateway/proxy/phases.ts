/**
 * Running the plugins of an exchange: those that apply are looked for once, in the access phase, and their
 * later phases run whatever is answered.
 */

import type { ResponseHead } from '../exchange/exchange.ts'
import type { Work } from '../exchange/handler.ts'
import { type Step, workFor } from './plugin-plan.ts'
import type { ServedExchange } from './served-exchange.ts'
import { traceOf } from './trace.ts'

/**
 * Runs the access phases by priority, until one responds. A consumer found by one of them counts for later
 * ones.
 *
 * @returns undefined for a route without plugins, so that nothing is awaited
 */
export function runAccess(exchange: ServedExchange, log: (line: string) => void): Promise<void> | undefined {
  const works = collectInto(exchange)
  const steps = exchange.snapshot.plugins.of(exchange.route)
  return steps.length === 0 ? undefined : runSteps(steps, works, exchange, log)
}

async function runSteps(
  steps: readonly Step[],
  works: Work[],
  exchange: ServedExchange,
  log: (line: string) => void,
): Promise<void> {
  for (const step of steps) {
    const work = collect(works, step, exchange)
    if (work?.access === undefined || exchange.answer !== undefined) continue
    try {
      const done = work.access(exchange)
      if (done !== undefined) await done
    } catch (error) {
      // A client that disconnects before the end of its body is no error of the gateway.
      if (exchange.request.errored !== null) throw error
      log(`plugin: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      exchange.exit({ status: 500, message: 'An unexpected error occurred' })
    }
  }
}

/**
 * The response phases, in the same order. Where no route was looked for or found, those of the plugins
 * without a scope.
 */
export function runResponse(exchange: ServedExchange, head: ResponseHead): void {
  for (const work of worksOf(exchange)) work.response?.(exchange, head)
  if (exchange.isTraced) head.headers = [...head.headers, traceOf(exchange)]
  exchange.sent = head
}

/** The log phases, when the response is over. */
export function runLog(exchange: ServedExchange, now: () => number): void {
  if (exchange.works?.some(hasLog) !== true) return
  const { connection } = exchange
  const responseSize = Math.max(0, connection.bytesWritten - exchange.writtenBefore)
  const finished = { at: now(), head: exchange.sent, responseSize }
  for (const work of exchange.works) work.log?.(exchange, finished)
}

const hasLog = (work: Work): boolean => work.log !== undefined

function worksOf(exchange: ServedExchange): readonly Work[] {
  if (exchange.works !== undefined) return exchange.works
  const works = collectInto(exchange)
  for (const step of exchange.snapshot.plugins.of(undefined)) collect(works, step, exchange)
  return works
}

function collectInto(exchange: ServedExchange): Work[] {
  const works: Work[] = []
  exchange.works = works
  return works
}

function collect(works: Work[], step: Step, exchange: ServedExchange): Work | undefined {
  const work = workFor(step, exchange.consumer?.id)
  if (work === undefined) return undefined
  works.push(work)
  if (work.log !== undefined) exchange.writtenBefore = exchange.connection.bytesWritten
  return work
}
