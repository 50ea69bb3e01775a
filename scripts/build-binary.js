// `npm run build:binary [-- --target PLATFORM|all]`: the program as one file that needs no Node, in
// dist/bin/, with its checksum, licences and list of parts (SBOM). Why Bun here and Node elsewhere:
// docs/decisions/2026-12-01-standalone-binary.md.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ownPlatform, platforms, runtimeFor } from './binary/runtime.js'
import { filesAt, stage, threads } from './binary/stage.js'
import { runTypically } from './build/warm-up.js'
import { build } from './build.js'
import { writeChecksums } from './checksums.js'
import { writeSbom } from './sbom.js'

const root = resolve(import.meta.dirname, '..')
const target = join(root, 'dist/bin')

/**
 * Also on Linux, where the runtime of another platform is packed by that of this one.
 *
 * @param orders files that name the functions which runs use; Bun puts their bytecode together
 */
async function compile(platform, outfile, orders) {
  const folder = join(root, 'dist/bin/.stage')
  const own = runtimeFor(root, ownPlatform())
  const theirs = runtimeFor(root, platform)
  await stage(root, folder, theirs.lmdb)
  const files = filesAt(platforms[platform].os)
  const argv = [
    'build',
    '--compile',
    '--bytecode',
    '--minify',
    '--root=.',
    '--asset-naming=[dir]/[name].[ext]',
    `--outfile=${outfile}`,
    // A short run spends half of its CPU time on machine code that it hardly uses. Bun compiles a function
    // after this many times the usual number of calls; the entry (stage.js) ends that for long runs.
    '--compile-jit-policy=30',
    // A file of the folder that it runs in is no business of the program.
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
    // Where the bundles are; Bun would write their paths on the machine that builds. Only lint.cjs asks for
    // its own name, to start a thread.
    `--define=__dirname="${files}/dist"`,
    `--define=__filename="${files}/dist/lint.cjs"`,
    '--external=msgpackr-extract',
    '--external=picomatch',
    '--external=typescript',
    '--external=tsx',
  ]
  if (orders.length > 0) argv.push(`--bytecode-order=${orders.join(',')}`)
  if (platform !== ownPlatform()) {
    argv.push(`--target=bun-${platform}`, `--compile-executable-path=${theirs.bun}`)
  }
  const { status, stderr } = spawnSync(own.bun, [...argv, 'deck.mjs', ...threads], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`Bun could not build the program:\n${stderr}`)
}

/**
 * Builds this platform's program, runs it, and has it name the functions that it uses. The program becomes
 * 10 MB smaller, and a run needs less memory.
 *
 * @returns files in a folder, the most frequent command first
 */
async function recordOrders(folder) {
  const program = join(folder, process.platform === 'win32' ? 'deck.exe' : 'deck')
  await compile(ownPlatform(), program, [])
  const fileOf = name => join(folder, `${name}.order`)
  await runTypically([program], root, name => ({ BUN_BYTECODE_ORDER_OUT: fileOf(name) }))
  return ['diff', 'sync', 'validate', 'dump', 'ping', 'serve'].map(fileOf).filter(file => existsSync(file))
}

/** Bun, which the program has in itself. */
function runtime() {
  const file = join(root, 'packaging/package-lock.json')
  const { version, license } = JSON.parse(readFileSync(file, 'utf8')).packages[
    'node_modules/@oven/bun-linux-x64'
  ]
  return {
    'bom-ref': `bun@${version}`,
    type: 'platform',
    name: 'bun',
    version,
    scope: 'required',
    purl: `pkg:github/oven-sh/bun@bun-v${version}`,
    licenses: [{ license: { id: license } }],
  }
}

/** @param names platforms; `undefined` is this one, as `dist/bin/deck` without a platform's name */
export async function buildBinaries(names = [undefined]) {
  const unknown = names.find(name => name !== undefined && !(name in platforms))
  if (unknown !== undefined) {
    throw new Error(`no target ${unknown}; there are ${Object.keys(platforms).join(', ')}`)
  }
  await build()
  mkdirSync(target, { recursive: true })
  const folder = mkdtempSync(join(tmpdir(), 'deck-build-'))
  try {
    const orders = await recordOrders(folder)
    const files = []
    for (const name of names) files.push(await buildBinary(name, orders))
    writeBesides()
    return files
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns its path */
async function buildBinary(platform, orders) {
  const wanted = platform ?? ownPlatform()
  const ending = wanted.startsWith('windows') ? '.exe' : ''
  const outfile = join(target, `${platform === undefined ? 'deck' : `deck-${platform}`}${ending}`)
  await compile(wanted, outfile, orders)
  return outfile
}

/** What is published with the programs. */
function writeBesides() {
  const licence = readFileSync(join(root, 'LICENSE'), 'utf8')
  writeFileSync(
    join(target, 'LICENSES.txt'),
    `${licence}\n${readFileSync(join(root, 'dist/licences.txt'), 'utf8')}`,
  )
  writeSbom(root, join(target, 'sbom.cdx.json'), [runtime()])
  writeChecksums(target)
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { target: { type: 'string' } } })
  try {
    const targets = values.target === 'all' ? Object.keys(platforms) : [values.target]
    for (const file of await buildBinaries(targets)) console.log(`built ${file}`)
  } catch (error) {
    console.error(`Error: ${error.message}`)
    process.exitCode = 1
  }
}
