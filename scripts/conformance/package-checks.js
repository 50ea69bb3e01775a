// The packed package in the eyes of others: publint reads its package.json and files, "are the types wrong" its
// types as each kind of TypeScript project finds them.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromNpm } from './from-npm.js'

const checks = [
  { packages: ['publint@0.3.25'], file: 'publint/src/cli.js', argv: ['run', '--strict'] },
  { packages: ['@arethetypeswrong/cli@0.18.5'], file: '@arethetypeswrong/cli/dist/index.js', argv: [] },
]

/** @returns whether all checks that could be installed find nothing; the others are named */
export function packageIsClean(root) {
  const folder = mkdtempSync(join(tmpdir(), 'deck-pack-'))
  try {
    const argv = ['pack', '--loglevel=error', '--pack-destination', folder]
    const packed = spawnSync('npm', argv, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    })
    const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'))
    if (packed.status !== 0 || tarball === undefined) return false
    return checks.map(check => findsNothing(root, check, join(folder, tarball))).every(Boolean)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function findsNothing(root, { packages, file, argv }, tarball) {
  const program = fromNpm(root, 'package-checks', packages, file)
  if (program === undefined) {
    console.error(`NOT CHECKED by ${packages.join(', ')}: npm could not install it`)
    return true
  }
  const { status } = spawnSync(process.execPath, [program, ...argv, tarball], { stdio: 'inherit' })
  return status === 0
}
