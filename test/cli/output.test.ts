import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deck, guide, newFile, newFolder, type Served, serve, startDeck, summary } from '../support/binary.ts'

let gateway: Served
const at = (argv: readonly string[], options: Parameters<typeof deck>[1] = {}) =>
  deck([...argv, '--kong-addr', gateway.admin], options)
const colour = '\u001b['

beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway?.stop())
beforeEach(async () => {
  await at(['reset', '-f'])
})

describe('in a pipe', () => {
  test('no colours, unless asked for', async () => {
    const plain = await at(['diff', guide])
    expect(plain.stdout + plain.stderr).not.toContain(colour)
    expect((await at(['diff', guide, '--no-color=false'])).stdout).toContain(colour)
    expect((await at(['diff', guide, '--no-color=false'], { env: { NO_COLOR: '1' } })).stdout).not.toMatch(
      colour,
    )
  })

  test('the same bytes each time', async () => {
    const [first, second] = [await at(['diff', guide]), await at(['diff', guide])]
    expect(first).toEqual(second)
  })

  test('a reader that leaves does not stop a sync', async () => {
    const running = startDeck(['sync', guide, '--kong-addr', gateway.admin])
    running.child.stdout?.destroy()
    expect((await running.result).code).toBe(0)
    expect((await at(['diff', guide])).stdout).toBe(summary(0, 0, 0))
  })
})

describe('standard input', () => {
  test('is what - names, and what the long forms read without a name', async () => {
    const stdin = readFileSync(guide, 'utf8')
    expect((await at(['gateway', 'sync', '-'], { stdin })).stdout).toContain(summary(10, 0, 0))
    expect((await at(['gateway', 'diff'], { stdin })).stdout).toBe(summary(0, 0, 0))
    expect((await at(['diff', '-s', '-'], { stdin })).stdout).toBe(summary(0, 0, 0))
  })
})

describe('JSON', () => {
  test('is one document on standard output, also with --non-zero-exit-code', async () => {
    const { code, stdout } = await at(['diff', guide, '--json-output', '--non-zero-exit-code'])
    expect(code).toBe(2)
    const report = JSON.parse(stdout)
    expect(report.summary).toMatchObject({ creating: 10, updating: 0, deleting: 0, total: 10 })
    expect(report.changes.creating).toHaveLength(10)
  })

  test('a sync prints the same document', async () => {
    const { code, stdout } = await at(['sync', guide, '--json-output'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ summary: { creating: 10 }, errors: [] })
  })
})

describe('exit codes of diff', () => {
  test('0 with differences, 2 with --non-zero-exit-code, 0 without any', async () => {
    expect((await at(['diff', guide])).code).toBe(0)
    expect((await at(['diff', guide, '--non-zero-exit-code'])).code).toBe(2)
    await at(['sync', guide])
    expect((await at(['diff', guide, '--non-zero-exit-code'])).code).toBe(0)
  })
})

describe('dump', () => {
  test('writes a file for its owner alone, its ending from the format', async () => {
    const cwd = newFolder()
    expect((await at(['gateway', 'dump', '-o', 'out', '--format', 'JSON'], { cwd })).code).toBe(0)
    const path = join(cwd, 'out.json')
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ _format_version: '3.0' })
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('asks before it overwrites', async () => {
    const cwd = newFolder()
    const path = join(cwd, 'kong.yaml')
    writeFileSync(path, 'mine')
    const question = "File 'kong.yaml' already exists. Do you want to overwrite it? "
    const no = await at(['dump'], { cwd, stdin: 'n\n' })
    expect(no).toMatchObject({ code: 0, stdout: question })
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect((await at(['dump'], { cwd })).code).toBe(1)
    expect((await at(['dump'], { cwd, stdin: 'yes\n' })).code).toBe(0)
    expect(readFileSync(path, 'utf8')).toContain('_format_version')
    writeFileSync(path, 'mine')
    expect((await at(['dump', '--yes'], { cwd })).stdout).toBe('')
    expect(readFileSync(path, 'utf8')).toContain('_format_version')
  })

  test('an unknown format is refused', async () => {
    expect(await at(['gateway', 'dump', '--format', 'xml'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('Error: unknown file format: XML\n'),
    })
  })

  test.skipIf(process.getuid?.() === 0)('a folder that is not writable is reported', async () => {
    const cwd = newFolder()
    chmodSync(cwd, 0o500)
    const { code, stderr } = await at(['dump'], { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Error: /)
    expect(existsSync(join(cwd, 'kong.yaml'))).toBe(false)
  })
})

describe('reset', () => {
  test('asks first', async () => {
    await at(['sync', guide])
    const question = "This will delete all configuration from Kong's database.\n> Are you sure? "
    expect(await at(['reset'], { stdin: 'no\n' })).toMatchObject({ code: 0, stdout: question })
    expect((await at(['reset'])).code).toBe(1)
    expect((await at(['diff', guide])).stdout).toBe(summary(0, 0, 0))
    expect((await at(['reset'], { stdin: 'y\n' })).stdout).toContain(summary(0, 0, 10))
  })
})

describe('tags', () => {
  test('a sync with --select-tag adds them and touches nothing else', async () => {
    const other = newFile('other.yaml', '_format_version: "3.0"\nservices:\n- name: other\n  host: o\n')
    const mine = newFile('mine.yaml', '_format_version: "3.0"\nservices:\n- name: mine\n  host: m\n')
    await at(['sync', other])
    expect((await at(['sync', mine, '--select-tag', 'team-a'])).stdout).toContain(summary(1, 0, 0))
    const { stdout } = await at(['gateway', 'dump', '--select-tag', 'team-a'])
    expect(stdout).toContain('team-a')
    expect(stdout).not.toContain('other')
    expect((await at(['reset', '-f', '--select-tag', 'team-a'])).stdout).toContain(summary(0, 0, 1))
    expect((await at(['diff', other])).stdout).toBe(summary(0, 0, 0))
  })

  test('consumers are left alone with --skip-consumers', async () => {
    await at(['sync', guide])
    expect((await at(['reset', '-f', '--skip-consumers'])).stdout).toContain(summary(0, 0, 8))
    expect((await at(['gateway', 'dump'])).stdout).toContain('apikey')
  })
})
