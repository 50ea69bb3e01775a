/**
 * Runs between random states of every kind, cut off at random requests: resumed, they reach what they wanted;
 * rolled back, what was there before.
 */
import fc from 'fast-check'
import { createClient } from '../../src/admin-client/client.ts'
import { readVersion } from '../../src/admin-client/version.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { pluginSchema } from '../../src/entities/plugin-registry.ts'
import { serve } from '../support/binary.ts'
import { anyCut, cutRuns } from '../support/cut-runs.ts'
import { anyPair } from '../support/every-kind.ts'
import type { Report } from './report.ts'
import { seed, times } from './settings.ts'

export async function cutOffRuns(report: Report, part: string): Promise<void> {
  const gateway = await serve()
  const client = await createClient({ address: gateway.admin, parallelism: 4 })
  const { version } = await readVersion(client)
  const schemas = createSchemas(version, name => pluginSchema(name, version))
  const { attempt, count } = await cutRuns({ client, schemas })
  const cases = fc.sample(fc.tuple(anyPair(schemas), anyCut), { numRuns: times(20), seed })
  for (const [index, [[a, b], cut]] of cases.entries()) {
    const before = count()
    const wrong = await attempt(a, b, cut)
    if (count() > before) report.counted(part, 'runs cut off')
    report.tried(part, wrong, () => ({
      what: `case ${index} of seed ${seed}`,
      input: JSON.stringify(cut),
      output: wrong.join('\n'),
    }))
  }
  client.close()
  await gateway.stop()
}
