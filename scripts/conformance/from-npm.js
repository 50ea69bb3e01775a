// Packages that `npm run conformance` alone needs: fetched when it runs, no part of the project's installation.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Installs packages into a cache of this repository.
 *
 * @param packages `name@version`
 * @param file of the installation, which is there when it has succeeded
 * @returns its path; undefined where npm cannot fetch them
 */
export function fromNpm(root, cacheName, packages, file) {
  const folder = join(root, 'node_modules/.cache', cacheName)
  const path = join(folder, 'node_modules', file)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const argv = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund']
  spawnSync('npm', [...argv, '--fetch-retries=1', ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  return existsSync(path) ? path : undefined
}
