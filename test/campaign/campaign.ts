/**
 * The whole campaign: what hostile networks, disks, files, clients and kills do to the built program. It
 * prints a table, which docs/reliability.md has.
 */
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canaries } from './canaries.ts'
import { cutOffRuns } from './cut-off-runs.ts'
import { badDisks } from './disks.ts'
import { faultyNetwork } from './faulty-network.ts'
import { killedCommands, killedGateways } from './kills.ts'
import { mutatedFiles } from './mutated-files.ts'
import { createReport } from './report.ts'
import { randomRequests, smuggledRequests } from './requests.ts'
import { seed } from './settings.ts'
import { slowClients } from './slow-clients.ts'

const report = createReport()
const parts = {
  'fault proxy in front of the Admin API': faultyNetwork,
  'kills of the command line': killedCommands,
  'runs that are cut off': cutOffRuns,
  'kills of the gateway': killedGateways,
  'full and read-only disks': badDisks,
  'slow and silent clients': slowClients,
  'smuggled requests': smuggledRequests,
  'random requests': randomRequests,
  'mutated files': mutatedFiles,
  canaries: canaries,
}

/** `npm run campaign -- --only canaries` sets it. */
const only = process.env['CAMPAIGN_ONLY'] ?? ''

let began = 0
beforeAll(() => {
  began = performance.now()
})
afterAll(() => {
  const minutes = ((performance.now() - began) / 60_000).toFixed(1)
  const failures = report.failures().slice(0, 20)
  const text = [
    report.table(),
    `\nSeed ${seed}, ${minutes} minutes.`,
    ...failures.map(
      ({ part, wrong, what, input, output }) =>
        `\nFAILED ${part}: ${what}: ${wrong.join('; ')}\n--- input\n${input.slice(0, 2000)}\n--- output\n${output.slice(0, 2000)}`,
    ),
  ].join('\n')
  const file = process.env['CAMPAIGN_TABLE']
  if (file === undefined) process.stdout.write(`${text}\n`)
  else writeFileSync(file, `${text}\n`)
})

test.each(Object.entries(parts).filter(([name]) => name.includes(only)))('%s', async (name, part) => {
  await part(report, name)
  const failed = report.failures().filter(failure => failure.part === name)
  expect(failed.map(({ what, wrong }) => `${what}: ${wrong.join('; ')}`)).toEqual([])
})
