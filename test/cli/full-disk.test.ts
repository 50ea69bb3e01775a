/** A full, read-only or foreign disk below `serve --data` and below what commands write. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { deck, isStandalone, newFile, newFolder, repository, type Served, serve } from '../support/binary.ts'
import type { Result } from '../support/processes.ts'
import { noSmallDisk, smallDisk } from '../support/small-disk.ts'

if (noSmallDisk !== undefined) process.stdout.write(`${noSmallDisk}\n`)

const anyPort = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])

function expectOneSentence({ code, stderr }: Result, sentence: RegExp): void {
  expect(stderr).toMatch(sentence)
  expect(stderr).not.toContain('bug in deck')
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
  expect(code).toBe(1)
}

const post = async ({ admin }: Served, name: string, size = 4000) => {
  const answer = await fetch(`${admin}/services`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, host: 'h', tags: ['x'.repeat(size)] }),
  })
  return { status: answer.status, body: (await answer.json()) as { message?: string } }
}

const namesIn = async ({ admin }: Served): Promise<string[]> => {
  const { data } = (await (await fetch(`${admin}/services?size=1000`)).json()) as { data: { name: string }[] }
  return data.map(({ name }) => name).sort()
}

describe.skipIf(noSmallDisk !== undefined)('a full disk', () => {
  test.each([[[]], ...(isStandalone ? [] : [[['--workers', '2']]])])(
    '%j refuses writes and nothing else, and all goes on when there is room',
    async more => {
      const disk = smallDisk(1024)
      const data = join(disk.folder, 'data')
      const gateway = await serve(['--data', data, ...more])
      const made: string[] = []
      const refused: { status: number; body: { message?: string } }[] = []
      for (let turn = 0; refused.length < 20; turn++) {
        // Several at once share one transaction.
        const names = Array.from({ length: 5 }, (_, index) => `s${turn}-${index}`)
        for (const [index, answer] of (await Promise.all(names.map(name => post(gateway, name)))).entries()) {
          if (answer.status === 201) made.push(names[index] ?? '')
          else refused.push(answer)
        }
      }
      for (const { status, body } of refused) {
        expect(status).toBe(500)
        expect(body.message).toBe(`the change cannot be stored in ${data}: no space left on device`)
      }
      disk.fill()
      expect(await namesIn(gateway)).toEqual(made.toSorted())
      expect((await fetch(gateway.proxy)).status).toBe(404)
      // Room can be made by deleting.
      const [gone = ''] = made.splice(0, 1)
      expect((await fetch(`${gateway.admin}/services/${gone}`, { method: 'DELETE' })).status).toBe(204)
      expect(await namesIn(gateway)).toEqual(made.toSorted())

      await gateway.stop('SIGKILL')
      const again = await serve(['--data', data, ...more])
      expect(await namesIn(again)).toEqual(made.toSorted())
      disk.remount('size=8m')
      for (let index = 0; index < 60; index++) {
        expect((await post(again, `more-${index}`)).status).toBe(201)
        made.push(`more-${index}`)
      }
      const { stderr } = await again.stop()
      expect(stderr).not.toMatch(/^\s+at .*:\d+/m)
      const last = await serve(['--data', data])
      expect(await namesIn(last)).toEqual(made.toSorted())
      await last.stop()
      expect(readdirSync(data).toSorted()).toEqual(['data.mdb', 'data.mdb-lock'])
    },
  )

  test('a sync says why its changes are refused', async () => {
    const disk = smallDisk(512)
    const gateway = await serve(['--data', join(disk.folder, 'data')])
    const services = Array.from(
      { length: 300 },
      (_, index) => `- {name: s${index}, host: h, tags: [${'x'.repeat(4000)}]}\n`,
    )
    const file = newFile('kong.yaml', `_format_version: "3.0"\nservices:\n${services.join('')}`)
    const { code, stderr } = await deck(['gateway', 'sync', file, '--kong-addr', gateway.admin])
    expect(code).toBe(1)
    expect(stderr).toContain('no space left on device')
    await gateway.stop()
  })

  test('a new folder is refused, and nothing is left behind', async () => {
    const disk = smallDisk(256)
    disk.fill()
    const before = readdirSync(disk.folder)
    const data = join(disk.folder, 'data')
    const result = await deck(['serve', ...anyPort, '--data', data])
    expectOneSentence(result, /^Error: the data folder .*data cannot be used: no space left on device\n/)
    expect(readdirSync(disk.folder).toSorted()).toEqual([...before, 'data'].toSorted())
    expect(readdirSync(data).filter(name => name.startsWith('owner') || name.endsWith('.tmp'))).toEqual([])
  })

  test('a dump onto it leaves the previous one', async () => {
    const disk = smallDisk(64)
    const gateway = await serve([
      newFile(
        'kong.yaml',
        `_format_version: "3.0"\nservices: [{name: a, host: h, tags: [${'x'.repeat(60_000)}]}]\n`,
      ),
    ])
    const file = join(disk.folder, 'dump.yaml')
    writeFileSync(file, 'previous\n')
    disk.fill()
    const result = await deck(['gateway', 'dump', '-o', file, '--yes', '--kong-addr', gateway.admin])
    expectOneSentence(result, /^Error: writing .*dump\.yaml: no space left on device\n/)
    expect(readFileSync(file, 'utf8')).toBe('previous\n')
    expect(readdirSync(disk.folder).filter(name => name.endsWith('.tmp'))).toEqual([])
    await gateway.stop()
  })

  test('a read-only one is refused in one sentence', async () => {
    const disk = smallDisk(1024)
    const data = join(disk.folder, 'data')
    await (await serve(['--data', data])).stop()
    disk.remount('ro')
    const sentence = /^Error: the data folder .*data cannot be used: read-only file system\n/
    expectOneSentence(await deck(['serve', ...anyPort, '--data', data]), sentence)
    const fresh = await deck(['serve', ...anyPort, '--data', join(disk.folder, 'fresh')])
    expectOneSentence(fresh, /^Error: the data folder .*fresh cannot be made: read-only file system\n/)
  })
})

const nobody = 65534

/** Another user may be kept out of the folder that this repository or temporary files are in. */
const isReachable = (): boolean =>
  process.getuid?.() === 0 &&
  spawnSync(
    process.execPath,
    [
      '-e',
      'for (const path of process.argv.slice(1)) fs.accessSync(path)',
      join(repository, 'bin/run.js'),
      tmpdir(),
    ],
    { uid: nobody, gid: nobody, cwd: '/' },
  ).status === 0

