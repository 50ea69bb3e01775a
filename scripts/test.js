// `npm test`: all that must hold, in one go, from a fresh clone on. Ends with one line, `N passed, N failed`;
// each step before the tests counts as one.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from './build.js'
import { install } from './install.js'
import { runNode } from './test/children.js'
import { secretSearch } from './test/secret-search.js'

const root = resolve(import.meta.dirname, '..')
const tally = { passed: 0, failed: 0, skipped: 0, flaky: [] }

/** @param work gives whether it went well, or throws */
async function step(name, work) {
  console.log(`\n— ${name}`)
  const good = await Promise.resolve()
    .then(work)
    .catch(error => {
      console.error(error)
      return false
    })
  tally[good ? 'passed' : 'failed']++
  return good
}

async function runTests(argv) {
  const folder = mkdtempSync(join(tmpdir(), 'deck-test-'))
  const file = join(folder, 'tally.json')
  const searched = join(folder, 'searched')
  mkdirSync(searched)
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts/test/tally.js')}`]
  try {
    const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...argv]
    const env = { ...process.env, TALLY_FILE: file, SECRET_SEARCH_COUNTS: searched }
    const good = await runNode(vitest, { cwd: root, env })
    const tests = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { failed: 1 }
    for (const state of ['passed', 'failed', 'skipped']) tally[state] += tests[state] ?? 0
    tally.flaky.push(...(tests.flaky ?? []))
    const { line, isTooLittle } = secretSearch(searched, argv.length === 0)
    console.log(`\n${line}`)
    tally[isTooLittle ? 'failed' : 'passed'] += argv.length === 0 ? 1 : 0
    // It may also stumble outside of any test.
    if (!good && tally.failed === 0) tally.failed++
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const node = (...argv) => runNode(argv, { cwd: root })
const tsc = (...argv) => node('node_modules/typescript/bin/tsc', ...argv)

const steps = [
  [
    'install',
    () => {
      install()
      return true
    },
  ],
  ['format and lint', () => node('node_modules/@biomejs/biome/bin/biome', 'check', '.')],
  ['types', async () => (await tsc()) && tsc('-p', 'src/manager/page')],
  ['unused files, exports and packages', () => node('node_modules/knip/bin/knip.js')],
  ['build', () => build().then(() => true)],
]

async function main(argv) {
  for (const [name, work] of steps) {
    if (!(await step(name, work))) return
  }
  console.log('\n— tests')
  await runTests(argv)
}

await main(process.argv.slice(2))
const recordings = resolve(root, '../shared/golden')
if (!existsSync(recordings)) {
  console.log(`\nNOT COMPARED with real Kong and real decK: their recordings are expected at ${recordings}`)
}
if (tally.flaky.length > 0) {
  console.log(
    `\nFLAKY: failed at first, passed when run again:\n${tally.flaky.map(name => `  ${name}`).join('\n')}`,
  )
}
const counted = (count, word) => (count === 0 ? '' : `, ${count} ${word}`)
const extras = counted(tally.skipped, 'skipped') + counted(tally.flaky.length, 'flaky')
console.log(`\n${tally.passed} passed, ${tally.failed} failed${extras}`)
process.exitCode = tally.failed === 0 ? 0 : 1
