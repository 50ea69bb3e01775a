/**
 * Whatever two states and whatever request is the last one: a killed run can be resumed, and a failed one
 * rolled back.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { AdminClient } from '../../src/admin-client/client.ts'
import { AdminApiError } from '../../src/errors.ts'
import { readRuns } from '../../src/journal/read.ts'
import { openJournal } from '../../src/journal/write.ts'
import { applyPlan, type Outcome } from '../../src/plan/apply.ts'
import { diffStates } from '../../src/plan/diff.ts'
import { makePlan, type Plan } from '../../src/plan/plan.ts'
import { wishesOf } from '../../src/recipes/restore/run-to-restore.ts'
import { wishesBefore } from '../../src/recipes/restore/undo-run.ts'
import { fulfil, type Wish } from '../../src/recipes/restore/wishes.ts'
import { createState, type State } from '../../src/state/state.ts'
import { type Model, model } from '../support/plan-model.ts'
import { anyState, dealtState, schemas, uuid } from '../support/plan-states.ts'

const folder = mkdtempSync(join(tmpdir(), 'deck-restore-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const key = 'a key of at least 16 characters'

/** What becomes of the request after the last one that succeeds. */
type End = 'refused' | 'lost' | 'answer lost'

/** A client of which only so many writes succeed. */
function failing(client: AdminClient, successes: number, end: End): AdminClient {
  let done = 0
  const write = async <T>(send: () => Promise<T>): Promise<T> => {
    done += 1
    if (done <= successes) return send()
    if (end === 'answer lost' && done === successes + 1) await send().catch(() => {})
    throw new AdminApiError({
      method: 'PUT',
      path: '/',
      status: end === 'refused' ? 400 : 500,
      kongMessage: 'no',
    })
  }
  return {
    ...client,
    put: (path, body) => write(() => client.put(path, body)),
    post: (path, body) => write(() => client.post(path, body)),
    delete: path => write(() => client.delete(path)),
  }
}

async function apply(plan: Plan, client: AdminClient, parallelism: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for await (const outcome of applyPlan(plan, client, { schemas, pace: { limit: parallelism } }))
    outcomes.push(outcome)
  return outcomes
}

/** Carries out what the wishes come down to. @returns what is left between the gateway and a state */
async function restoredTo(gateway: Model, wishes: readonly Wish[], state: State): Promise<unknown[]> {
  const { changes, unfulfilled } = fulfil(wishes, gateway.state(), schemas)
  const plan = makePlan(changes, schemas)
  const outcomes = await apply(plan, gateway.client, 10)
  expect(unfulfilled).toEqual([])
  expect(outcomes.filter(({ status }) => status !== 'applied')).toEqual([])
  return diffStates(gateway.state(), state, schemas)
}

const states = fc.oneof(fc.tuple(anyState, anyState), fc.tuple(dealtState, dealtState))
/** The way back renames one consumer for two others: for its username, and for its custom_id. */
const [beforeRename, afterRename] = [
  [{ username: 'a' }, { username: 'b', custom_id: 'a' }, { username: 'd', custom_id: 'd' }],
  [{ username: 'b', custom_id: 'd' }, { username: 'd' }, { username: 'a', custom_id: 'a' }],
].map(consumers =>
  createState(
    consumers.map((fields, at) => ({ kind: 'consumer', id: uuid('consumer', at), fields })),
    schemas,
  ),
) as [State, State]

const ends = fc.constantFrom<End>('refused', 'lost', 'answer lost')
const successes = fc.nat({ max: 25 })
const parallelism = fc.integer({ min: 1, max: 10 })

describe('a run between random states', () => {
  it('that fails at any request can be rolled back', async () => {
    await fc.assert(
      fc.asyncProperty(states, successes, ends, parallelism, async ([a, b], count, end, limit) => {
        const gateway = model(a, schemas)
        const plan = makePlan(diffStates(a, b, schemas), schemas)
        const outcomes = await apply(plan, failing(gateway.client, count, end), limit)
        expect(await restoredTo(gateway, wishesBefore(outcomes), a)).toEqual([])
      }),
      { numRuns: 200, examples: [[[beforeRename, afterRename], 25, 'refused', 1]] },
    )
  })

  it.each(['resume', 'rollback'] as const)(
    'that is killed at any request can be brought to its end: %s',
    async way => {
      const description = {
        command: 'sync',
        gateway: 'model',
        workspace: '',
        kong_version: '3.9.1',
        select_tags: [],
        scope: {},
        files: [],
      }
      await fc.assert(
        fc.asyncProperty(states, successes, ends, async ([a, b], count, end) => {
          const gateway = model(a, schemas)
          const plan = makePlan(diffStates(a, b, schemas), schemas)
          const own = mkdtempSync(join(folder, 'run-'))
          const settings = { folder: own, isNamed: true, key }
          const journal = openJournal(settings, description, plan.changes, schemas, () => {})
          // Killed: nothing is recorded of what became of the last request, nor later.
          const client = failing(gateway.client, count, end)
          for await (const { change, status } of applyPlan(plan, client, {
            schemas,
            pace: { limit: 1 },
            onStart: journal.start,
          })) {
            if (status !== 'applied') break
            journal.end(change, status)
          }
          const [run] = await readRuns(own)
          if (run === undefined) throw new Error('the run was recorded')
          expect(run.state).toBe('unfinished')
          const wishes = wishesOf(run, way, key)
          expect(await restoredTo(gateway, wishes, way === 'resume' ? b : a)).toEqual([])
        }),
        { numRuns: 60 },
      )
    },
  )
})
