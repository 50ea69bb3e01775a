// `npm run bench -- --safety`: what preflight, the journal and the second reading cost a sync. The same sync
// runs with and without them at the same time, each on a gateway of its own: a busy machine slows both alike, so that
// the ratios of processor time hold. docs/benchmarks.md has the results.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startGateway } from './gateway.js'
import { measuredRun } from './measured-run.js'
import { startCounter } from './relays.js'
import { stateFile } from './state-file.js'

const without = ['--skip-preflight', '--no-journal', '--skip-recheck']
const modes = { without, 'preflight and journal': ['--skip-recheck'], all: [] }

/** The same entities, each with a field changed. */
const changed = text =>
  text
    .replaceAll(/^ {2}host: .*$/gm, '$&\n  port: 8080')
    .replaceAll('- /path-', '- /other-path-')
    .replaceAll('        minute: ', '        hour: ')
    .replaceAll(/^- username: (.*)$/gm, '$&\n  custom_id: $1')
    .replaceAll(/^- name: upstream-.*$/gm, '$&\n  slots: 1000')
    .replaceAll('weight: 50', 'weight: 60')

const steps = {
  create: ['sync', 'new.yaml'],
  diff: ['diff', 'changed.yaml'],
  update: ['sync', 'changed.yaml'],
  'no change': ['sync', 'changed.yaml'],
  delete: ['sync', 'empty.yaml'],
}

async function prepare(mode, entities, folder) {
  const own = join(folder, mode.replaceAll(' ', '-'))
  mkdirSync(own, { recursive: true })
  const text = stateFile(entities)
  writeFileSync(join(own, 'new.yaml'), text)
  writeFileSync(join(own, 'changed.yaml'), changed(text))
  writeFileSync(join(own, 'empty.yaml'), '_format_version: "3.0"\n')
  const gateway = await startGateway(own, { stderr: 'ignore' })
  return { mode, folder: own, gateway, counter: await startCounter(gateway.admin) }
}

function runStep(binary, { mode, folder }, [command, file], address) {
  const flags = command === 'sync' ? [...modes[mode], '--max-deletes', 'all', '--silence-events'] : []
  return measuredRun(binary, ['gateway', command, file, ...flags, '--kong-addr', address], folder)
}

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

function table(sizes, results, requests) {
  const head = ['step', ...Object.keys(modes).flatMap(mode => [`${mode}: CPU s`, 'ratio', 'requests'])]
  const rows = Object.keys(steps).map(step => [
    step,
    ...Object.keys(modes).flatMap(mode => {
      const cpu = results[step].map(round => round[mode].cpu)
      const ratios = results[step].map(round => round[mode].cpu / round.without.cpu)
      return [(median(cpu) / 1000).toFixed(2), median(ratios).toFixed(2), requests[step][mode]]
    }),
  ])
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map(row => String(row[column]).length)))
  const lines = all.map(row => row.map((cell, at) => String(cell).padStart(widths[at])).join('  '))
  return [`\n${sizes} entities`, ...lines].join('\n')
}

/** @param binary of the command line, and its first arguments */
export async function measureSafety(binary, sizes, rounds, folder) {
  for (const entities of sizes) {
    const sides = []
    for (const mode of Object.keys(modes)) sides.push(await prepare(mode, entities, folder))
    try {
      const results = Object.fromEntries(Object.keys(steps).map(step => [step, []]))
      const requests = Object.fromEntries(Object.keys(steps).map(step => [step, {}]))
      for (const [step, argv] of Object.entries(steps)) {
        for (const side of sides) {
          side.counter.reset()
          await runStep(binary, side, argv, side.counter.address)
          requests[step][side.mode] = side.counter.count()
        }
      }
      for (let round = 0; round < rounds; round++) {
        for (const [step, argv] of Object.entries(steps)) {
          const order = round % 2 === 0 ? sides : sides.toReversed()
          const runs = await Promise.all(
            order.map(async side => [side.mode, await runStep(binary, side, argv, side.gateway.admin)]),
          )
          results[step].push(Object.fromEntries(runs))
        }
      }
      console.log(table(entities, results, requests))
    } finally {
      for (const { gateway, counter } of sides) {
        counter.stop()
        await gateway.stop()
      }
    }
  }
}
