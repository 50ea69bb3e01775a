// `npm run bench`: 2,500 entities synced, diffed, dumped and reset, and the start-up of `deck version`, by this binary and, with `--vs PATH`, by another one, in
// turn and on the same gateway, so that the ratios hold on a slow or busy machine too. Prints a table; docs/benchmarks.md says how to read it.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from '../scripts/build.js'
import { startCounter } from './counter.js'
import { stateFile } from './state-file.js'

const root = resolve(import.meta.dirname, '..')
const option = name => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? undefined : process.argv[at + 1]
}
const entities = Number(option('entities') ?? 2500)
const rounds = Number(option('rounds') ?? 3)
const other = option('vs')

/** Peak memory of a process, from the kernel where it tells (Linux), in MB. */
function watchMemory(pid) {
  let peak
  const look = () => {
    try {
      const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
      if (match !== null) peak = Number(match[1]) / 1024
    } catch {
      // The process is gone, or this is no Linux: what was seen last counts.
    }
  }
  const timer = setInterval(look, 10)
  return () => {
    clearInterval(timer)
    return peak
  }
}

function run(binary, argv, folder) {
  return new Promise((done, fail) => {
    const started = process.hrtime.bigint()
    const child = spawn(binary[0], [...binary.slice(1), ...argv], {
      cwd: folder,
      env: { ...process.env, HOME: folder, DECK_ANALYTICS: 'off' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stop = watchMemory(child.pid)
    let output = ''
    child.stdout.on('data', chunk => {
      output += chunk
    })
    child.stderr.on('data', chunk => {
      output += chunk
    })
    child.on('error', fail)
    child.on('close', code => {
      const wall = Number(process.hrtime.bigint() - started) / 1e6
      const peak = stop()
      if (code === 0) done({ wall, peak })
      else
        fail(new Error(`${binary.join(' ')} ${argv.join(' ')} ended with ${code}:\n${output.slice(-2000)}`))
    })
  })
}

async function startGateway(folder) {
  const ready = join(folder, 'ready.json')
  const listen = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const child = spawn(
    process.execPath,
    [join(root, 'bin/run.js'), 'serve', ...listen, '--ready-file', ready],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  for (;;) {
    try {
      return { ...JSON.parse(readFileSync(ready, 'utf8')), stop: () => child.kill() }
    } catch {
      if (child.exitCode !== null) throw new Error('the gateway did not start')
      await new Promise(next => setTimeout(next, 20))
    }
  }
}

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

async function measure() {
  await build()
  const folder = mkdtempSync(join(tmpdir(), 'deck-bench-'))
  writeFileSync(join(folder, 'kong.yaml'), stateFile(entities))
  writeFileSync(join(folder, 'empty.yaml'), '_format_version: "3.0"\n')
  const binaries = {
    deck: [process.execPath, join(root, 'bin/run.js')],
    ...(other && { other: [resolve(other)] }),
  }
  const gateway = await startGateway(folder)
  const counter = await startCounter(gateway.admin)
  const addr = ['--kong-addr', gateway.admin]
  const steps = {
    version: ['version'],
    sync: ['gateway', 'sync', 'kong.yaml', '--silence-events', ...addr],
    'diff (no change)': ['gateway', 'diff', 'kong.yaml', ...addr],
    dump: ['gateway', 'dump', '-o', 'dump.yaml', '--yes', ...addr],
    reset: ['gateway', 'reset', '--force', ...addr],
  }
  const results = {}
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [who, binary] of Object.entries(binaries)) {
        for (const [step, argv] of Object.entries(steps)) {
          const result = await run(binary, argv, folder)
          results[step] ??= {}
          results[step][who] ??= []
          results[step][who].push(result)
        }
      }
    }
    // Requests are counted in a run of their own, through a relay, so that counting costs no time above.
    for (const [who, binary] of Object.entries(binaries)) {
      for (const [step, argv] of Object.entries(steps)) {
        if (!argv.includes('--kong-addr')) continue
        counter.reset()
        await run(binary, [...argv.slice(0, -1), counter.address], folder)
        results[step][who].requests = counter.count()
      }
    }
  } finally {
    counter.stop()
    gateway.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { results, names: Object.keys(binaries) }
}

function table({ results, names }) {
  const rows = [
    [
      'step',
      ...names.flatMap(who => [`${who} ms`, 'MB', 'requests']),
      ...(names.length > 1 ? ['ratio'] : []),
    ],
  ]
  for (const [step, of] of Object.entries(results)) {
    const cells = names.flatMap(who => {
      const peaks = of[who].map(one => one.peak).filter(Boolean)
      return [
        median(of[who].map(one => one.wall)).toFixed(0),
        peaks.length === 0 ? '-' : Math.max(...peaks).toFixed(0),
        of[who].requests ?? '-',
      ]
    })
    const ratios = names.length > 1 ? of.deck.map((one, round) => one.wall / of.other[round].wall) : []
    rows.push([step, ...cells, ...(ratios.length > 0 ? [median(ratios).toFixed(2)] : [])])
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => String(row[column]).length)))
  return rows
    .map(row => row.map((cell, column) => String(cell).padStart(widths[column])).join('  '))
    .join('\n')
}

const measured = await measure()
console.log(
  `${entities} entities, medians of ${rounds} rounds, Node ${process.version}, embedded gateway as Kong 3.9`,
)
console.log(table(measured))
