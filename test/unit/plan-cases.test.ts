/**
 * The order of work in the cases that hurt users most: names that change hands, ids that change, owners that
 * go.
 */
import { describe, expect, it } from 'vitest'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { AdminApiError } from '../../src/errors.ts'
import { applyPlan, type Outcome } from '../../src/plan/apply.ts'
import { diffStates } from '../../src/plan/diff.ts'
import { makePlan, type Plan } from '../../src/plan/plan.ts'
import { requestOf } from '../../src/plan/requests.ts'
import { createState, type State, type StateEntity } from '../../src/state/state.ts'
import { model } from '../support/plan-model.ts'
import { schemas, uuid } from '../support/plan-states.ts'

const entity = (kind: string, at: number, fields: Record<string, unknown>): StateEntity => ({
  kind,
  id: uuid(kind, at),
  fields,
})
const state = (...entities: readonly StateEntity[]): State => createState(entities, schemas)
const ref = (kind: string, at: number) => ({ id: uuid(kind, at) })
const service = (at: number, name: string, more = {}) => entity('service', at, { name, host: 'h', ...more })
const route = (at: number, name: string, serviceAt: number) =>
  entity('route', at, { name, paths: ['/'], service: ref('service', serviceAt) })

const planOf = (a: State, b: State): Plan => makePlan(diffStates(a, b, schemas), schemas)
const steps = ({ steps: list }: Plan): string[] =>
  list.map(({ action, change }) => `${action} ${change.kind} ${change.title}`)

async function apply(
  plan: Plan,
  from: State,
): Promise<{ outcomes: Outcome[]; gateway: ReturnType<typeof model> }> {
  const gateway = model(from, schemas)
  const outcomes: Outcome[] = []
  for await (const outcome of applyPlan(plan, gateway.client, { schemas })) outcomes.push(outcome)
  return { outcomes, gateway }
}

