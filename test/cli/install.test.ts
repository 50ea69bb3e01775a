/**
 * As somebody who never saw this project: the package installed into an empty folder, and the first things
 * that one types.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { serve, summary } from '../support/binary.ts'
import { installPackage, packPackage } from '../support/installed-package.ts'

it('npm pack, install, npx deck', async () => {
  const packed = packPackage()
  expect(packed.paths.filter(path => /^(src|test|scripts)\//.test(path))).toEqual([])
  expect(packed.paths).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist/licences.txt', 'dist/schema/kong-3.9.json']),
  )
  const folder = installPackage(packed)

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
