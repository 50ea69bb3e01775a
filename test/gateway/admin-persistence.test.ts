/**
 * What was answered is there after kill -9; a folder in use, damaged, newer or of another version is refused
 * and left alone.
 */
import type { ChildProcess } from 'node:child_process'
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import { build } from 'esbuild'
import { open } from 'lmdb'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { anyPort, startBareGateway } from '../support/bare-gateway.ts'
import { startNode } from '../support/processes.ts'

const version = { major: 3, minor: 9, text: '3.9' }
const repository = path.resolve(import.meta.dirname, '../..')
const bundle = path.join(repository, 'node_modules/.cache/keep-writing.mjs')

let folder: string
const started: ChildProcess[] = []
const opened: Gateway[] = []

const start = async (dataDir = folder) => {
  const gateway = await startBareGateway({ version, dataDir })
  opened.push(gateway)
  return gateway
}

/** Lines that the process has said, as they come. */
async function* lines(child: ChildProcess): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of child.stdout ?? []) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
}

/** Starts a writer, lets it be answered `count` times, and kills it in the middle of its work. */
async function writeAndKill(count: number): Promise<string[]> {
  const child = startNode([bundle, folder])
  child.stderr.pipe(process.stderr)
  started.push(child)
  const ended = new Promise(resolve => child.once('exit', resolve))
  const answered: string[] = []
  for await (const line of lines(child)) {
    if (line.startsWith('kept-')) answered.push(line)
    if (answered.length === count) child.kill('SIGKILL')
  }
  await ended
  return answered
}

