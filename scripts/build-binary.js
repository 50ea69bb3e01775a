// `npm run build:binary [-- --target PLATFORM|all]`: the program as one file that needs no Node, in
// dist/bin/, with its checksum, licences and list of parts (SBOM). Why Bun here and Node elsewhere:
// docs/decisions/2026-12-01-standalone-binary.md.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ownPlatform, platforms, runtimeFor } from './binary/runtime.js'
import { filesAt, stage, threads } from './binary/stage.js'
import { build } from './build.js'
import { writeChecksums } from './checksums.js'
import { writeSbom } from './sbom.js'

const root = resolve(import.meta.dirname, '..')
const target = join(root, 'dist/bin')

/** Also on Linux, where the runtime of another platform is packed by that of this one. */
async function compile(platform, outfile) {
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
  if (platform !== ownPlatform()) {
    argv.push(`--target=bun-${platform}`, `--compile-executable-path=${theirs.bun}`)
  }
  const { status, stderr } = spawnSync(own.bun, [...argv, 'deck.mjs', ...threads], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`Bun could not build the program:\n${stderr}`)
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

/** @param platform default: this one, as `dist/bin/deck` without a platform's name */
export async function buildBinary(platform) {
  if (platform !== undefined && !(platform in platforms)) {
    throw new Error(`no target ${platform}; there are ${Object.keys(platforms).join(', ')}`)
  }
  await build()
  mkdirSync(target, { recursive: true })
  const wanted = platform ?? ownPlatform()
  const ending = wanted.startsWith('windows') ? '.exe' : ''
  const outfile = join(target, `${platform === undefined ? 'deck' : `deck-${platform}`}${ending}`)
  await compile(wanted, outfile)
  const licence = readFileSync(join(root, 'LICENSE'), 'utf8')
  writeFileSync(
    join(target, 'LICENSES.txt'),
    `${licence}\n${readFileSync(join(root, 'dist/licences.txt'), 'utf8')}`,
  )
  writeSbom(root, join(target, 'sbom.cdx.json'), [runtime()])
  writeChecksums(target)
  return outfile
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { target: { type: 'string' } } })
  try {
    const targets = values.target === 'all' ? Object.keys(platforms) : [values.target]
    for (const name of targets) console.log(`built ${await buildBinary(name)}`)
  } catch (error) {
    console.error(`Error: ${error.message}`)
    process.exitCode = 1
  }
}
