// `npm run bench -- --startup`: what each call costs before it works: this program on Node, the standalone
// one where it is built, and another (`--vs PATH`), in turn.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const commands = address => ({
  version: ['version'],
  help: ['--help'],
  'file validate': ['file', 'validate', 'kong.yaml'],
  'gateway ping': ['gateway', 'ping', '--kong-addr', address],
  'gateway diff': ['gateway', 'diff', 'kong.yaml', '--kong-addr', address],
})

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

/**
 * Bash adds up the time of all threads, in milliseconds; of a run this short, /proc shows too little before it
 * ends.
 */
function shortRun(binary, argv, folder) {
  const log = join(folder, 'run.log')
  const script = `TIMEFORMAT='%3R %3U %3S'; { time "$@" >run.log 2>&1; } 2>&1`
  const { status, stdout } = spawnSync('bash', ['-c', script, 'bash', ...binary, ...argv], {
    cwd: folder,
    env: { ...process.env, HOME: folder, DECK_ANALYTICS: 'off' },
    encoding: 'utf8',
  })
  if (status !== 0) {
    throw new Error(
      `${binary.join(' ')} ${argv.join(' ')} ended with ${status}:\n${readFileSync(log, 'utf8')}`,
    )
  }
  const [wall, user, system] = stdout
    .trim()
    .split(' ')
    .map(seconds => Number(seconds) * 1000)
  return { wall, cpu: user + system }
}

/** Each run beside the other's of the same round: what else the machine does meets both. */
const ratio = (runs, others, key) =>
  median(runs.map((one, round) => one[key] / others[round][key])).toFixed(2)

function rowOf(name, runs) {
  const cells = Object.values(runs).flatMap(all => [
    median(all.map(one => one.wall)).toFixed(0),
    median(all.map(one => one.cpu)).toFixed(0),
  ])
  const own = Object.keys(runs).filter(who => who !== 'other')
  const ratios = key =>
    runs.other ? own.map(who => `${who} ${ratio(runs[who], runs.other, key)}`).join(', ') : ''
  return [name, ...cells, ratios('wall'), ratios('cpu')]
}

/**
 * @param binaries name → program with its first arguments; `other` is what the rest is compared with
 * @param text the state file, which the gateway has already
 */
export function measureStartUp(binaries, address, folder, text, rounds) {
  writeFileSync(join(folder, 'kong.yaml'), text)
  const rows = []
  for (const [name, argv] of Object.entries(commands(address))) {
    const runs = Object.fromEntries(Object.keys(binaries).map(who => [who, []]))
    for (let round = 0; round < rounds; round++) {
      for (const [who, binary] of Object.entries(binaries)) {
        runs[who].push(shortRun(binary, argv, folder))
      }
    }
    rows.push(rowOf(name, runs))
  }
  const head = [
    'start-up',
    ...Object.keys(binaries).flatMap(who => [`${who} ms`, 'CPU ms']),
    'wall beside other',
    'CPU beside other',
  ]
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map(row => row[at].length)))
  console.log(
    [head, ...rows].map(row => row.map((cell, at) => cell.padStart(widths[at])).join('  ')).join('\n'),
  )
}
