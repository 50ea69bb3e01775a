/**
 * What holds for the standalone program alone (`npm run test:binary`); the other tests of this folder run
 * with it too.
 */
import { copyFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deck, guide, isStandalone, newFolder, repository, serve, summary } from '../support/binary.ts'
import { startProgram } from '../support/processes.ts'

/** The program in an empty folder, with no Node and nothing else to find. */
function copied(): string {
  const folder = newFolder()
  const from = resolve(repository, process.env['DECK_BIN'] ?? '')
  copyFileSync(from, join(folder, basename(from)))
  copyFileSync(guide, join(folder, 'kong.yaml'))
  return folder
}

describe.skipIf(!isStandalone)('the standalone program', () => {
  it('is all that a folder needs: validate, diff, sync, dump', async () => {
    const gateway = await serve()
    const folder = copied()
    const program = join(folder, basename(process.env['DECK_BIN'] ?? ''))
    const run = async (...argv: string[]) => {
      const child = startProgram(program, [...argv, '--kong-addr', gateway.admin], { cwd: folder, env: {} })
      let stdout = ''
      child.stdout.on('data', part => {
        stdout += part
      })
      child.stdin.end()
      const code = await new Promise<number | null>(settle => child.once('close', settle))
      return { code, stdout }
    }
    try {
      expect((await run('file', 'validate', 'kong.yaml')).code).toBe(0)
      expect((await run('gateway', 'diff', 'kong.yaml', '--non-zero-exit-code')).code).toBe(2)
      expect((await run('gateway', 'sync', 'kong.yaml')).code).toBe(0)
      expect(await run('gateway', 'diff', 'kong.yaml')).toEqual({ code: 0, stdout: summary(0, 0, 0) })
      expect((await run('gateway', 'dump', '-o', '-')).stdout).toContain('services:')
    } finally {
      await gateway.stop()
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
      /^Error: the standalone program cannot start worker processes: .+\nhint: .*npx deck/,
    )
  })
})
