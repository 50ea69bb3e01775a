/** The errors of a gateway that cannot start: one sentence each, a hint, and exit code 1. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deck, isStandalone, newFile, newFolder, serve, startDeck } from '../support/binary.ts'
import type { Result } from '../support/processes.ts'
import { until } from '../support/until.ts'

const anyPort = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])

function expectOneSentence({ code, stderr }: Result, sentence: RegExp): void {
  expect(stderr).toMatch(sentence)
  expect(stderr).not.toContain('bug in deck')
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m)
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
  expect(code).toBe(1)
}

describe('a data folder', () => {
  /** Written by a gateway that has ended. */
  async function writtenFolder(): Promise<string> {
    const data = join(newFolder(), 'data')
    const gateway = await serve(['--data', data])
    await gateway.stop()
    return data
  }

  test('that another gateway uses names that process', async () => {
    const data = join(newFolder(), 'data')
    const gateway = await serve(['--data', data])
    const second = await deck(['serve', ...anyPort, '--data', data])
    expectOneSentence(
      second,
      new RegExp(`^Error: the data folder .*data is in use by process ${gateway.pid}\n`),
    )
    await gateway.stop()
  })

  test('whose file is damaged is refused, and stays as it is', async () => {
    const data = await writtenFolder()
    writeFileSync(join(data, 'data.mdb'), 'no data at all')
    expectOneSentence(
      await deck(['serve', ...anyPort, '--data', data]),
      /^Error: the data in .* cannot be used: /,
    )
    expect(readFileSync(join(data, 'data.mdb'), 'utf8')).toBe('no data at all')
    expect(existsSync(join(data, 'owner.json'))).toBe(false)
  })

  test('of another version of Kong is refused', async () => {
    const data = await writtenFolder()
    const result = await deck(['serve', ...anyPort, '--data', data, '--kong-version', '2.8'])
    expectOneSentence(result, /^Error: .*it holds a Kong 3\.9, not a 2\.8\n/)
  })

  test.each([
    ['that is a file', (folder: string) => newFileIn(folder, 'data'), /data: it is a file\n/],
    [
      'inside a file',
      (folder: string) => join(newFileIn(folder, 'a'), 'b'),
      /b cannot be made: not a directory\n/,
    ],
    ['below /proc', () => '/proc/deck/data', /data cannot be made: no such file or directory\n/],
  ])('%s is refused', async (_what, pathIn, sentence) => {
    expectOneSentence(await deck(['serve', ...anyPort, '--data', pathIn(newFolder())]), sentence)
  })

  function newFileIn(folder: string, name: string): string {
    const path = join(folder, name)
    writeFileSync(path, '')
    return path
  }
})

describe('an address', () => {
  const taken: Server = createServer()
  let port = 0
  beforeAll(async () => {
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
  })
  afterAll(() => {
    taken.close()
  })

  test.each(['admin', 'proxy', 'manager', 'proxy-tls'])('of --%s-listen that is in use', async name => {
    const result = await deck(['serve', ...anyPort, `--${name}-listen`, `127.0.0.1:${port}`])
    expectOneSentence(
      result,
      new RegExp(`^Error: 127\\.0\\.0\\.1:${port} is in use\nhint: .*--${name}-listen`),
    )
  })

  test.each(['admin', 'proxy', 'manager', 'proxy-tls'])(
    'of --%s-listen that another machine has',
    async name => {
      const result = await deck(['serve', ...anyPort, `--${name}-listen`, '203.0.113.1:4711'])
      expectOneSentence(result, /^Error: 203\.0\.113\.1:4711 is not an address of this machine\n/)
    },
  )

  test.skipIf(isStandalone)('of a proxy with workers that is in use', async () => {
    const result = await deck(['serve', ...anyPort, '--workers', '2', '--proxy-listen', `127.0.0.1:${port}`])
    expectOneSentence(result, new RegExp(`^Error: 127\\.0\\.0\\.1:${port} is in use\n`))
  })

  test('whose name does not exist', async () => {
    const result = await deck(['serve', ...anyPort, '--admin-listen', 'nowhere.invalid:4711'])
    expectOneSentence(result, /^Error: nowhere\.invalid(:4711)? has no address/)
  })
})

describe('a file', () => {
  test('of --ready-file that cannot be written', async () => {
    const path = join(newFolder(), 'missing', 'ready.json')
    const result = await deck(['serve', ...anyPort, '--ready-file', path])
    expectOneSentence(result, /^Error: writing .*ready\.json: no such file or directory\n/)
  })

  test('of --ready-file takes the place of an older one and leaves nothing beside it', async () => {
    const path = newFile('ready.json', '{}')
    const { child, result } = startDeck(['serve', ...anyPort, '--ready-file', path])
    await until(
      () => readFileSync(path, 'utf8') !== '{}' || child.exitCode !== null,
      'the gateway is ready or has ended',
    )
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: child.pid })
    expect(readdirSync(join(path, '..'))).toEqual(['ready.json'])
    child.kill()
    expect((await result).code).toBe(0)
  })

  test('of --declarative-config that does not exist', async () => {
    const result = await deck(['serve', ...anyPort, '--declarative-config', 'nofile.yaml'])
    expectOneSentence(result, /^Error: --declarative-config nofile\.yaml: no such file or directory\n/)
  })

  test('of --declarative-config that is a folder', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'kong.yaml'))
    const result = await deck(['serve', ...anyPort, '--declarative-config', join(folder, 'kong.yaml')])
    expectOneSentence(result, /^Error: --declarative-config .*kong\.yaml: illegal operation on a directory\n/)
  })
})
