/**
 * Does what a plan says. A change starts as soon as what it needs is done; the first failure (or an
 * interruption) stops new ones, lets those under way finish and names the rest. Nothing is rolled back: the
 * outcomes say what was done.
 */
import type { AdminClient } from '../admin-client/client.ts'
import { listAll } from '../admin-client/list.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { AdminApiError, ConnectionError, DeckError } from '../errors.ts'
import { cascadesIn } from './cascades.ts'
import { confirmDeleted, confirmStored } from './confirm.ts'
import type { Change } from './diff.ts'
import { inverse } from './inverse.ts'
import type { Plan, Step } from './plan.ts'
import { requestOf, type StepRequest } from './requests.ts'

export interface Outcome {
  readonly change: Change
  readonly status: 'applied' | 'failed' | 'not-attempted'
  /** The error of a failure: usually an AdminApiError or a ConnectionError. */
  readonly error?: unknown
  /** The result of a partly applied change of several steps. */
  readonly left?: string
  /** A delete without a request of its own: the one that would have taken it along failed, or seemed to. */
  readonly isUncertain?: true
}

export interface ApplyOptions {
  readonly schemas: Schemas
  /** Requests at once. Default: the client's. */
  readonly pace?: { readonly limit: number }
  /**
   * How long what needs a change waits after it, so that it has reached every node of the gateway. Default:
   * 0.
   */
  readonly delaySeconds?: number
  /** Stops as a failure does. */
  readonly signal?: AbortSignal
  /** Goes on after a refusal with what does not need the refused change, deletes left out. Default: false. */
  readonly continues?: boolean | undefined
  /**
   * Called before requests are sent, with their changes: what must be recorded first is recorded here. Changes
   * of several requests come once for each.
   */
  readonly onStart?: ((changes: readonly Change[]) => void) | undefined
}

interface Done {
  readonly step: Step
  readonly error?: unknown
}

/**
 * One outcome for each change of the plan: applied ones immediately, then those not attempted, in the
 * plan's order. Never throws.
 */
export async function* applyPlan(
  plan: Plan,
  client: AdminClient,
  options: ApplyOptions,
): AsyncGenerator<Outcome> {
  const { schemas, pace = client.pace, delaySeconds = 0, signal } = options
  const needed = new Set(plan.steps.flatMap(({ needs }) => [...needs]))
  const waiting = queue(plan.steps.filter(({ cascadesFrom }) => cascadesFrom.size === 0))
  const alongWith = cascadesIn(plan.steps)
  const work = runner(client, schemas, step => (needed.has(step) ? delaySeconds * 1000 : 0))
  const stepsLeft = new Map<Change, number>()
  for (const { change } of plan.steps) stepsLeft.set(change, (stepsLeft.get(change) ?? 0) + 1)
  const begun = new Set<Change>()
  const attempted = new Set<Change>()
  const reported = new Set<Change>()
  let stopped = false
  while (true) {
    const isOver = stopped || signal?.aborted === true
    const steps = isOver ? [] : waiting.next(pace.limit - work.running())
    const started = steps.flatMap(step => [step, ...alongWith(step)]).map(({ change }) => change)
    if (started.length > 0) options.onStart?.(started)
    for (const change of started) attempted.add(change)
    for (const step of steps) work.start(step)
    const ended = await work.next()
    if (ended === undefined) break
    for (const { step, error } of ended) {
      const { change } = step
      if (error !== undefined) {
        stopped ||= options.continues !== true || !isRefusal(error)
        reported.add(change)
        yield {
          change,
          status: 'failed',
          error,
          ...(begun.has(change) && { left: leftBehind(plan, change) }),
        }
        continue
      }
      waiting.done(step)
      for (const done of [change, ...alongWith(step).map(one => one.change)]) {
        begun.add(done)
        stepsLeft.set(done, (stepsLeft.get(done) ?? 0) - 1)
        if (stepsLeft.get(done) !== 0) continue
        reported.add(done)
        yield { change: done, status: 'applied' }
      }
    }
  }
  for (const change of plan.changes) {
    if (reported.has(change)) continue
    yield begun.has(change)
      ? { change, status: 'failed', error: new DeckError('stopped half way'), left: leftBehind(plan, change) }
      : { change, status: 'not-attempted', ...(attempted.has(change) && { isUncertain: true as const }) }
  }
}

