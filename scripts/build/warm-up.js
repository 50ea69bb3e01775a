// Runs the program as people do, so that V8's code caches hold what its commands use: a cache has only the
// functions that have run.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A program that cannot do this yet is slower to start and nothing else; that it works is the tests'
 * business.
 */
export async function warmUp(root) {
  const folder = mkdtempSync(join(tmpdir(), 'deck-build-'))
  // Each process writes the cache of one file: the commands go on from one another's, the gateway ends last.
  const env = file => ({ PATH: process.env.PATH, HOME: folder, DECK_WRITE_CODE_CACHE: file })
  const program = join(root, 'bin/run.js')
  const ready = join(folder, 'ready.json')
  const listen = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const gateway = spawn(process.execPath, [program, 'serve', ...listen, '--ready-file', ready], {
    env: env('gateway.cjs'),
    stdio: 'ignore',
  })
  const ended = new Promise(resolve => gateway.once('exit', resolve))
  try {
    await until(() => existsSync(ready) || gateway.exitCode !== null || gateway.signalCode !== null)
    if (!existsSync(ready)) return
    const { admin } = JSON.parse(readFileSync(ready, 'utf8'))
    const file = join(root, 'fixtures/guide/kong.yaml')
    const commands = [['ping'], ['diff', file], ['sync', file], ['diff', file], ['dump', '-o', '-']]
    for (const [name, ...rest] of [...commands, ['validate', file], ['reset', '-f']]) {
      spawnSync(process.execPath, [program, 'gateway', name, ...rest, '--kong-addr', admin], {
        env: env('deck.cjs'),
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
