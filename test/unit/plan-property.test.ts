/**
 * Whatever two states: the plan between them can be done in any order that it allows, breaks no rule of
 * Kong's on the way, and arrives.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foreignFields } from '../../src/entities/language/identity.ts'
import { isRecord } from '../../src/entities/language/values.ts'
import { applyPlan } from '../../src/plan/apply.ts'
import { diffStates } from '../../src/plan/diff.ts'
import { makePlan } from '../../src/plan/plan.ts'
import { createState } from '../../src/state/state.ts'
import { model } from '../support/plan-model.ts'
import { anyState, dealtState, schemas } from '../support/plan-states.ts'

describe('plans between random states', () => {
  it('arrive, whatever order the answers come in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.tuple(anyState, anyState), fc.tuple(dealtState, dealtState)),
        fc.scheduler(),
        fc.integer({ min: 1, max: 10 }),
        async ([a, b], order, parallelism) => {
          const plan = makePlan(diffStates(a, b, schemas), schemas)
          const gateway = model(a, schemas, () => order.schedule(Promise.resolve()))
          const outcomes: string[] = []
          const run = (async () => {
            for await (const { status } of applyPlan(plan, gateway.client, {
              schemas,
              pace: { limit: parallelism },
            }))
              outcomes.push(status)
          })()
          await order.waitFor(run)
          expect(gateway.refusals).toEqual([])
          expect(gateway.missing).toEqual([])
          expect(outcomes).toEqual(plan.changes.map(() => 'applied'))
          expect(diffStates(gateway.state(), b, schemas)).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  })

  it('are empty between a state and itself', () => {
    fc.assert(
      fc.property(anyState, state => {
        expect(diffStates(state, state, schemas)).toEqual([])
      }),
    )
  })

  it('delete nothing that is also put, unless nothing else can give up its key', () => {
    fc.assert(
      fc.property(anyState, anyState, (a, b) => {
        const { steps } = makePlan(diffStates(a, b, schemas), schemas)
        const lost = steps.filter(({ action, change }) => action === 'delete' && change.op !== 'delete')
        for (const { change } of lost) expect(['plugin', 'target', 'key-auth']).toContain(change.kind)
      }),
    )
  })

  it('leave to a cascade only deletes, each to a delete of what it belongs to', () => {
    fc.assert(
      fc.property(anyState, anyState, (a, b) => {
        const { steps } = makePlan(diffStates(a, b, schemas), schemas)
        for (const { action, change, cascadesFrom } of steps) {
          if (cascadesFrom.size === 0) continue
          expect([action, change.op]).toEqual(['delete', 'delete'])
          for (const parent of cascadesFrom) {
            expect([parent.action, parent.change.op]).toEqual(['delete', 'delete'])
            const { schema } = schemas.of(parent.change.kind)
            const taking = foreignFields(schemas.of(change.kind)).filter(
              ({ name, field }) =>
                field.reference === schema &&
                field.on_delete === 'cascade' &&
                isRecord(change.before?.[name]) &&
                change.before[name]['id'] === parent.change.id,
            )
            expect(taking.length).toBeGreaterThan(0)
          }
        }
      }),
    )
  })

  it('send no delete twice: what a cascade has taken is deleted by nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(anyState, async a => {
        const plan = makePlan(diffStates(a, createState([], schemas), schemas), schemas)
        const gateway = model(a, schemas)
        for await (const { status } of applyPlan(plan, gateway.client, { schemas }))
          expect(status).toBe('applied')
        const sent = plan.steps.filter(({ cascadesFrom }) => cascadesFrom.size === 0)
        expect(gateway.requests).toHaveLength(sent.length)
        expect(gateway.missing).toEqual([])
        expect(gateway.state().size).toBe(0)
      }),
    )
  })

  it('are the same for the same changes in any order', () => {
    fc.assert(
      fc.property(anyState, anyState, (a, b) => {
        const changes = diffStates(a, b, schemas)
        const titles = (list: typeof changes) =>
          makePlan(list, schemas).steps.map(
            ({ action, change }) => `${action} ${change.kind} ${change.title}`,
          )
        expect(titles([...changes].reverse())).toEqual(titles(changes))
      }),
    )
  })
})
