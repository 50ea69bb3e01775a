/** Lists of more than one page, and what is read below the entities in them. */
import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/admin-client/client.ts'
import { fetchState } from '../../src/admin-client/fetch-state.ts'
import { inParallel } from '../../src/admin-client/in-parallel.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { emptyGateway } from '../support/empty-gateway.ts'
import { faultyRelay } from '../support/faulty-relay.ts'

describe('nested lists', () => {
  it('are requested while the next page of their owners is on its way', async () => {
    const { client, version, close } = await emptyGateway()
    const names = Array.from({ length: 1001 }, (_, index) => `u${index}`)
    await inParallel(names, client.pace, name => client.put(`/upstreams/${name}`, {}))
    const some = names.filter((_, index) => index % 100 === 0)
    await inParallel(some, client.pace, async name => {
      await client.post(`/upstreams/${name}/targets`, { target: '127.0.0.1:80' })
    })
    let seeTargets: () => void = () => {}
    const targetsSeen = new Promise<void>(resolve => {
      seeTargets = resolve
    })
    const relay = await faultyRelay(client.address, ({ path }) => {
      if (path.includes('/targets')) seeTargets()
      return /^\/upstreams\?.*offset=/.test(path) ? { what: 'held', until: targetsSeen } : undefined
    })
    const reader = await createClient({ address: relay.address })
    const state = await fetchState(
      reader,
      createSchemas(version, () => undefined),
    )
    expect(state.all('upstream')).toHaveLength(1001)
    expect(state.all('target')).toHaveLength(some.length)
    // Whatever came first: the targets are in the order of their upstreams.
    const owners = state.all('target').map(({ fields }) => (fields['upstream'] as { id: string }).id)
    expect(owners).toEqual(
      state
        .all('upstream')
        .map(({ id }) => id)
        .filter(id => owners.includes(id)),
    )
    reader.close()
    await inParallel(state.all('upstream'), client.pace, ({ id }) => client.delete(`/upstreams/${id}`))
    await close()
  }, 120_000)
})
