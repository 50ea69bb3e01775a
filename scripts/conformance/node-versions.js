// The versions of Node that the package is tried on by `npm run conformance`: the oldest that package.json
// allows, and the newest of each later line when this was written.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

const versions = ['20.19.0', '22.23.5', '24.22.3']

/**
 * Installs them from npm, which has Node's programs for each platform, into a cache of this repository.
 *
 * @returns paths of programs by their versions; undefined for a version that cannot be had here
 */
export function installNodeVersions(root) {
  const os = process.platform === 'win32' ? 'win' : process.platform
  return new Map(versions.map(version => [version, installNode(root, `node-${os}-${process.arch}`, version)]))
}

function installNode(root, name, version) {
  const folder = join(root, 'node_modules/.cache/node-versions', version)
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const program = join(folder, 'node_modules', name, 'bin', file)
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const argv = [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--fetch-retries=1',
  ]
  spawnSync('npm', [...argv, `${name}@${version}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  return existsSync(program) ? program : undefined
}