beforeAll(async () => {
  await build({
    entryPoints: [path.join(repository, 'test/support/keep-writing.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  })
})
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deck-data-'))
})
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  for (const gateway of opened.splice(0)) await gateway.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('data in a folder', () => {
  it('keeps what was answered before kill -9, and is not locked by the dead', async () => {
    const answered = await writeAndKill(25)
    expect(answered.length).toBeGreaterThanOrEqual(25)
    const gateway = await start()
    for (const name of answered) {
      expect((await ask(gateway.admin, 'GET', `/services/${name}`)).status, name).toBe(200)
    }
  })

  it.each(['2.8', '3.9'])('keeps the workspace that plugins of %s tell of', async text => {
    const [major = 0, minor = 0] = text.split('.').map(Number)
    const options = { ...anyPort, version: { major, minor, text }, dataDir: folder }
    const ids = new Set<unknown>()
    for (const run of ['first', 'second']) {
      const gateway = await startGateway(options)
      opened.push(gateway)
      if (run === 'first') {
        await ask(gateway.admin, 'POST', '/routes', { paths: ['/'] })
        await ask(gateway.admin, 'POST', '/plugins', { name: 'request-termination', config: { echo: true } })
      } else if (major === 2) {
        ids.add((await ask(gateway.admin, 'GET', '/workspaces/default')).json.id)
      }
      const echo = (await (await fetch(gateway.proxy)).json()) as { matched_route: { ws_id: unknown } }
      ids.add(echo.matched_route.ws_id)
      await gateway.close()
    }
    expect([...ids]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])
  })

  it('keeps changes and deletions from one run to the next', async () => {
    const first = await start()
    await ask(first.admin, 'PUT', '/services/a', { host: 'a.example' })
    await ask(first.admin, 'PUT', '/services/b', { host: 'b.example' })
    await ask(first.admin, 'PATCH', '/services/a', { host: 'c.example' })
    await ask(first.admin, 'DELETE', '/services/b')
    await opened.pop()?.close()
    const second = await start()
    expect((await ask(second.admin, 'GET', '/services/a')).json['host']).toBe('c.example')
    expect((await ask(second.admin, 'GET', '/services')).json['data']).toHaveLength(1)
  })

  it('keeps the workspaces of 2.8, and makes no second default', async () => {
    const old = { major: 2, minor: 8, text: '2.8' }
    const open = async () => {
      const gateway = await startBareGateway({ version: old, dataDir: folder })
      opened.push(gateway)
      return gateway
    }
    const first = await open()
    await ask(first.admin, 'POST', '/workspaces', { name: 'more', comment: 'kept' })
    await opened.pop()?.close()
    const second = await open()
    expect((await ask(second.admin, 'GET', '/workspaces/more')).json['comment']).toBe('kept')
    expect((await ask(second.admin, 'GET', '/workspaces')).json['data']).toHaveLength(2)
  })

  it('refuses a second gateway while the first runs', async () => {
    await start()
    await expect(start()).rejects.toThrow(`in use by process ${process.pid}`)
  })

  it('takes over from a process whose number another one has now', async () => {
    const stale = { pid: process.ppid, began: 'long ago' }
    writeFileSync(path.join(folder, 'owner.json'), JSON.stringify(stale))
    // Where the system does not tell when a process began, its number is all there is.
    const tells = readdirSync('/').includes('proc')
    if (tells) await expect(start()).resolves.toBeDefined()
  })
})

it('notices each flipped bit that matters', async () => {
  const script = path.join(repository, 'node_modules/.cache/flip-bits.mjs')
  await build({
    entryPoints: [path.join(repository, 'test/support/flip-bits.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  })
  const gateway = await start()
  for (let n = 0; n < 120; n++) {
    await ask(gateway.admin, 'PUT', `/services/s${n}`, { host: 'a.example', tags: ['t'.repeat(n * 40)] })
    if (n % 10 === 9) await ask(gateway.admin, 'DELETE', `/services/s${n - 5}`)
  }
  await opened.pop()?.close()
  const child = startNode([script, folder, '20261130', '400'])
  started.push(child)
  let printed = ''
  for await (const line of lines(child)) printed += line
  const { refused, unnoticed, messages } = JSON.parse(printed)
  expect(unnoticed).toEqual([])
  expect(refused).toBeGreaterThan(50)
  for (const message of messages) expect(message).toMatch(/^DeckError: the data in FOLDER cannot be used: /)
})

describe('data that cannot be used', () => {
  const file = () => path.join(folder, 'data.mdb')

  async function refused(spoil: () => void | Promise<void>): Promise<string> {
    const first = await start()
    for (let n = 0; n < 40; n++) await ask(first.admin, 'PUT', `/services/s${n}`, { host: 'a.example' })
    await opened.pop()?.close()
    await spoil()
    const before = readFileSync(file())
    const said = await start().then(
      () => 'started',
      (error: Error) => error.message,
    )
    expect(readFileSync(file()).equals(before), 'nothing was changed').toBe(true)
    expect(readdirSync(folder)).not.toContain('owner.json')
    return said
  }

  it('is no data at all', async () => {
    expect(await refused(() => copyFileSync(import.meta.filename, file()))).toContain(
      'no data file of this program',
    )
  })

  it('is cut off', async () => {
    expect(await refused(() => truncateSync(file(), 20_000))).toContain('cut off')
  })

  it('has a changed byte in an entity', async () => {
    const spoil = () => {
      const bytes = readFileSync(file())
      let at = bytes.indexOf('a.example')
      while (at !== -1) {
        bytes.write('b.example', at)
        at = bytes.indexOf('a.example')
      }
      writeFileSync(file(), bytes)
    }
    expect(await refused(spoil)).toContain('is damaged')
  })

  it('is of a newer LMDB', async () => {
    const spoil = () => {
      const bytes = readFileSync(file())
      bytes.writeUInt32LE(99, 28)
      writeFileSync(file(), bytes)
    }
    expect(await refused(spoil)).toContain('newer than this program knows')
  })

  it('was written by a newer program', async () => {
    const spoil = async () => {
      const database = open<string, string>({ path: file(), noSubdir: true, encoding: 'string' })
      const about = JSON.stringify({ format: 3, kong: '3.9', count: 1 })
      await database.put(' about', crc32(about).toString(16).padStart(8, '0') + about)
      await database.close()
    }
    expect(await refused(spoil)).toContain('written by a newer deck (data format 3; this one knows 2)')
  })

  it('is of another Kong', async () => {
    const first = await start()
    await ask(first.admin, 'PUT', '/services/a', { host: 'a.example' })
    await opened.pop()?.close()
    const other = startBareGateway({ version: { major: 2, minor: 8, text: '2.8' }, dataDir: folder })
    await expect(other).rejects.toThrow('it holds a Kong 3.9, not a 2.8')
  })
})
