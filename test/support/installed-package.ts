/** The package as a stranger has it: packed, and installed into an empty folder. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { newFolder, repository } from './binary.ts'

const npm = (cwd: string, ...argv: string[]) =>
  spawnSync('npm', [...argv, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    timeout: 90_000,
  })

export interface Packed {
  readonly tarball: string
  /** What is in it. */
  readonly paths: readonly string[]
}

export function packPackage(): Packed {
  const folder = newFolder()
  const { status, stdout } = npm(
    repository,
    'pack',
    '--json',
    '--ignore-scripts',
    '--pack-destination',
    folder,
  )
  expect(status).toBe(0)
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
  return { tarball: join(folder, readdirSync(folder)[0] ?? ''), paths: files.map(file => file.path) }
}

/**
 * By npm where there is a registry to install from; else what npm would unpack, with the libraries that are
 * here.
 *
 * @returns the folder that has it in its node_modules
 */
export function installPackage({ tarball }: Packed): string {
  const folder = newFolder()
  writeFileSync(join(folder, 'package.json'), '{"private": true}')
  if (npm(folder, 'install', '--prefer-offline', '--fetch-retries=0', tarball).status === 0) return folder
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  expect(spawnSync('tar', ['xzf', tarball, '-C', modules]).status).toBe(0)
  cpSync(join(modules, 'package'), join(modules, '@deck-ts/deck'), { recursive: true })
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(repository, 'node_modules', name), join(modules, name))
  }
  symlinkSync(join(modules, '@deck-ts/deck/bin/run.js'), join(modules, '.bin/deck'))
  return folder
}
