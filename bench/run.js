// `npm run bench`: state files of several sizes synced, diffed, dumped and reset, at two distances from the
// gateway, by this binary and, with `--vs PATH`, by another one, in turn and on the same gateway, so that the
// ratios hold on a slow or busy machine too. Prints tables; docs/benchmarks.md says how to read them.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from '../scripts/build.js'
import { startGateway } from './gateway.js'
import { measuredRun } from './measured-run.js'
import { openApiDocument } from './openapi-document.js'
import { startCounter, startDelay } from './relays.js'
import { measureSafety } from './safety.js'
import { measureStartUp } from './start-up.js'
import { stateFile } from './state-file.js'

const root = resolve(import.meta.dirname, '..')
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? otherwise : process.argv[at + 1]
}
const list = text => text.split(',').map(Number)
const sizes = list(option('entities', '10,1000,10000,19000'))
const latencies = list(option('latency', '0,10'))
const rounds = Number(option('rounds', 1))
const other = option('vs')
const isStartUpOnly = process.argv.includes('--startup')
const isSafetyOnly = process.argv.includes('--safety')
const gatewayAt = option('gateway')
const onlyFiles = process.argv.includes('--only-files')
// Passed to every command: `--flags "--parallelism 10"`.
const flags = option('flags', '').split(' ').filter(Boolean)

const steps = {
  sync: ['gateway', 'sync', 'kong.yaml', '--silence-events', ...flags],
  'diff (no change)': ['gateway', 'diff', 'kong.yaml', ...flags],
  dump: ['gateway', 'dump', '-o', 'dump.yaml', '--yes'],
  reset: ['gateway', 'reset', '--force'],
}

// Each binary goes through all steps, in turn with the other; the median of the rounds counts.
async function measure(binaries, address, folder, each = async () => {}) {
  const results = {}
  for (const [who, binary] of Object.entries(binaries)) {
    for (const [step, argv] of Object.entries(steps)) {
      const result = await measuredRun(binary, [...argv, '--kong-addr', address], folder)
      await each(who, step)
      results[step] = { ...results[step], [who]: [...(results[step]?.[who] ?? []), result] }
    }
  }
  return results
}

const merged = (a, b) =>
  Object.fromEntries(
    Object.entries(b).map(([step, of]) => [
      step,
      Object.fromEntries(
        Object.entries(of).map(([who, runs]) => [who, [...(a[step]?.[who] ?? []), ...runs]]),
      ),
    ]),
  )

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

/** @param byCpu the ratio is of CPU times: nothing else takes part in the work */
function table(results, requests, names, byCpu = false) {
  const head = ['step', ...names.flatMap(who => [`${who} s`, 'CPU s', 'MB', 'requests'])]
  const rows = Object.entries(results).map(([step, of]) => {
    const cells = names.flatMap(who => {
      const values = key => of[who].map(one => one[key]).filter(Boolean)
      const seconds = key => (values(key).length > 0 ? (median(values(key)) / 1000).toFixed(2) : '-')
      const peak = values('peak').length > 0 ? Math.max(...values('peak')).toFixed(0) : '-'
      return [seconds('wall'), seconds('cpu'), peak, requests[step]?.[who] ?? '-']
    })
    const ratio = (one, other) => (byCpu ? one.cpu / other.cpu : one.wall / other.wall)
    const ratios = names.length > 1 ? of.deck.map((one, round) => ratio(one, of.other[round])) : []
    return [step, ...cells, ...(ratios.length > 0 ? [median(ratios).toFixed(2)] : [])]
  })
  const all = [[...head, ...(names.length > 1 ? ['ratio'] : [])], ...rows]
  const widths = all[0].map((_, column) => Math.max(...all.map(row => String(row[column]).length)))
  return all.map(row => row.map((cell, at) => String(cell).padStart(widths[at])).join('  ')).join('\n')
}

