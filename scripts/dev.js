// `npm run dev -- sync kong.yaml`: runs the program from its sources, as `deck sync kong.yaml` would. What
// has changed since the last time is bundled first, without the libraries and without anything that makes
// start-up fast: a second instead of ten.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fingerprint } from './build/fingerprint.js'
import { buildPage } from './build/page.js'
import { install } from './install.js'

const root = resolve(import.meta.dirname, '..')
/**
 * Looks like the project to the program: package.json and dist/. Libraries are found in the node_modules
 * above it.
 */
const folder = join(root, '.tmp/dev')
const dist = join(folder, 'dist')

/** Builds what is older than its sources. */
async function refresh(name, sources, build) {
  const stamp = join(folder, `${name}.made-from`)
  const now = fingerprint(root, [...sources, 'package.json', 'scripts'])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return
  await build()
  writeFileSync(stamp, now)
}

async function bundle() {
  const { build } = await import('esbuild')
  rmSync(join(dist, 'program'), { recursive: true, force: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts', 'src/gateway/workers/program.ts', 'src/manager/thread-program.ts'],
    outdir: join(dist, 'program'),
    entryNames: '[name]',
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    logLevel: 'warning',
  })
  writeFileSync(join(dist, 'worker.cjs'), "import('./program/program.js')\n")
  writeFileSync(join(dist, 'thread.cjs'), "import('./program/thread-program.js')\n")
}

install()
mkdirSync(dist, { recursive: true })
await refresh('program', ['src'], bundle)
const argv = process.argv.slice(2)
if (['serve', 'manager'].includes(argv[0])) {
  await refresh('page', ['src/manager/page'], () => buildPage(root, join(dist, 'manager')))
}
process.setSourceMapsEnabled(true)
const { main } = await import(pathToFileURL(join(dist, 'program/main.js')).href)
process.exitCode = await main(argv, folder)