/** Steps under way, and those that are done in the order in which they ended. */
function runner(client: AdminClient, schemas: Schemas, delay: (step: Step) => number) {
  let done: Done[] = []
  let running = 0
  let held = 0
  let wake: () => void = () => {}
  return {
    running: () => running,
    start: (step: Step): void => {
      running += 1
      void perform(step, client, schemas).then(result => {
        running -= 1
        held += 1
        const tell = (): void => {
          held -= 1
          done.push(result)
          wake()
        }
        const wait = result.error === undefined ? delay(step) : 0
        if (wait === 0) tell()
        else setTimeout(tell, wait)
        wake()
      })
    },
    /**
     * All that ended: answers that arrived together are dealt with together. None where others may be started
     * though none is done; undefined where none is under way.
     */
    next: async (): Promise<readonly Done[] | undefined> => {
      if (done.length === 0) {
        if (running + held === 0) return undefined
        await new Promise<void>(resolve => (wake = resolve))
        // The end of this turn of the event loop: the other sockets that have an answer are read by then.
        await new Promise(setImmediate)
      }
      const ended = done
      done = []
      return ended
    },
  }
}

/** Steps in the plan's order, each once it may start. */
function queue(steps: readonly Step[]): { next(count: number): Step[]; done(step: Step): void } {
  const missing = new Map(steps.map(step => [step, step.needs.size]))
  const needing = inverse(steps, ({ needs }) => needs)
  let early = steps.filter(({ late }) => !late).length
  const ready = steps.filter(step => missing.get(step) === 0 && !step.late)
  const releaseLate = (): void => {
    for (const step of steps) if (step.late && missing.get(step) === 0) ready.push(step)
  }
  if (early === 0) releaseLate()
  let position = 0
  return {
    next: count => {
      const found = ready.slice(position, position + Math.max(0, count))
      position += found.length
      return found
    },
    done: step => {
      const lateOnesWait = early > 0
      if (!step.late) early -= 1
      for (const other of needing.get(step) ?? []) {
        const left = (missing.get(other) ?? 0) - 1
        missing.set(other, left)
        if (left === 0 && (!other.late || !lateOnesWait)) ready.push(other)
      }
      if (lateOnesWait && early === 0) releaseLate()
    },
  }
}

async function perform(step: Step, client: AdminClient, schemas: Schemas): Promise<Done> {
  try {
    const request = requestOf(step, schemas)
    const { change } = step
    if (request.method === 'DELETE') {
      const status = await client.delete(request.path).catch(alreadyGone)
      await confirmDeleted(change, request, status, { client, schemas })
    } else {
      // decK puts first and posts after the 404: one request more for each target.
      const isPosted = change.op === 'create' && schemas.of(change.kind).putCreates === false
      const answer = await (isPosted ? create(client, request) : client.put(request.path, request.body))
      await confirmStored(change, request, answer, { client, schemas })
    }
    return { step }
  } catch (error) {
    return { step, error }
  }
}

/** A POST that is sent again finds what the first one made: then it clashes with itself, and all is well. */
async function create(
  client: AdminClient,
  { collection, body }: Extract<StepRequest, { method: 'PUT' }>,
): Promise<unknown> {
  try {
    return await client.post(collection, body, 'write')
  } catch (error) {
    if (!isClash(error)) throw error
    const existing = (await listAll(client, collection)).find(({ id }) => id === body['id'])
    if (existing === undefined) throw error
    return existing
  }
}

const isClash = (error: unknown): boolean =>
  error instanceof AdminApiError &&
  ['primary key violation', 'unique constraint violation'].includes(error.kongName ?? '')

/** Concerns one change; any other error would also occur for the next change. */
const isRefusal = (error: unknown): boolean =>
  error instanceof AdminApiError
    ? error.status < 500
    : error instanceof DeckError && !(error instanceof ConnectionError)

const isMissing = (error: unknown): boolean => error instanceof AdminApiError && error.status === 404

/** A 404 for a delete is a success: the entity no longer exists. */
function alreadyGone(error: unknown): number {
  if (!isMissing(error)) throw error
  return 204
}

function leftBehind(plan: Plan, change: Change): string {
  const names = plan.steps.flatMap(step =>
    step.change === change && step.temporary ? Object.values(step.temporary) : [],
  )
  const state = names.length > 0 ? `it is called ${names.join(', ')} for now` : 'it is deleted for now'
  return `${state}; the same sync, run again, goes on from there`
}
