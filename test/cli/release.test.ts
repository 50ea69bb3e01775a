/** A release: its package, checksum and notes; and that the workflows call what is there. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { newFile, newFolder, repository } from '../support/binary.ts'

const { version, scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))

interface Component {
  readonly name: string
  readonly version: string
  readonly licenses: readonly { readonly license?: { readonly id?: string }; readonly expression?: string }[]
}

const release = (...argv: readonly string[]) =>
  spawnSync(process.execPath, [join(repository, 'scripts/release.js'), ...argv], { encoding: 'utf8' })

it('has the package, its checksum and the notes of its version', () => {
  const changelog = newFile(
    'CHANGELOG.md',
    `# Changelog\n\n## Unreleased\n\n- later\n\n## ${version} (2026-12-01)\n\n- what is new\n\n### Fixed\n\n- a fault\n\n## 0.0.1\n\n- older\n`,
  )
  const folder = newFolder()
  expect(release(`v${version}`, folder, changelog)).toMatchObject({ status: 0, stderr: '' })
  const tarball = `deck-ts-deck-${version}.tgz`
  expect(readdirSync(folder).sort()).toEqual(['SHA256SUMS', tarball, 'notes.md'])
  expect(readFileSync(join(folder, 'notes.md'), 'utf8')).toBe('- what is new\n\n### Fixed\n\n- a fault\n')
  const packed = spawnSync('tar', ['tzf', join(folder, tarball)], { encoding: 'utf8' }).stdout.split('\n')
  expect(packed).toEqual(expect.arrayContaining(['package/dist/library.cjs', 'package/dist/library.d.cts']))
  const sbom = spawnSync('tar', ['xzOf', join(folder, tarball), 'package/dist/sbom.cdx.json'], {
    encoding: 'utf8',
  })
  const { components } = JSON.parse(sbom.stdout) as { components: readonly Component[] }
  const parts = new Set(components.map(one => `${one.name} ${one.version}`))
  const licences = readFileSync(join(repository, 'dist/licences.txt'), 'utf8')
  const bundled = [...licences.matchAll(/^(\S+) (\S+) \(.+\)$/gm)].map(([, name, of]) => `${name} ${of}`)
  expect(bundled.length).toBeGreaterThan(100)
  expect(bundled.filter(part => part !== 'PCRE2 10.46' && !parts.has(part))).toEqual([])
  const unlicensed = components.filter(one => {
    const [licence] = one.licenses
    return (licence?.license?.id ?? licence?.expression) === undefined
  })
  expect(unlicensed.map(({ name }) => name)).toEqual([])
  const names = components.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['vue', 'undici', 'lmdb', 'msgpackr', 'pcre2']))
  expect(names.filter(name => ['vitest', 'esbuild', 'typescript', '@biomejs/biome'].includes(name))).toEqual(
    [],
  )
  const bytes = readFileSync(join(folder, tarball))
  // What makes it smaller: scripts/build/slimming.js.
  expect(bytes.length).toBeLessThan(2_000_000)
  const sum = createHash('sha256').update(bytes).digest('hex')
  expect(readFileSync(join(folder, 'SHA256SUMS'), 'utf8')).toBe(`${sum}  ${tarball}\n`)
})

it('is refused for another tag than the version, and without notes', () => {
  expect(release('v99.0.0', newFolder())).toMatchObject({
    status: 1,
    stderr: `Error: the tag v99.0.0 is not v${version}, the version of package.json\n`,
  })
  const changelog = newFile('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- later\n')
  expect(release(`v${version}`, newFolder(), changelog)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(`no section "## ${version}"`),
  })
})

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>
}

it('the workflow publishes the package that was tested, with provenance, after the tests', () => {
  const text = readFileSync(join(repository, '.github/workflows/release.yml'), 'utf8')
  const { permissions, jobs } = parse(text) as Workflow
  expect(permissions).toEqual({ contents: 'write', 'id-token': 'write' })
  const commands = jobs['release']?.steps.flatMap(({ run }) => run ?? []) ?? []
  const at = (start: string) => commands.findIndex(command => command.startsWith(start))
  const order = ['.ci/run', 'npm run test:binary', 'npm run release', 'npm publish', 'gh release create'].map(
    at,
  )
  expect(order).not.toContain(-1)
  expect(order).toEqual([...order].sort((a, b) => a - b))
  expect(commands[at('npm publish')]).toBe('npm publish release/*.tgz --provenance --access public')
})

it.each(['ci.yml', 'release.yml'])('every command of %s is there', name => {
  const text = readFileSync(join(repository, '.github/workflows', name), 'utf8')
  const { jobs } = parse(text) as Workflow
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))
  expect(commands).toContain('.ci/run')
  for (const command of commands) {
    const [program = '', first = '', second = ''] = command.split(' ')
    if (program === 'npm' && first === 'run') expect(Object.keys(scripts)).toContain(second)
    if (program === 'node') expect(existsSync(join(repository, first)), command).toBe(true)
  }
})
