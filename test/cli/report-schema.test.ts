/**
 * docs/report.schema.json describes what `--json-output` really writes: every command, and every way in
 * which a run can end.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deck, newFile, type Served, serve } from '../support/binary.ts'

const page = join(import.meta.dirname, '../../docs/report.schema.json')
const validate = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(page, 'utf8')))

let gateway: Served
beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway?.stop())

const head = '_format_version: "3.0"\n'
const one = newFile(
  'one.yaml',
  `${head}services:\n- {name: a, host: h, tags: [t], routes: [{name: r, paths: [/a]}]}\n`,
)
const other = newFile(
  'other.yaml',
  `${head}services:\n- {name: a, host: i, port: 81}\nconsumers:\n- {username: c, keyauth_credentials: [{key: k}]}\n`,
)
const refused = newFile(
  'refused.yaml',
  `${head}services:\n- {name: a, host: i}\nplugins:\n- {name: rate-limiting, config: {minute: -1}}\n- {name: cors}\n`,
)
const twice = newFile('twice.yaml', `${head}services:\n- {name: a, host: i}\n- {name: a, host: j}\n`)

const report = async (argv: readonly string[]) => {
  const { code, stdout } = await deck(['gateway', ...argv, '--json-output', '--kong-addr', gateway.admin])
  const document: unknown = JSON.parse(stdout)
  expect(validate(document), JSON.stringify(validate.errors)).toBe(true)
  return { code, document }
}

test('of runs that succeed', async () => {
  expect(await report(['diff', one, '--non-zero-exit-code'])).toMatchObject({
    code: 2,
    document: { summary: { creating: 2 } },
  })
  expect(await report(['sync', one, '--silence-events'])).toMatchObject({
    code: 0,
    document: { summary: { total: 2 } },
  })
  expect(await report(['apply', other])).toMatchObject({
    document: {
      changes: {
        updating: [
          { name: 'a', changed_fields: expect.arrayContaining([{ path: 'port', old: 80, new: 81 }]) },
        ],
      },
    },
  })
  expect(await report(['sync', other, '--yes'])).toMatchObject({ document: { summary: { deleting: 1 } } })
})

test('of a run in which the gateway refuses something', async () => {
  const { code, document } = await report([
    'sync',
    refused,
    '--yes',
    '--skip-preflight',
    '--parallelism',
    '1',
  ])
  expect(code).toBe(1)
  expect(document).toMatchObject({
    diagnostics: expect.arrayContaining([
      expect.objectContaining({ code: 'change-failed', where: expect.objectContaining({ line: 5 }) }),
    ]),
  })
})

test('of files with mistakes: both places of a duplicate', async () => {
  const { code, document } = await report(['sync', twice])
  expect(code).toBe(1)
  expect(document).toMatchObject({
    diagnostics: [
      { code: 'duplicate', where: { line: 4 }, related: { line: 3, message: expect.any(String) } },
    ],
  })
})

test('of a gateway that is not there, and of a reset', async () => {
  const { code, stdout } = await deck([
    'gateway',
    'diff',
    one,
    '--json-output',
    '--kong-addr',
    'http://127.0.0.1:1',
  ])
  expect(code).toBe(1)
  expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true)
  expect(await report(['reset', '--force'])).toMatchObject({ code: 0 })
})
