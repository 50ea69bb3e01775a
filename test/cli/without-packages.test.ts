/**
 * The package's files alone, where nothing else is installed: all libraries are in the bundles, and only
 * `serve --data` needs lmdb.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { deck, guide, isStandalone, newFolder, repository, serve, summary } from '../support/binary.ts'

const { dependencies, optionalDependencies, files } = JSON.parse(
  readFileSync(join(repository, 'package.json'), 'utf8'),
)

describe.skipIf(isStandalone)('the package without its dependencies', () => {
  const folder = newFolder()
  const program = join(folder, 'bin/run.js')

  beforeAll(() => {
    const packed = (files as readonly string[]).filter(name => !name.startsWith('!'))
    for (const name of [...packed, 'package.json']) {
      cpSync(join(repository, name), join(folder, name), {
        recursive: true,
        filter: path => !/\.cache$|\/dist\/(bin|\.types-)/.test(path),
      })
    }
  })

  it('serves, validates, diffs, syncs, dumps, lints and shows help', async () => {
    const gateway = await serve([], { program })
    try {
      const run = async (...argv: string[]) => {
        const { code, stdout, stderr } = await deck(argv, { program, cwd: folder })
        expect(code, argv.join(' ') + stderr).toBe(0)
        return stdout
      }
      const address = ['--kong-addr', gateway.admin]
      await run('gateway', 'validate', guide, ...address)
      await run('gateway', 'sync', guide, ...address)
      expect(await run('gateway', 'diff', guide, ...address)).toBe(summary(0, 0, 0))
      expect(await run('gateway', 'dump', '-o', '-', ...address)).toContain('services:')
      expect(await run('file', 'schema')).toContain('$schema')
      expect(await run('file', 'explain', guide, 'service')).toContain('example_service')
      expect(await run('gateway', '--help')).toContain('sync')
    } finally {
      await gateway.stop()
    }
  })

  it('checks a file with a Spectral ruleset', async () => {
    const ruleset = join(folder, 'rules.yaml')
    writeFileSync(
      ruleset,
      'rules:\n  named:\n    given: $.services[*]\n    severity: error\n    then: {field: nope, function: truthy}\n',
    )
    const { code, stdout, stderr } = await deck(['file', 'lint', '-s', guide, ruleset], { program })
    expect({ code, stderr }).toMatchObject({ code: 1 })
    expect(stdout).toContain('`nope` must be set')
  })

  it('names lmdb where --data needs it, and what to do', async () => {
    const { code, stdout, stderr } = await deck(['serve', '--data', newFolder()], { program })
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'Error: --data needs the package lmdb, which is not installed\nhint: install deck again without --omit=optional; or leave --data out: entities are then kept in memory\n',
    })
  })

  it('says why lmdb cannot be loaded where it is installed', async () => {
    const lmdb = join(folder, 'node_modules/lmdb')
    mkdirSync(lmdb, { recursive: true })
    writeFileSync(join(lmdb, 'index.js'), `throw new Error('No native build was found\\nloaded from: here')`)
    const { code, stderr } = await deck(['serve', '--data', newFolder()], { program })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'Error: --data needs the package lmdb, which cannot be loaded: No native build was found\nhint: install deck again without --omit=optional; or leave --data out: entities are then kept in memory\n',
    })
  })
})

/**
 * Nothing of it is loaded: a compiler for commands from sources, encodings of an old fetch, and what ajv
 * writes into schemas that are compiled to files.
 */
const isNeverLoaded = (id: string): boolean =>
  ['typescript', 'encoding'].includes(id) || /^ajv(?:-formats)?\/dist\//.test(id)

it('the bundles require nothing but Node, each other and lmdb', () => {
  const dist = join(repository, 'dist')
  for (const name of readdirSync(dist).filter(one => one.endsWith('.cjs'))) {
    const text = readFileSync(join(dist, name), 'utf8')
    const required = [...text.matchAll(/(?<![."'\w])require\("([^"]+)"\)/g)].map(([, id = '']) => id)
    const others = required.filter(id => !/^(?:node:|\.\/)/.test(id) && !builtinModules.includes(id))
    expect(
      others.filter(id => id !== 'lmdb' && !isNeverLoaded(id)),
      name,
    ).toEqual([])
  }
})

it('package.json names the libraries that a reader must know, and lmdb as optional', () => {
  expect(Object.keys(dependencies)).toEqual(['@oclif/core', 'axios', 'chalk', 'deep-diff', 'yaml'])
  expect(Object.keys(optionalDependencies)).toEqual(['lmdb'])
})
