/**
 * As somebody who never saw this project: the package installed into an empty folder, and the first things
 * that one types.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newFolder, repository, serve, summary } from '../support/binary.ts'

const npm = (cwd: string, ...argv: string[]) =>
  spawnSync('npm', [...argv, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    timeout: 90_000,
  })

/**
 * By npm where there is a registry to install from; else what npm would unpack, with the libraries that are
 * here.
 */
function install(tarball: string, folder: string): void {
  if (npm(folder, 'install', '--prefer-offline', '--fetch-retries=0', tarball).status === 0) return
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  expect(spawnSync('tar', ['xzf', tarball, '-C', modules]).status).toBe(0)
  cpSync(join(modules, 'package'), join(modules, '@deck-ts/deck'), { recursive: true })
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(repository, 'node_modules', name), join(modules, name))
  }
  symlinkSync(join(modules, '@deck-ts/deck/bin/run.js'), join(modules, '.bin/deck'))
}

it('npm pack, install, npx deck', async () => {
  const [packed, folder] = [newFolder(), newFolder()]
  const { status, stdout } = npm(
    repository,
    'pack',
    '--json',
    '--ignore-scripts',
    '--pack-destination',
    packed,
  )
  expect(status).toBe(0)
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
  const packedPaths = files.map(file => file.path)
  expect(packedPaths.filter(path => /^(src|test|scripts)\//.test(path))).toEqual([])
  expect(packedPaths).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist/licences.txt', 'dist/schema/kong-3.9.json']),
  )
  writeFileSync(join(folder, 'package.json'), '{"private": true}')
  install(join(packed, readdirSync(packed)[0] ?? ''), folder)

  const npx = (...argv: string[]) =>
    spawnSync('npx', ['--no-install', 'deck', ...argv], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, HOME: folder },
    })
  const gateway = await serve()
  try {
    const address = ['--kong-addr', gateway.admin]
    expect(npx('gateway', 'ping', ...address)).toMatchObject({
      status: 0,
      stdout: 'Successfully connected to Kong!\nKong version:  3.9.1\n',
    })
    expect(npx('--help').stdout).toContain('gateway')
    expect(npx('gateway', 'sync', '--help').stdout).toContain('--select-tag')
    const flag = npx('gateway', 'sync', '--selct-tag', 'x')
    expect(flag.status).toBe(1)
    expect(flag.stderr).toContain('did you mean --select-tag?')
    writeFileSync(join(folder, 'kong.yaml'), '_format_version: "3.0"\nservices:\n- name: a\n  hots: b.test\n')
    const typo = npx('gateway', 'sync', 'kong.yaml', ...address)
    expect(typo.status).toBe(1)
    expect(typo.stderr).toContain('kong.yaml:4:3: error: unknown field "hots"')
    expect(typo.stderr).toContain('did you mean "host"?')
    writeFileSync(join(folder, 'kong.yaml'), '_format_version: "3.0"\nservices:\n- name: a\n  host: b.test\n')
    expect(npx('gateway', 'sync', 'kong.yaml', ...address).stdout).toContain(summary(1, 0, 0))
  } finally {
    await gateway.stop()
  }
})
