// `npm test`: all that must hold, in one go, from a fresh clone on. Ends with one line, `N passed, N failed`; each step before the tests counts as one.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from './build.js'
import { install } from './install.js'

const root = resolve(import.meta.dirname, '..')
const tally = { passed: 0, failed: 0, skipped: 0 }

function node(...argv) {
  return spawnSync(process.execPath, argv, { cwd: root, stdio: 'inherit' }).status === 0
}

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

/** vitest's own numbers; a file that could not even be loaded has no tests, and is a failure. */
function testsIn(report) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report
  const unloaded = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some(result => result.status === 'failed'),
  )
  tally.passed += numPassedTests
  tally.failed += numFailedTests + unloaded.length
  tally.skipped += numPendingTests + numTodoTests
}

function runTests(argv) {
  const folder = mkdtempSync(join(tmpdir(), 'deck-test-'))
  const json = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${json}`]
  try {
    const good = node(join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...argv)
    if (existsSync(json)) testsIn(JSON.parse(readFileSync(json, 'utf8')))
    // It may also stumble outside of any test.
    if (!good && tally.failed === 0) tally.failed++
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

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
  ['types', () => tsc() && tsc('-p', 'src/manager/page')],
  ['build', () => build().then(() => true)],
]

async function main(argv) {
  for (const [name, work] of steps) {
    if (!(await step(name, work))) return
  }
  console.log('\n— tests')
  runTests(argv)
}

await main(process.argv.slice(2))
const recordings = resolve(root, '../shared/golden')
if (!existsSync(recordings)) {
  console.log(`\nNOT COMPARED with real Kong and real decK: their recordings are expected at ${recordings}`)
}
const skipped = tally.skipped === 0 ? '' : `, ${tally.skipped} skipped`
console.log(`\n${tally.passed} passed, ${tally.failed} failed${skipped}`)
process.exitCode = tally.failed === 0 ? 0 : 1
