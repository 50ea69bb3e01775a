/**
 * Runs between random states of every kind, cut off at random requests: `resume` then reaches what the run
 * wanted, `rollback` what was there before. The gateway is a process of its own, or the one that DECK_REAL_KONG
 * names. DECK_CASES: how many cases (`npm run conformance` and `npm run campaign` try many).
 */
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { createClient } from '../../src/admin-client/client.ts'
import { readVersion } from '../../src/admin-client/version.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { pluginSchema } from '../../src/entities/plugin-registry.ts'
import { createState } from '../../src/state/state.ts'
import { serve } from '../support/binary.ts'
import { anyCut, cutRuns, reach } from '../support/cut-runs.ts'
import { emptyGateway } from '../support/empty-gateway.ts'
import { anyPair, dealtNames } from '../support/every-kind.ts'

const cases = Number(process.env['DECK_CASES'] ?? 4)

const { client, close } = process.env['DECK_REAL_KONG'] ? await emptyGateway() : await separateGateway()
const { version } = await readVersion(client)
const schemas = createSchemas(version, name => pluginSchema(name, version))

async function separateGateway() {
  const gateway = await serve()
  const own = await createClient({ address: gateway.admin, parallelism: 4 })
  return {
    client: own,
    close: async (): Promise<void> => {
      own.close()
      await gateway.stop()
    },
  }
}

// What the tests have created is deleted: the next run needs an empty gateway as well.
afterAll(() => reach(createState([], schemas), { client, schemas }).finally(close))

it(
  'a run that is cut off at any request can be resumed and rolled back',
  async () => {
    const { attempt } = await cutRuns({ client, schemas })
    await fc.assert(
      fc.asyncProperty(anyPair(schemas), anyCut, async ([a, b], cut) => {
        expect(await attempt(a, b, cut), JSON.stringify(cut)).toEqual([])
      }),
      // A case takes seconds: the seed is what is needed, not the smallest case.
      { numRuns: cases, endOnFailure: true },
    )
  },
  60_000 + cases * 60_000,
)

it('tries names of several kinds, and circles of them', () => {
  const states = fc.sample(dealtNames(schemas), { numRuns: 50, seed: 1 })
  const kinds = new Set(states.flat().map(({ kind }) => kind))
  for (const kind of ['service', 'route', 'consumer', 'upstream']) expect(kinds).toContain(kind)
})