async function startUp(binaries, address, folder) {
  const guide = readFileSync(join(root, 'fixtures/guide/kong.yaml'), 'utf8')
  // decK takes the old format for no Kong of these days.
  const text = guide.replace('"1.1"', '"3.0"')
  writeFileSync(join(folder, 'kong.yaml'), text)
  await measuredRun(binaries.deck, [...steps.sync, '--kong-addr', address], folder)
  const { other, ...own } = binaries
  // Where it is built: npm run build:binary.
  const binary = join(root, 'dist/bin/deck')
  const all = { ...own, ...(existsSync(binary) && { binary: [binary] }), ...(other && { other }) }
  measureStartUp(all, address, folder, text, Number(option('rounds', 15)))
  await measuredRun(binaries.deck, [...steps.reset, '--kong-addr', address], folder)
}

// `deck file` commands on a state file of 10,000 entities, with comments and quotes as people write them:
// what reading and writing YAML costs.
async function measureFiles(binaries, folder) {
  const text = stateFile(10_000).replaceAll(/^- name: (.*)$/gm, '- name: "$1" # by hand')
  writeFileSync(join(folder, 'by-hand.yaml'), text)
  const document = openApiDocument(6500)
  writeFileSync(join(folder, 'openapi.yaml'), document)
  const commands = {
    'file validate': ['file', 'validate', 'by-hand.yaml'],
    'file add-tags': ['file', 'add-tags', '-s', 'by-hand.yaml', 'x', '-o', 'out.yaml'],
    'file merge': ['file', 'merge', 'by-hand.yaml', '-o', 'out.yaml'],
    'file render': ['file', 'render', 'by-hand.yaml', '-o', 'out.yaml'],
    'file namespace': ['file', 'namespace', '-s', 'by-hand.yaml', '--path-prefix', '/x', '-o', 'out.yaml'],
    'file openapi2kong': ['file', 'openapi2kong', '-s', 'openapi.yaml', '-o', 'out.yaml'],
  }
  const results = {}
  for (let round = 0; round < rounds; round++) {
    for (const [step, argv] of Object.entries(commands)) {
      for (const [who, binary] of Object.entries(binaries)) {
        const result = await measuredRun(binary, argv, folder)
        results[step] = { ...results[step], [who]: [...(results[step]?.[who] ?? []), result] }
      }
    }
  }
  const megabytes = of => `${(of.length / 1e6).toFixed(1)} MB`
  console.log(`\na state file of ${megabytes(text)}, an OpenAPI document of ${megabytes(document)}`)
  console.log(table(results, {}, Object.keys(binaries), true))
}

async function measureGateways(binaries, folder) {
  const gateway =
    gatewayAt === undefined
      ? await startGateway(folder, { stderr: 'ignore' })
      : { admin: gatewayAt, stop: () => {} }
  const counter = await startCounter(gateway.admin)
  try {
    await startUp(binaries, gateway.admin, folder)
    if (isStartUpOnly) return
    for (const entities of sizes) await measureSize(entities, binaries, gateway, counter, folder)
  } finally {
    counter.stop()
    gateway.stop()
  }
}

async function measureSize(entities, binaries, gateway, counter, folder) {
  writeFileSync(join(folder, 'kong.yaml'), stateFile(entities))
  // Requests are counted in a run of their own, so that counting costs no time in the others.
  const requests = {}
  await measure(binaries, counter.address, folder, async (who, step) => {
    requests[step] = { ...requests[step], [who]: counter.count() }
    counter.reset()
  })
  for (const latency of latencies) {
    const delay = latency > 0 ? await startDelay(gateway.admin, latency) : undefined
    let results = {}
    for (let round = 0; round < rounds; round++) {
      results = merged(results, await measure(binaries, delay?.address ?? gateway.admin, folder))
    }
    delay?.stop()
    console.log(`\n${entities} entities, ${latency} ms from the gateway`)
    console.log(table(results, requests, Object.keys(binaries)))
  }
}

await build()
const folder = mkdtempSync(join(tmpdir(), 'deck-bench-'))
const binaries = {
  deck: [process.execPath, join(root, 'bin/run.js')],
  ...(other && { other: [resolve(other)] }),
}
try {
  console.log(`medians of ${rounds}, Node ${process.version}, ${gatewayAt ?? 'embedded gateway as Kong 3.9'}`)
  if (isSafetyOnly) await measureSafety(binaries.deck, list(option('entities', '3000,19000')), rounds, folder)
  else {
    if (!isStartUpOnly) await measureFiles(binaries, folder)
    if (!onlyFiles) await measureGateways(binaries, folder)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
