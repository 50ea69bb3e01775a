// Bun and lmdb's native part for a platform, from packaging/: installed where a binary is built, from the
// versions and checksums of its lock file.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Platforms by the names that users give: `npm run build:binary -- --target darwin-arm64`. */
export const platforms = {
  'linux-x64': { os: 'linux', cpu: 'x64', package: '@oven/bun-linux-x64' },
  'linux-arm64': { os: 'linux', cpu: 'arm64', package: '@oven/bun-linux-aarch64' },
  'darwin-x64': { os: 'darwin', cpu: 'x64', package: '@oven/bun-darwin-x64' },
  'darwin-arm64': { os: 'darwin', cpu: 'arm64', package: '@oven/bun-darwin-aarch64' },
  'windows-x64': { os: 'win32', cpu: 'x64', package: '@oven/bun-windows-x64' },
}

/** `linux-x64` and so on; @throws where Bun is not made for this machine */
export function ownPlatform() {
  const found = Object.entries(platforms).find(
    ([, { os, cpu }]) => os === process.platform && cpu === process.arch,
  )
  if (found === undefined) {
    throw new Error(`no binary can be built on ${process.platform} ${process.arch}`)
  }
  return found[0]
}

/**
 * @param root the project's folder
 * @returns Bun's program for the platform, and lmdb's native module
 */
export function runtimeFor(root, name) {
  const { os, cpu, package: packageName } = platforms[name]
  const folder = join(root, 'packaging/node_modules/.platforms', name)
  const modules = join(folder, 'node_modules')
  const bun = join(modules, packageName, 'bin', os === 'win32' ? 'bun.exe' : 'bun')
  const lmdb = join(modules, `@lmdb/lmdb-${os}-${cpu}`)
  if (!existsSync(bun)) installFor(root, name, folder)
  if (!existsSync(bun) || !existsSync(lmdb))
    throw new Error(`Bun and lmdb for ${name} could not be installed`)
  const native = readdirSync(lmdb).find(file => /^node\.napi(\.glibc)?\.node$/.test(file))
  if (native === undefined) throw new Error(`${lmdb} has no module for Bun`)
  return { bun, lmdb: join(lmdb, native) }
}

function installFor(root, name, folder) {
  const { os, cpu } = platforms[name]
  mkdirSync(folder, { recursive: true })
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    copyFileSync(join(root, 'packaging', file), join(folder, file))
  }
  const argv = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', `--os=${os}`, `--cpu=${cpu}`]
  const { status } = spawnSync('npm', argv, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`Bun for ${name} could not be installed`)
}
