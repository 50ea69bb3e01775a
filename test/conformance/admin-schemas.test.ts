/**
 * `/schemas/…` as a fresh gateway prints it, against what fresh nodes of real Kong printed: every set that
 * is known, and the first plugins.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { startRecorded } from './play-admin.ts'
import { haveRecordings, kongEndpoints, kongSchema, kongSchemas } from './recordings.ts'

/** Fields and checks come in any order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, item]) => [name, sorted(item)]))
}

const versions = {
  '2.8': { major: 2, minor: 8, text: '2.8.5' },
  '3.9': { major: 3, minor: 9, text: '3.9.1' },
}

for (const version of ['2.8', '3.9'] as const) {
  describe.skipIf(!haveRecordings)(`/schemas of Kong ${version}`, () => {
    let gateway: Gateway
    beforeAll(async () => {
      gateway = await startRecorded().start(version, {})
    })
    afterAll(() => gateway.close())

    const { bySchema } = createSchemas(versions[version], () => undefined)
    it.each(kongSchemas(version, 'entities').filter(schema => bySchema(schema) !== undefined))(
      '%s',
      async schema => {
        const { json } = await ask(gateway.admin, 'GET', `/schemas/${schema}`)
        expect(sorted(json)).toEqual(sorted(kongSchema(version, 'entities', schema)))
      },
    )

    it.each(['key-auth', 'rate-limiting', 'proxy-cache'])('plugin %s', async name => {
      const { json } = await ask(gateway.admin, 'GET', `/schemas/plugins/${name}`)
      expect(sorted(json)).toEqual(sorted(kongSchema(version, 'plugins', name)))
    })

    it('no endpoint is there that Kong has not', async () => {
      const { json } = await ask(gateway.admin, 'GET', '/endpoints')
      const kong = new Set(kongEndpoints(version))
      expect((json['data'] as string[]).filter(path => !kong.has(path))).toEqual([])
    })
  })
}
