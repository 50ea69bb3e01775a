// `npm run release -- v1.2.3 FOLDER [--binaries]`: what a release consists of: the package, the standalone
// programs that are built, their checksums, and the notes, which are the section of CHANGELOG.md.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from './build.js'
import { buildTypes } from './build-types.js'
import { writeChecksums } from './checksums.js'
import { writeSbom } from './sbom.js'

const root = resolve(import.meta.dirname, '..')

/** `## 1.2.3 (2026-12-01)` up to the next heading of its level. */
function notesOf(version, changelog) {
  const sections = changelog.split(/^(?=## )/m)
  const section = sections.find(
    text => text.startsWith(`## ${version}\n`) || text.startsWith(`## ${version} `),
  )
  if (section === undefined) {
    throw new Error(`CHANGELOG.md has no section "## ${version}": rename "## Unreleased"`)
  }
  return `${section.slice(section.indexOf('\n')).trim()}\n`
}

function pack(folder) {
  const argv = ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder]
  const { status } = spawnSync('npm', argv, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error('npm pack failed')
}

/** Those of `npm run build:binary -- --target all`, with their licences and list of parts. */
function binaries() {
  const names = readdirSync(join(root, 'dist/bin'))
  return names.filter(name => /^(deck-.*|LICENSES\.txt|sbom\.cdx\.json)$/.test(name))
}

async function main(argv) {
  const { values, positionals } = parseArgs({
    args: argv,
    options: { binaries: { type: 'boolean' } },
    allowPositionals: true,
  })
  const [tag, folder, changelog = join(root, 'CHANGELOG.md')] = positionals
  if (folder === undefined) throw new Error('usage: npm run release -- v1.2.3 FOLDER [--binaries]')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (tag !== `v${version}`) throw new Error(`the tag ${tag} is not v${version}, the version of package.json`)
  const notes = notesOf(version, readFileSync(changelog, 'utf8'))
  await build()
  if (!(await buildTypes({ isCheck: true })))
    throw new Error('docs/library.api.md is old: npm run build:types')
  writeSbom(root, join(root, 'dist/sbom.cdx.json'))
  mkdirSync(folder, { recursive: true })
  pack(resolve(folder))
  for (const file of values.binaries ? binaries() : [])
    copyFileSync(join(root, 'dist/bin', file), join(folder, file))
  writeFileSync(join(folder, 'notes.md'), notes)
  writeChecksums(folder, name => name !== 'notes.md')
}

await main(process.argv.slice(2)).catch(error => {
  console.error(`Error: ${error.message}`)
  process.exitCode = 1
})
