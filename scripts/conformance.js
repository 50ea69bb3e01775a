/**
 * Prints how many recorded exchanges of real Kong this gateway answers alike; `npm run conformance -- --all`
 * lists what differs. Then compares what `validate` says of planted mistakes with and without a gateway. With
 * DECK_PEER=/path/to/deck also whether that program reads our files alike. With DECK_REAL_KONG=URL the property
 * tests of plans, rollback and resume run on that gateway first, which must be empty, and planted mistakes are
 * compared with its own answers.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { installNodeVersions } from './conformance/node-versions.js'
import { packageIsClean } from './conformance/package-checks.js'

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
if (![packageIsClean(repository), worksOnEveryNode()].every(Boolean)) process.exitCode = 1
if (process.argv.includes('--package')) process.exit()
if (process.env.DECK_REAL_KONG !== undefined) {
  if (!passes('test/unit/restore-every-kind.test.ts')) process.exitCode = 1
  if (!passes('test/cli/cut-runs.test.ts', { DECK_CASES: '40' })) process.exitCode = 1
}
if (!existsSync(path.resolve(repository, '../shared/golden'))) {
  console.error(
    'NOT COMPARED with real Kong: there are no recordings beside this repository (../shared/golden)',
  )
  process.exit(1)
}
process.env.DECK_REPOSITORY = repository

const outdir = path.join(repository, 'node_modules/.cache/conformance')
mkdirSync(outdir, { recursive: true })
await build({
  entryPoints: [path.join(repository, 'test/conformance/play-admin.ts')],
  outfile: path.join(outdir, 'play-admin.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
})
const { playAdmin, startRecorded, tally } = await import(
  pathToFileURL(path.join(outdir, 'play-admin.mjs')).href
)

const all = process.argv.includes('--all')
for (const version of ['2.8', '3.9']) {
  const played = await playAdmin(version, startRecorded())
  const { matched, better, unmatched } = tally(played)
  const reasons = new Map()
  for (const verdict of played.flatMap(({ verdicts }) => verdicts)) {
    if (verdict.what === 'not concerned') reasons.set(verdict.why, (reasons.get(verdict.why) ?? 0) + 1)
  }
  const passedOver = [...reasons].map(([why, count]) => `; ${count} not compared: ${why}`).join('')
  console.log(
    `Kong ${version} Admin API: ${matched + better}/${matched + better + unmatched} matched ` +
      `(${better} of them clear refusals where Kong broke down)${passedOver}`,
  )
  if (!all) continue
  for (const { scenario, verdicts } of played) {
    for (const verdict of verdicts) {
      if (verdict.what === 'unmatched') console.log(`  ${scenario}#${verdict.n} ${verdict.why.slice(0, 300)}`)
    }
  }
}

/** @returns whether the package works on the versions of Node that could be installed; the others are named */
function worksOnEveryNode() {
  const versions = [...installNodeVersions(repository)]
  for (const [version, program] of versions) {
    if (program === undefined) console.error(`NOT TESTED on Node ${version}: npm could not install it`)
  }
  const programs = versions.flatMap(([, program]) => program ?? [])
  const env = { DECK_NODE_VERSIONS: programs.join(path.delimiter) }
  return programs.length === 0 || passes('test/conformance/node-versions.test.ts', env)
}

/** @returns whether the tests of a file pass */
function passes(file, env = {}) {
  const vitest = path.join(repository, 'node_modules/vitest/vitest.mjs')
  const argv = [vitest, 'run', file]
  const options = { cwd: repository, stdio: 'inherit', env: { ...process.env, ...env } }
  return spawnSync(process.execPath, argv, options).status === 0
}

// Every planted mistake, offline and with both gateways: this takes minutes.
if (!passes('test/conformance/same-diagnostics.test.ts', { DECK_ALL_CASES: '1' })) process.exitCode = 1
if (!passes('test/conformance/served-rules.test.ts')) process.exitCode = 1
if (process.env.DECK_PEER !== undefined && !passes('test/conformance/peer.test.ts')) process.exitCode = 1
