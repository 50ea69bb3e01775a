/**
 * As a new user does: the package installed into an empty folder, and the first things
 * that one types.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isSecretName } from '../../src/state/secrets.ts'
import { newFolder, repository, serve, summary } from '../support/binary.ts'
import { installPackage, packPackage } from '../support/installed-package.ts'
import { finished, startProgram } from '../support/processes.ts'

/** @returns the files of the package that name this machine's folders, or hold a secret of its variables */
function ofThisMachine(tarball: string): string[] {
  const folder = newFolder()
  expect(spawnSync('tar', ['xzf', tarball, '-C', folder]).status).toBe(0)
  const secrets = Object.entries(process.env).flatMap(([name, value = '']) =>
    isSecretName(name) && value.length >= 8 ? [value] : [],
  )
  const own = [join(repository, '/'), join(homedir(), '/'), ...secrets].filter(text => text.length > 1)
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
  expect(files.length).toBeGreaterThan(50)
  return files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter(path => {
      const bytes = readFileSync(path)
      return own.some(text => bytes.includes(text))
    })
}

it('npm pack, install, npx deck', async () => {
  const packed = packPackage()
  expect(packed.paths.filter(path => /^(src|test|scripts)\//.test(path))).toEqual([])
  expect(packed.paths).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist/licences.txt', 'dist/schema/kong-3.9.json']),
  )
  expect(ofThisMachine(packed.tarball)).toEqual([])
  const folder = installPackage(packed)

  const npx = (...argv: string[]) =>
    finished(
      startProgram('npx', ['--no-install', 'deck', ...argv], {
        cwd: folder,
        env: { ...process.env, HOME: folder },
      }),
    )
  const gateway = await serve()
  try {
    const address = ['--kong-addr', gateway.admin]
    expect(await npx('gateway', 'ping', ...address)).toMatchObject({
      code: 0,
      stdout: 'Successfully connected to Kong!\nKong version:  3.9.1\n',
    })
    expect((await npx('--help')).stdout).toContain('gateway')
    expect((await npx('gateway', 'sync', '--help')).stdout).toContain('--select-tag')
    const flag = await npx('gateway', 'sync', '--selct-tag', 'x')
    expect(flag.code).toBe(1)
    expect(flag.stderr).toContain('did you mean --select-tag?')
    writeFileSync(join(folder, 'kong.yaml'), '_format_version: "3.0"\nservices:\n- name: a\n  hots: b.test\n')
    const typo = await npx('gateway', 'sync', 'kong.yaml', ...address)
    expect(typo.code).toBe(1)
    expect(typo.stderr).toContain('kong.yaml:4:3: error: unknown field "hots"')
    expect(typo.stderr).toContain('did you mean "host"?')
    writeFileSync(join(folder, 'kong.yaml'), '_format_version: "3.0"\nservices:\n- name: a\n  host: b.test\n')
    expect((await npx('gateway', 'sync', 'kong.yaml', ...address)).stdout).toContain(summary(1, 0, 0))
  } finally {
    await gateway.stop()
  }
})
