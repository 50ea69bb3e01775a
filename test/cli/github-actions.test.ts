/** What GitHub Actions reads from a step: annotations and groups, on standard error alone. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deck, guide, newFile, newFolder, type Served, serve } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'

const workspace = newFolder()
const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: workspace, CI: 'true' }
mkdirSync(join(workspace, 'gateway'))
const inFolder = { cwd: join(workspace, 'gateway'), env }

const write = (text: string): void => writeFileSync(join(workspace, 'gateway', 'kong.yaml'), text)
const annotations = (text: string): string[] => text.split('\n').filter(line => line.startsWith('::'))

it('a problem is an annotation at its line, below the text for people', async () => {
  write('_format_version: "3.0"\nservices:\n- name: a\n  hots: 100%, yes\n')
  const { code, stdout, stderr } = await deck(['file', 'validate', 'kong.yaml'], inFolder)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('kong.yaml:4:3: error: unknown field "hots"')
  expect(annotations(stderr)[0]).toMatch(
    /^::error file=gateway\/kong\.yaml,line=4,col=3,endColumn=7,title=unknown-field::unknown field "hots" .*%0Ahint: /,
  )
  const plain = await deck(['file', 'validate', 'kong.yaml'], { cwd: inFolder.cwd })
  expect(annotations(plain.stderr)).toEqual([])
})

it('warnings are annotations of a run that succeeds', async () => {
  write('_format_version: "3.0"\nservices:\n- name: a\n  host: h\n  enabled: yes\n')
  const { code, stderr } = await deck(['file', 'validate', 'kong.yaml'], inFolder)
  expect(code).toBe(0)
  expect(annotations(stderr)).toEqual([
    expect.stringMatching(/^::warning file=gateway\/kong\.yaml,line=\d,.*title=yaml-1\.1::/),
  ])
})

it('many problems are a group, and ten annotations', async () => {
  const services = Array.from({ length: 25 }, (_, at) => `- {name: s${at}, host: h, hots: x}\n`).join('')
  write(`_format_version: "3.0"\nservices:\n${services}`)
  const lines = annotations((await deck(['file', 'validate', 'kong.yaml'], inFolder)).stderr)
  expect(lines.slice(0, 2)).toEqual(['::group::25 problems', '::endgroup::'])
  expect(lines.slice(2)).toHaveLength(10)
  expect(lines.slice(2).every(line => line.startsWith('::error file='))).toBe(true)
})

it('--format github and --report github have the annotations, and no other place', async () => {
  write('_format_version: "3.0"\nservices:\n- name: a\n  hots: x\n')
  const { stdout, stderr } = await deck(['file', 'validate', 'kong.yaml', '--format', 'github'], inFolder)
  expect(annotations(stdout)).not.toEqual([])
  expect(annotations(stderr)).toEqual([])
  const report = await deck(['file', 'validate', 'kong.yaml', '--report', 'github=a.txt'], inFolder)
  expect(annotations(report.stderr)).toEqual([])
})

it('an error without a place is an annotation of the run', async () => {
  const { stderr } = await deck(['ping', '--kong-addr', 'http://127.0.0.1:1'], { env })
  expect(annotations(stderr)).toEqual([expect.stringMatching(/^::error title=deck::reading Kong version: /)])
})

describe('a gateway', () => {
  let gateway: Served
  beforeAll(async () => {
    gateway = await serve()
  })
  afterAll(() => gateway?.stop())

  it('the output is the same as elsewhere', async () => {
    const argv = ['gateway', 'diff', guide, '--kong-addr', gateway.admin]
    const here = await deck(argv, { env })
    expect(here).toEqual(await deck(argv))
    expect(here.code).toBe(0)
  })

  it('a change that fails is an annotation at its entity', async () => {
    const relay = await faultyRelay(gateway.admin, ({ method, path }) =>
      method === 'GET' || path.includes('/schemas/')
        ? undefined
        : { what: 'status', status: 400, body: '{"message":"not today","name":"x","code":1}' },
    )
    const file = newFile('kong.yaml', '_format_version: "3.0"\nservices:\n- name: a\n  host: h\n')
    const argv = ['gateway', 'sync', file, '--kong-addr', relay.address]
    const { code, stdout, stderr } = await deck(argv, { env })
    expect(code).toBe(1)
    expect(annotations(stdout)).toEqual([])
    expect(annotations(stderr)).toEqual([
      expect.stringMatching(
        /^::error file=.*kong\.yaml,line=3,.*title=change-failed::Create service a failed: .*not today/,
      ),
    ])
  })
})