describe.skipIf(!isReachable())("another user's folder", () => {
  const deckAsNobody = (argv: readonly string[]): Promise<Result> =>
    deck(argv, { user: nobody, cwd: '/', env: { HOME: '/' } })

  test('is refused in one sentence', async context => {
    if ((await deckAsNobody(['version'])).code !== 0) context.skip('another user cannot read this program')
    const folder = newFolder()
    chmodSync(folder, 0o755)
    const data = join(folder, 'data')
    await (await serve(['--data', data])).stop()
    const sentence = /^Error: the data folder .*data cannot be used: permission denied\n/
    expectOneSentence(await deckAsNobody(['serve', ...anyPort, '--data', data]), sentence)
    const fresh = await deckAsNobody(['serve', ...anyPort, '--data', join(folder, 'fresh')])
    expectOneSentence(fresh, /^Error: the data folder .*fresh cannot be made: permission denied\n/)
    expect(existsSync(join(folder, 'fresh'))).toBe(false)
  })

  test('whose file alone is closed is refused in one sentence', async context => {
    if ((await deckAsNobody(['version'])).code !== 0) context.skip('another user cannot read this program')
    const data = join(newFolder(), 'data')
    await (await serve(['--data', data])).stop()
    chmodSync(join(data, '..'), 0o777)
    chmodSync(data, 0o777)
    chmodSync(join(data, 'data.mdb'), 0o600)
    const result = await deckAsNobody(['serve', ...anyPort, '--data', data])
    expectOneSentence(result, /^Error: the data folder .*data cannot be used: permission denied\n/)
    expect(existsSync(join(data, 'owner.json'))).toBe(false)
  })
})

test('a data file of another program is refused', async () => {
  const data = join(newFolder(), 'data')
  mkdirSync(data)
  writeFileSync(join(data, 'data.mdb'), 'their notes')
  const result = await deck(['serve', ...anyPort, '--data', data])
  expectOneSentence(result, /^Error: the data in .* cannot be used: it is no data file of this program\n/)
  expect(readFileSync(join(data, 'data.mdb'), 'utf8')).toBe('their notes')
})
