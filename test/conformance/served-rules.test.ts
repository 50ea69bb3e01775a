/**
 * What a gateway's schemas and our rules of bundled plugins say together: every planted mistake in a plugin is
 * known before a run writes anything, and nothing that Kong accepts is doubted. The gateway is the embedded
 * one, or the one that DECK_REAL_KONG names.
 */
import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/admin-client/client.ts'
import { fetchSchemas } from '../../src/admin-client/schemas.ts'
import { readVersion } from '../../src/admin-client/version.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { pluginProblems } from '../../src/recipes/server-checks.ts'
import { createState } from '../../src/state/state.ts'
import { type Case, havePlanted, plantedCases, withOwner } from './planted-cases.ts'

/** Tags and the like are checked with the files. */
const isOfPlugin = ({ kind, entity, path }: Case): boolean =>
  kind === 'plugins' && typeof entity['name'] === 'string' && path[0] !== 'tags'

async function addressOfGateway(): Promise<{ address: string; close(): Promise<void> }> {
  const named = process.env['DECK_REAL_KONG']
  if (named !== undefined && named !== '') return { address: named, close: async () => {} }
  const { startGateway } = await import('../../src/gateway/gateway.ts')
  const version = parseVersion('3.9.1')
  if (version === undefined) throw new Error('3.9.1 is a version')
  const loopback = { host: '127.0.0.1', port: 0 }
  const gateway = await startGateway({ adminListen: loopback, proxyListen: loopback, version })
  return { address: gateway.admin, close: () => gateway.close(0) }
}

describe.skipIf(!havePlanted)('planted mistakes in plugins', () => {
  it('are known before a run, and nothing else is', { timeout: 120_000 }, async () => {
    const gateway = await addressOfGateway()
    const client = await createClient({ address: gateway.address, parallelism: 4 })
    const source = await fetchSchemas(client, await readVersion(client))
    const cases = plantedCases().filter(isOfPlugin)
    const entities = cases.map(one => ({ kind: 'plugin', id: one.id, fields: withOwner(one) }))
    const { impossible, refused } = await pluginProblems(createState(entities, source.schemas), source)
    client.close()
    await gateway.close()
    const isRefused = (id: string): boolean => [...refused, ...impossible].some(entity => entity.id === id)
    const differing = cases.filter(({ id, kong }) => isRefused(id) === kong.valid)
    expect(cases.length).toBeGreaterThan(1000)
    expect(differing.map(({ id, cat, path, kong }) => [id, cat, path.join('.'), kong.message])).toEqual([])
  })
})
