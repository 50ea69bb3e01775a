import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deck, guide, newFolder, type Served, serve, summary } from '../support/binary.ts'

describe.each(['2.8', '3.9'])("the guide's file, at Kong %s", version => {
  let gateway: Served
  const at = (...argv: string[]) => deck([...argv, '--kong-addr', gateway.admin])
  beforeAll(async () => {
    gateway = await serve(['--kong-version', version])
  })
  afterAll(() => gateway?.stop())

  test('ping names the version', async () => {
    const { stdout, code } = await at('gateway', 'ping')
    expect(code).toBe(0)
    expect(stdout).toBe(
      `Successfully connected to Kong!\nKong version:  ${version === '2.8' ? '2.8.5' : '3.9.1'}\n`,
    )
  })

  test('validate, diff, sync, diff, dump, sync of the dump, reset', async () => {
    const valid = await at('gateway', 'validate', guide)
    expect(valid).toEqual({ code: 0, stdout: '', stderr: '' })

    const planned = await at('gateway', 'diff', guide)
    expect(planned.stdout).toContain(summary(10, 0, 0))
    const synced = await at('gateway', 'sync', guide)
    expect(synced.code).toBe(0)
    expect(synced.stdout).toBe(planned.stdout)
    expect((await at('gateway', 'diff', guide)).stdout).toBe(summary(0, 0, 0))

    const dumped = join(newFolder(), 'dumped.yaml')
    expect((await at('gateway', 'dump', '-o', dumped)).code).toBe(0)
    expect(readFileSync(dumped, 'utf8')).toContain('example_upstream')
    expect((await at('gateway', 'sync', dumped)).stdout).toBe(summary(0, 0, 0))

    expect((await at('gateway', 'reset', '--force')).stdout).toContain(summary(0, 0, 10))
    expect((await at('gateway', 'dump')).stdout).toMatch(/^_format_version: "\d\.\d"\n(\{\}\n)?$/)
  })

  test('the short forms do the same', async () => {
    const folder = newFolder()
    expect((await at('sync', '-s', guide)).stdout).toContain(summary(10, 0, 0))
    expect((await at('diff', guide)).stdout).toBe(summary(0, 0, 0))
    expect((await deck(['dump', '--kong-addr', gateway.admin], { cwd: folder })).code).toBe(0)
    expect((await deck(['sync', '--kong-addr', gateway.admin], { cwd: folder })).stdout).toBe(
      summary(0, 0, 0),
    )
    expect((await at('reset', '-f')).stdout).toContain(summary(0, 0, 10))
  })

  test('a wrong word is refused with its place', async () => {
    const text = readFileSync(guide, 'utf8').replace('host: example_upstream', 'hots: example_upstream')
    const { code, stdout, stderr } = await deck(['gateway', 'sync', '-', '--kong-addr', gateway.admin], {
      stdin: text,
    })
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/:3:\d+: error: .*hots/)
    expect(stderr).toContain('host')
  })
})

test("the guide's missing dash is reported with the correct form", async () => {
  const { code, stderr } = await deck(['file', 'validate', '-'], {
    stdin: '_format_version: "1.1"\nservices:\n  host: example_upstream\n  name: example_service\n',
  })
  expect(code).toBe(1)
  expect(stderr).toMatch(/:[23]:\d+: error: /)
  expect(stderr).toContain('- ')
})
