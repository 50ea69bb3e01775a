/**
 * What holds for the standalone program alone (`npm run test:binary`); the other tests of this folder run
 * with it too.
 */
import { once } from 'node:events'
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deck, guide, isStandalone, newFolder, repository, summary } from '../support/binary.ts'
import { finished, startProgram } from '../support/processes.ts'
import { until } from '../support/until.ts'

const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))

/** The program in an empty folder, with no Node and nothing else to find. */
function copied(): string {
  const folder = newFolder()
  const from = resolve(repository, process.env['DECK_BIN'] ?? '')
  copyFileSync(from, join(folder, basename(from)))
  copyFileSync(guide, join(folder, 'kong.yaml'))
  return folder
}

/** What it prints and how it ends, without variables of the environment. */
async function output(program: string, argv: readonly string[], cwd: string) {
  const { code, stdout } = await finished(startProgram(program, argv, { cwd, env: {} }))
  return { code, stdout }
}

describe.skipIf(!isStandalone)('the standalone program', () => {
  it('is all that a folder needs: version, serve, validate, diff, sync, dump', async () => {
    const folder = copied()
    const program = join(folder, basename(process.env['DECK_BIN'] ?? ''))
    const ready = join(folder, 'ready.json')
    const listen = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
    const argv = ['serve', ...listen, '--data', 'data', '--ready-file', ready]
    const gateway = startProgram(program, argv, { cwd: folder, env: {} })
    await until(() => existsSync(ready) || gateway.exitCode !== null, 'the gateway is ready or has ended')
    const { admin, manager } = JSON.parse(readFileSync(ready, 'utf8'))
    const run = (...argv: string[]) => output(program, [...argv, '--kong-addr', admin], folder)
    try {
      expect(await output(program, ['version'], folder)).toEqual({ code: 0, stdout: `deck v${version}\n` })
      expect((await fetch(manager)).status).toBe(200)
      expect((await run('file', 'validate', 'kong.yaml')).code).toBe(0)
      expect((await run('gateway', 'diff', 'kong.yaml', '--non-zero-exit-code')).code).toBe(2)
      expect((await run('gateway', 'sync', 'kong.yaml')).code).toBe(0)
      expect(await run('gateway', 'diff', 'kong.yaml')).toEqual({ code: 0, stdout: summary(0, 0, 0) })
      expect((await run('gateway', 'dump', '-o', '-')).stdout).toContain('services:')
    } finally {
      const ended = once(gateway, 'close')
      gateway.kill()
      await ended
    }
  })

  it('reads no .env of the folder that it runs in', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, '.env'), 'DECK_KONG_ADDR=http://from-dotenv.invalid\n')
    const { stderr } = await deck(['gateway', 'ping'], { cwd: folder })
    expect(stderr).not.toContain('from-dotenv')
  })

  it('says that workers need the package', async () => {
    const { code, stderr } = await deck(['serve', '--workers', '2'])
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^Error: --workers: the standalone program cannot start worker processes\nhint: .*npx deck/,
    )
  })
})
