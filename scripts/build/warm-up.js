// Runs the program as people do, to record what its commands use: the package for V8's code caches, the
// standalone program for the order of Bun's bytecode.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Each process writes the cache of one file. The commands continue one another's cache; the gateway ends
 * last.
 */
export const warmUp = root =>
  runTypically([process.execPath, join(root, 'bin/run.js')], root, name => ({
    DECK_WRITE_CODE_CACHE: name === 'serve' ? 'gateway.cjs' : 'deck.cjs',
  }))

/**
 * A program that cannot do this yet is slower to start and nothing else; that it works is the tests'
 * business.
 *
 * @param program a file with its first arguments
 * @param root the folder of package.json
 * @param variables the environment of a run, by its command's name; `serve` runs beside all others
 */
export async function runTypically([file, ...before], root, variables) {
  const folder = mkdtempSync(join(tmpdir(), 'deck-build-'))
  const env = name => ({ PATH: process.env.PATH, HOME: folder, ...variables(name) })
  const ready = join(folder, 'ready.json')
  const listen = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const gateway = spawn(file, [...before, 'serve', ...listen, '--ready-file', ready], {
    env: env('serve'),
    stdio: 'ignore',
  })
  const ended = new Promise(resolve => gateway.once('exit', resolve))
  try {
    await until(() => existsSync(ready) || gateway.exitCode !== null || gateway.signalCode !== null)
    if (!existsSync(ready)) return
    const { admin } = JSON.parse(readFileSync(ready, 'utf8'))
    const state = join(root, 'fixtures/guide/kong.yaml')
    const commands = [['ping'], ['diff', state], ['sync', state], ['diff', state], ['dump', '-o', '-']]
    for (const [name, ...rest] of [...commands, ['validate', state], ['reset', '-f']]) {
      spawnSync(file, [...before, 'gateway', name, ...rest, '--kong-addr', admin], {
        env: env(name),
        timeout: 20_000,
      })
    }
  } finally {
    gateway.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

async function until(condition) {
  const deadline = Date.now() + 20_000
  while (!condition() && Date.now() < deadline) await new Promise(resolve => setTimeout(resolve, 10))
}
