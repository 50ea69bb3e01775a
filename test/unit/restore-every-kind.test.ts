/**
 * Random pairs of states of every kind, on the embedded gateway, or on the one that DECK_REAL_KONG names: a
 * failed run is rolled back, a killed one finished, and a plan arrives.
 */
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { AdminClient } from '../../src/admin-client/client.ts'
import { fetchState } from '../../src/admin-client/fetch-state.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { pluginSchema } from '../../src/entities/plugin-registry.ts'
import { AdminApiError } from '../../src/errors.ts'
import { applyPlan, type Outcome } from '../../src/plan/apply.ts'
import { diffStates } from '../../src/plan/diff.ts'
import { makePlan, type Plan } from '../../src/plan/plan.ts'
import { wishesBefore } from '../../src/recipes/restore/undo-run.ts'
import { fulfil, type Wish } from '../../src/recipes/restore/wishes.ts'
import { createState, type State } from '../../src/state/state.ts'
import { emptyGateway } from '../support/empty-gateway.ts'
import { anyState, restorableEntities } from '../support/every-kind.ts'

const { client, version, close } = await emptyGateway()
const schemas = createSchemas(version, name => pluginSchema(name, version))
const states = anyState(schemas)

// What the tests have created is deleted: the next run needs an empty gateway as well.
afterAll(async () => {
  await reach(createState([], schemas)).finally(close)
})

const live = (): Promise<State> => fetchState(client, schemas)

async function apply(plan: Plan, through = client): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for await (const outcome of applyPlan(plan, through, { schemas })) outcomes.push(outcome)
  return outcomes
}

const applied = (outcomes: readonly Outcome[]): void =>
  expect(
    outcomes.filter(({ status }) => status !== 'applied').map(({ change, error }) => [change.title, error]),
  ).toEqual([])

async function reach(state: State): Promise<Plan> {
  const plan = makePlan(diffStates(await live(), state, schemas), schemas)
  applied(await apply(plan))
  return plan
}

/** A client of which only so many writes succeed; of the next one the answer is lost. */
function failing(successes: number): AdminClient {
  let done = 0
  const write = async <T>(send: () => Promise<T>): Promise<T> => {
    done += 1
    if (done <= successes) return send()
    if (done === successes + 1) await send().catch(() => {})
    throw new AdminApiError({ method: 'PUT', path: '/', status: 500, kongMessage: 'gone' })
  }
  return {
    ...client,
    put: (path, body) => write(() => client.put(path, body)),
    post: (path, body, repeatable) => write(() => client.post(path, body, repeatable)),
    delete: path => write(() => client.delete(path)),
  }
}

async function restore(wishes: readonly Wish[]): Promise<void> {
  const { changes, unfulfilled } = fulfil(wishes, await live(), schemas)
  expect(unfulfilled).toEqual([])
  applied(await apply(makePlan(changes, schemas)))
}

describe('between random states of every kind', () => {
  it('covers the kinds of Kong’s open source edition', () => {
    const covered = new Set(restorableEntities(schemas).map(({ kind }) => kind))
    const missing = schemas.kinds.map(({ kind }) => kind).filter(kind => !covered.has(kind))
    // Of a password that was hashed, nothing can be restored.
    expect(missing.filter(kind => kind !== 'basic-auth')).toEqual([])
    expect(covered.size).toBeGreaterThan(13)
  })

  it('a plan arrives, and deletes nothing that both states have', async () => {
    await fc.assert(
      fc.asyncProperty(states, states, async (a, b) => {
        await reach(a)
        const { changes } = await reach(b)
        expect(
          changes.filter(({ op, kind, id }) => op === 'delete' && b.get(kind, id) !== undefined),
        ).toEqual([])
        expect(diffStates(await live(), b, schemas)).toEqual([])
      }),
      { numRuns: 8 },
    )
  }, 120_000)

  it('a run that fails at any request is rolled back', async () => {
    await fc.assert(
      fc.asyncProperty(states, states, fc.nat({ max: 15 }), async (a, b, successes) => {
        await reach(a)
        const before = await live()
        const plan = makePlan(diffStates(before, b, schemas), schemas)
        await restore(wishesBefore(await apply(plan, failing(successes))))
        expect(diffStates(await live(), before, schemas)).toEqual([])
        expect(diffStates(before, await live(), schemas)).toEqual([])
      }),
      { numRuns: 12 },
    )
  }, 180_000)

  it('a run that is killed at any request is finished', async () => {
    await fc.assert(
      fc.asyncProperty(states, states, fc.nat({ max: 15 }), async (a, b, successes) => {
        await reach(a)
        const plan = makePlan(diffStates(await live(), b, schemas), schemas)
        await apply(plan, failing(successes))
        const wishes = plan.changes.map(
          ({ kind, id, title: name, after: values }): Wish => ({
            kind,
            id,
            name,
            values,
            unknown: [],
            isPrinted: false,
          }),
        )
        await restore(wishes)
        expect(diffStates(await live(), b, schemas)).toEqual([])
      }),
      { numRuns: 12 },
    )
  }, 180_000)
})
