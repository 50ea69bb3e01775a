// Installs what package-lock.json asks for, where it is not there yet. Uses nothing but Node, as it runs
// before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const packagesIn = path =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')).packages ?? {}) : undefined

/** npm leaves a list of what it installed; parts for other systems (optional ones) may be missing. */
function isInstalled() {
  const wanted = packagesIn(join(root, 'package-lock.json'))
  const there = packagesIn(join(root, 'node_modules/.package-lock.json'))
  if (wanted === undefined || there === undefined) return false
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || optional || there[name]?.version === version,
  )
}

/**
 * By `npm install`, not `npm ci`: what is there already stays, which matters where the registry is slow or
 * away. The versions and checksums are the lock's either way, and it is not rewritten. Install scripts are
 * left out: no package needs its own.
 *
 * @returns whether there was anything to do
 */
export function install() {
  if (isInstalled()) return false
  const { status } = spawnSync(
    'npm',
    ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'],
    {
      cwd: root,
      stdio: 'inherit',
      // There npm is a batch file.
      shell: process.platform === 'win32',
    },
  )
  if (status !== 0) throw new Error('npm install failed')
  return true
}
