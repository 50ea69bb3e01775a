// Builds dist/: the program as one file, oclif's manifest (help without loading a command), and V8's code cache. Does nothing where dist/ is newer than all it
// is made from.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')
const stamp = join(dist, 'built')

function newest(path) {
  const entry = statSync(path)
  if (!entry.isDirectory()) return entry.mtimeMs
  return Math.max(entry.mtimeMs, ...readdirSync(path).map(name => newest(join(path, name))))
}

/** What a build is made from, with the Node whose code cache it holds. */
export function isUpToDate() {
  if (!existsSync(stamp)) return false
  const built = statSync(stamp).mtimeMs
  return ['src', 'bin', 'scripts/build.js', 'package.json', 'package-lock.json'].every(
    name => newest(join(root, name)) < built,
  )
}

async function bundle(entry, outfile) {
  const { build } = await import('esbuild')
  await build({
    entryPoints: [join(root, entry)],
    outfile: join(dist, outfile),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    // Optional parts that are not there, and native code that can not be bundled.
    external: ['typescript', 'lmdb', 'debug', 'tsx'],
    mainFields: ['main', 'module'],
    conditions: ['require', 'node'],
    define: { 'import.meta.url': 'undefined' },
    logOverride: { 'empty-import-meta': 'silent', 'require-resolve-not-external': 'silent' },
  })
}

/** oclif reads commands, flags and help from this instead of loading every command. */
async function writeManifest() {
  const require = createRequire(join(dist, 'deck.cjs'))
  const { loadAll } = require(join(dist, 'deck.cjs'))
  globalThis.__deckCommands = await loadAll()
  writeFileSync(join(dist, 'manifest-commands.cjs'), 'exports.COMMANDS = globalThis.__deckCommands\n')
  const { Plugin } = await import(
    pathToFileURL(createRequire(import.meta.url).resolve('@oclif/core/config')).href
  ).then(loaded => loaded.default ?? loaded)
  rmSync(join(root, 'oclif.manifest.json'), { force: true })
  const plugin = new Plugin({ root, ignoreManifest: true, respectNoCacheDefault: true })
  await plugin.load()
  writeFileSync(join(root, 'oclif.manifest.json'), JSON.stringify(plugin.manifest, undefined, 1))
}

/** Runs the program once and keeps what V8 compiled. */
function writeCodeCache() {
  const cache = join(dist, 'deck.cjs.cache')
  rmSync(cache, { force: true })
  const result = spawnSync(
    process.execPath,
    [join(root, 'bin/run.js'), 'file', 'validate', 'fixtures/guide/kong.yaml'],
    {
      cwd: root,
      env: { ...process.env, DECK_WRITE_CODE_CACHE: cache },
      encoding: 'utf8',
    },
  )
  if (result.status !== 0)
    throw new Error(`the built program does not run:\n${result.stdout}${result.stderr}`)
}

export async function build() {
  if (isUpToDate()) return false
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dist, { recursive: true })
  await bundle('src/main.ts', 'deck.cjs')
  await writeManifest()
  writeCodeCache()
  writeFileSync(stamp, '')
  return true
}

if (process.argv[1] === import.meta.filename) {
  console.log((await build()) ? 'built dist/' : 'dist/ is up to date')
}