describe('the order of work', () => {
  it('swaps two names with three requests and no delete', async () => {
    const from = state(service(1, 'a'), service(2, 'b'), route(1, 'r', 1))
    const plan = planOf(from, state(service(1, 'b'), service(2, 'a'), route(1, 'r', 1)))
    expect(plan.summary).toEqual({ created: 0, updated: 2, deleted: 0 })
    const { gateway } = await apply(plan, from)
    expect(gateway.refusals).toEqual([])
    expect(gateway.requests).toHaveLength(3)
    expect(gateway.requests.every(request => request.startsWith('PUT /services/'))).toBe(true)
  })

  it('moves two unique values of one consumer to two others, which swap theirs for them', async () => {
    const consumer = (at: number, username: string, custom_id: string) =>
      entity('consumer', at, { username, custom_id })
    const from = state(consumer(1, 'a', 'v'), consumer(2, 'c', 'w'), consumer(3, 'b', 'x'))
    const to = state(consumer(1, 'c', 'x'), consumer(2, 'a', 'w'), consumer(3, 'b', 'v'))
    const plan = planOf(from, to)
    const { outcomes, gateway } = await apply(plan, from)
    expect(gateway.refusals).toEqual([])
    expect(outcomes.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied'])
    expect(diffStates(gateway.state(), to, schemas)).toEqual([])
    expect(gateway.requests).toHaveLength(4)
  })

  it('renames a plugin before it deletes it for a moment: the other order would create it again', () => {
    const plugin = (at: number, name: string | undefined, scope: number | undefined) =>
      entity('plugin', at, {
        name: 'p',
        instance_name: name,
        config: {},
        ...(scope && { service: ref('service', scope) }),
      })
    const services = [service(1, 's'), service(2, 'r')]
    const plan = planOf(
      state(...services, plugin(1, 'b', undefined), plugin(2, 'a', 2), plugin(3, undefined, 1)),
      state(...services, plugin(1, 'a', undefined), plugin(2, undefined, 1), plugin(3, 'b', 2)),
    )
    const [rename, removal, ...others] = plan.steps.filter(({ action }) => action !== 'put')
    expect([rename?.action, removal?.action, others]).toEqual(['rename', 'delete', []])
    expect(removal?.change).toBe(rename?.change)
    expect([...(removal?.needs ?? [])]).toEqual([rename])
  })

  it('passes names along a chain without a temporary one', () => {
    const plan = planOf(
      state(service(1, 'a'), service(2, 'b'), service(3, 'c')),
      state(service(1, 'b'), service(2, 'c'), service(3, 'd')),
    )
    expect(steps(plan)).toEqual(['put service d', 'put service c', 'put service b'])
  })

  it('lets the old one serve under a temporary name until the one with the new id is there', async () => {
    const from = state(service(1, 'a'), route(1, 'r', 1))
    const plan = planOf(from, state(service(2, 'a'), route(1, 'r', 2)))
    expect(plan.summary).toEqual({ created: 1, updated: 1, deleted: 1 })
    expect(steps(plan)).toEqual(['rename service a', 'put service a', 'put route r', 'delete service a'])
    const { gateway } = await apply(plan, from)
    expect(gateway.refusals).toEqual([])
  })

  it('deletes first where a key cannot be renamed: the same plugin in the same place', () => {
    const plugin = (at: number) => entity('plugin', at, { name: 'p', config: {} })
    const plan = planOf(state(plugin(1), service(1, 'a')), state(plugin(2)))
    expect(steps(plan)).toEqual(['delete plugin p (global)', 'put plugin p (global)', 'delete service a'])
  })

  it('never gives a secret a temporary value', () => {
    const key = (at: number, text: string) =>
      entity('key-auth', at, { key: text, consumer: ref('consumer', 1) })
    const consumer = entity('consumer', 1, { username: 'c' })
    const plan = planOf(
      state(consumer, key(1, 'secret-one'), key(2, 'secret-two')),
      state(consumer, key(1, 'secret-two'), key(2, 'secret-one')),
    )
    expect(plan.steps.filter(({ action }) => action === 'rename')).toEqual([])
    expect(plan.steps.filter(({ action }) => action === 'delete')).toHaveLength(1)
    expect(plan.summary).toEqual({ created: 0, updated: 2, deleted: 0 })
  })

  it('deletes what is below before what it belongs to, each counted', () => {
    const consumer = entity('consumer', 1, { username: 'c' })
    const plan = planOf(
      state(
        service(1, 'a'),
        route(1, 'r', 1),
        consumer,
        entity('key-auth', 1, { key: 'k', consumer: ref('consumer', 1) }),
        entity('plugin', 1, { name: 'p', config: {}, route: ref('route', 1) }),
      ),
      state(),
    )
    expect(plan.summary).toEqual({ created: 0, updated: 0, deleted: 5 })
    expect(steps(plan)).toEqual([
      'delete plugin p for route r',
      'delete route r',
      'delete service a',
      'delete key-auth k for consumer c',
      'delete consumer c',
    ])
  })

  it('creates before it deletes, so that an upstream is never empty', () => {
    const upstream = entity('upstream', 1, { name: 'u' })
    const target = (at: number, address: string) =>
      entity('target', at, { target: address, upstream: ref('upstream', 1) })
    const plan = planOf(state(upstream, target(1, 'a:80')), state(upstream, target(2, 'b:80')))
    expect(steps(plan)).toEqual(['put target b:80 for upstream u', 'delete target a:80 for upstream u'])
  })

  const consumerWithKey = [
    entity('consumer', 1, { username: 'c' }),
    entity('key-auth', 1, { key: 'k', consumer: ref('consumer', 1) }),
  ]
  const everything = state(
    service(1, 'a'),
    route(1, 'r', 1),
    ...consumerWithKey,
    entity('plugin', 1, { name: 'p', config: {}, route: ref('route', 1), consumer: ref('consumer', 1) }),
    entity('upstream', 1, { name: 'u' }),
    entity('target', 1, { target: 'a:80', upstream: ref('upstream', 1) }),
  )

  it('sends no delete for what goes with another delete, and reports each', async () => {
    const plan = planOf(everything, state())
    expect(plan.summary).toEqual({ created: 0, updated: 0, deleted: 7 })
    const started: string[] = []
    const gateway = model(everything, schemas)
    const outcomes: string[] = []
    for await (const { change, status } of applyPlan(plan, gateway.client, {
      schemas,
      onStart: changes => started.push(...changes.map(({ kind }) => kind)),
    }))
      outcomes.push(`${status} ${change.kind}`)
    // A service is not deleted with routes: Kong refuses it.
    expect(gateway.requests).toEqual([
      `DELETE /routes/${uuid('route', 1)}`,
      `DELETE /upstreams/${uuid('upstream', 1)}`,
      `DELETE /consumers/${uuid('consumer', 1)}`,
      `DELETE /services/${uuid('service', 1)}`,
    ])
    expect(outcomes).toHaveLength(7)
    expect(outcomes.every(one => one.startsWith('applied'))).toBe(true)
    // What a journal has of a run that is killed: the plugin may be gone with its route or with its consumer.
    expect(new Set(started)).toEqual(new Set(plan.changes.map(({ kind }) => kind)))
    expect(gateway.state().size).toBe(0)
  })

  it('keeps the request of a delete that frees a key', async () => {
    const from = state(...consumerWithKey)
    const other = entity('consumer', 2, { username: 'd' })
    const moved = entity('key-auth', 2, { key: 'k', consumer: ref('consumer', 2) })
    const { gateway, outcomes } = await apply(planOf(from, state(other, moved)), from)
    expect(gateway.refusals).toEqual([])
    expect(outcomes.every(({ status }) => status === 'applied')).toBe(true)
    expect(gateway.requests.filter(request => request.startsWith('DELETE'))).toEqual([
      `DELETE /consumers/${uuid('consumer', 1)}/key-auth/${uuid('key-auth', 1)}`,
      `DELETE /consumers/${uuid('consumer', 1)}`,
    ])
  })

  it('keeps the requests where the schemas of the gateway do not say that it cascades', () => {
    const { consumer: _, ...fields } = schemas.of('key-auth').fields
    const restricting = createSchemas(schemas.version, () => undefined, {
      overlay: new Map([['key-auth', { ...fields, consumer: { type: 'foreign', reference: 'consumers' } }]]),
    })
    const from = createState(consumerWithKey, restricting)
    const { steps } = makePlan(diffStates(from, createState([], restricting), restricting), restricting)
    expect(steps.map(({ cascadesFrom }) => cascadesFrom.size)).toEqual([0, 0])
    expect(planOf(from, state()).steps.map(({ cascadesFrom }) => cascadesFrom.size)).toEqual([1, 0])
  })

  it('takes very many changes', { timeout: 120_000 }, () => {
    const many = (offset: number) =>
      state(
        ...Array.from({ length: 5000 }, (_, at) => service(at, `s${(at + offset) % 5000}`)),
        ...Array.from({ length: 5000 }, (_, at) => route(at, `r${at}`, at)),
      )
    const plan = planOf(many(0), many(1))
    expect(plan.changes).toHaveLength(5000)
    expect(plan.steps.filter(({ action }) => action === 'rename')).toHaveLength(1)
  })
})

describe('a failure', () => {
  it('stops what was not begun, deletes among it, and names it', async () => {
    const from = state(service(1, 'old'))
    const plan = planOf(from, state(service(2, 'a'), route(1, 'r', 2), service(3, 'b')))
    const gateway = model(from, schemas)
    const refusing = {
      ...gateway.client,
      put: async (path: string): Promise<never> => {
        throw new AdminApiError({ method: 'PUT', path, status: 400, kongMessage: 'no' })
      },
    }
    const outcomes: string[] = []
    for await (const { change, status } of applyPlan(plan, refusing, { schemas, pace: { limit: 1 } }))
      outcomes.push(`${status} ${change.op} ${change.title}`)
    expect(outcomes).toEqual([
      'failed create a',
      'not-attempted create b',
      'not-attempted create r',
      'not-attempted delete old',
    ])
  })

  it('of a delete leaves what would have gone with it, which may be gone', async () => {
    const consumer = entity('consumer', 1, { username: 'c' })
    const key = entity('key-auth', 1, { key: 'k', consumer: ref('consumer', 1) })
    const from = state(consumer, key)
    const { client } = model(from, schemas)
    const refusing = {
      ...client,
      delete: async (path: string): Promise<never> => {
        throw new AdminApiError({ method: 'DELETE', path, status: 500, kongMessage: 'no' })
      },
    }
    const outcomes: object[] = []
    for await (const { change, error: _, ...outcome } of applyPlan(planOf(from, state()), refusing, {
      schemas,
    }))
      outcomes.push({ kind: change.kind, ...outcome })
    expect(outcomes).toEqual([
      { kind: 'consumer', status: 'failed' },
      { kind: 'key-auth', status: 'not-attempted', isUncertain: true },
    ])
  })

  it('lets what is under way finish', async () => {
    const plan = planOf(state(), state(service(1, 'a'), service(2, 'b')))
    const { client } = model(state(), schemas)
    const half = {
      ...client,
      put: async (path: string, body: object): Promise<unknown> => {
        if (path.endsWith('1'))
          throw new AdminApiError({ method: 'PUT', path, status: 500, kongMessage: 'no' })
        return client.put(path, body)
      },
    }
    const outcomes: string[] = []
    for await (const { change, status } of applyPlan(plan, half, { schemas, pace: { limit: 2 } }))
      outcomes.push(`${status} ${change.title}`)
    expect(outcomes.sort()).toEqual(['applied b', 'failed a'])
  })

  it('tells what is left of a swap that stopped half way', async () => {
    const from = state(service(1, 'a'), service(2, 'b'))
    const plan = planOf(from, state(service(1, 'b'), service(2, 'a')))
    const { client } = model(from, schemas)
    let puts = 0
    const tiring = {
      ...client,
      put: async (path: string, body: object): Promise<unknown> => {
        puts += 1
        if (puts > 1) throw new AdminApiError({ method: 'PUT', path, status: 500, kongMessage: 'no' })
        return client.put(path, body)
      },
    }
    const left: (string | undefined)[] = []
    for await (const outcome of applyPlan(plan, tiring, { schemas })) {
      expect(outcome.status).toBe('failed')
      left.push(outcome.left)
    }
    expect(left.filter(text => text?.includes(`deck-temporary-`))).toHaveLength(1)
  })

  it('is none where what is to be deleted is gone already', async () => {
    const from = state(service(1, 'a'))
    const { client } = model(from, schemas)
    const gone = {
      ...client,
      delete: async (path: string): Promise<never> => {
        throw new AdminApiError({ method: 'DELETE', path, status: 404, kongMessage: 'Not found' })
      },
    }
    for await (const { status } of applyPlan(planOf(from, state()), gone, { schemas }))
      expect(status).toBe('applied')
  })

  it('begins nothing after an interruption', async () => {
    const from = state()
    const { client, requests } = model(from, schemas)
    const plan = planOf(from, state(service(1, 'a')))
    for await (const { status } of applyPlan(plan, client, { schemas, signal: AbortSignal.abort() }))
      expect(status).toBe('not-attempted')
    expect(requests).toEqual([])
  })
})

describe('what is sent', () => {
  const requestsOf = (a: State, b: State) => planOf(a, b).steps.map(step => requestOf(step, schemas))

  it('is what the file gives, with the id, and the time of an existing entity', () => {
    const before = entity('service', 1, {
      id: uuid('service', 1),
      name: 'a',
      host: 'h',
      port: 80,
      path: '/old',
      created_at: 1,
      updated_at: 2,
      tags: null,
    })
    const after = service(1, 'a', { port: 81, path: null, retries: null })
    const path = `/services/${uuid('service', 1)}`
    expect(requestsOf(state(before), state(after))).toMatchObject([
      {
        method: 'PUT',
        path,
        collection: '/services',
        // Retries are 5 where nothing is said, so that null has to be said; a path that is not said is none.
        body: { id: uuid('service', 1), created_at: 1, name: 'a', host: 'h', port: 81, retries: null },
      },
    ])
  })

  it('goes below the owner for what lives there', () => {
    const consumer = entity('consumer', 1, { username: 'c' })
    const key = entity('key-auth', 1, { key: 'k', consumer: { ...ref('consumer', 1), username: 'c' } })
    const home = `/consumers/${uuid('consumer', 1)}/key-auth`
    expect(requestsOf(state(consumer), state(consumer, key))).toMatchObject([
      { method: 'PUT', path: `${home}/${key.id}`, body: { key: 'k', consumer: ref('consumer', 1) } },
    ])
    expect(requestsOf(state(consumer, key), state(consumer))).toMatchObject([
      { method: 'DELETE', path: `${home}/${key.id}` },
    ])
  })

  it('keeps a key that the server made', () => {
    const consumer = entity('consumer', 1, { username: 'c' })
    const key = (fields: object) => entity('key-auth', 1, { consumer: ref('consumer', 1), ...fields })
    const [request] = requestsOf(state(consumer, key({ key: 'made' })), state(consumer, key({ tags: ['t'] })))
    expect(request).toMatchObject({ body: { key: 'made', tags: ['t'] } })
  })

  it('is posted to the collection where a PUT only replaces (targets before 3.x)', async () => {
    const from = state(entity('upstream', 1, { name: 'u' }))
    const to = state(
      entity('upstream', 1, { name: 'u' }),
      entity('target', 1, { target: 'a:80', upstream: ref('upstream', 1) }),
    )
    const { client } = model(from, schemas)
    const posted: string[] = []
    const old = {
      ...client,
      put: async (path: string): Promise<never> => {
        throw new AdminApiError({ method: 'PUT', path, status: 404, kongMessage: 'Not found' })
      },
      post: async (path: string, body: object) => {
        posted.push(`${path} ${JSON.stringify(body)}`)
        return body
      },
    }
    for await (const { status } of applyPlan(planOf(from, to), old, { schemas }))
      expect(status).toBe('applied')
    const body = { id: uuid('target', 1), target: 'a:80', upstream: ref('upstream', 1) }
    expect(posted).toEqual([`/upstreams/${uuid('upstream', 1)}/targets ${JSON.stringify(body)}`])
  })
})
