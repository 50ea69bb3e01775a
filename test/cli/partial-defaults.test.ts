/** Incomplete records in `_info.defaults`: missing fields get Kong's defaults, at any depth, for every kind. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everyKind } from '../../src/entities/enterprise.ts'
import type { Field, Fields } from '../../src/entities/language/define.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { type Host, startHost } from '../support/deck-host.ts'

function versionOf(text: string) {
  const version = parseVersion(text)
  if (version === undefined) throw new Error(text)
  return version
}

interface Leaf {
  readonly path: readonly string[]
  readonly field: Field
}

/** The fields inside of records, at any depth. */
const leavesIn = (fields: Fields, above: readonly string[] = []): Leaf[] =>
  Object.entries(fields).flatMap(([name, field]): Leaf[] => {
    const path = [...above, name]
    if (field.type === 'record' && field.fields) return leavesIn(field.fields, path)
    return above.length === 0 ? [] : [{ path, field }]
  })

/** Another value than the default. */
function otherValue({ field }: Leaf): unknown {
  if (field.referenceable === true) return '{vault://env/other}'
  if (field.one_of !== undefined) return field.one_of.find(one => one !== field.default)
  if (field.type === 'boolean') return field.default !== true
  if (field.type === 'integer' || field.type === 'number') return field.default === 1 ? 2 : 1
  if (field.type === 'map') return { 'x-a': ['b'] }
  if (field.type === 'array' || field.type === 'set') return [418]
  return field.starts_with === '/' || field.format === 'path' ? '/other' : 'other.example'
}

const nested = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)

const kinds = createSchemas(versionOf('3.9'), () => undefined, { definitions: everyKind }).kinds

const folder = mkdtempSync(join(tmpdir(), 'deck-defaults-'))
let host: Host
beforeAll(() => {
  host = startHost()
})
afterAll(() => {
  host.stop()
  rmSync(folder, { recursive: true, force: true })
})

const run = (argv: readonly string[]) =>
  host.run({ argv, cwd: folder, env: { PATH: '', HOME: folder }, stdin: '' })

const write = (content: object): void => writeFileSync(join(folder, 'kong.json'), JSON.stringify(content))

it.each(kinds.filter(({ fields }) => leavesIn(fields).length > 0).map(one => [one.kind, one] as const))(
  'any part of a record of %s may be a default',
  async (kind, { fields }) => {
    for (const { path, field } of leavesIn(fields)) {
      const value = field.default ?? otherValue({ path, field })
      write({ _format_version: '3.0', _info: { defaults: { [kind]: nested(path, value) } } })
      expect(await run(['file', 'validate', 'kong.json']), path.join('.')).toMatchObject({
        exit: 0,
        stderr: '',
      })
    }
  },
)

it.each([
  [
    { upstream: { healthchecks: { active: { healthy: { interval: -1 } } } } },
    'healthchecks.active.healthy.interval',
  ],
  [{ upstream: { healthchecks: { active: { nope: 1 } } } }, 'healthchecks.active.nope'],
  [{ upstream: { healthchecks: { active: [] } } }, 'healthchecks.active: expected a mapping'],
])('what is wrong in a part is an error: %j', async (defaults, said) => {
  write({ _format_version: '3.0', _info: { defaults } })
  const { exit, stderr } = await run(['file', 'validate', 'kong.json'])
  expect(exit).toBe(1)
  expect(stderr).toContain(said)
  expect(stderr).toContain('1 problem')
})

describe.each(['2.8', '3.9'])('on Kong %s', kong => {
  let gateway: Gateway
  beforeAll(async () => {
    const any = { port: 0 }
    gateway = await startGateway({ adminListen: any, proxyListen: any, version: versionOf(kong) })
  })
  afterAll(() => gateway.close())

  const upstream = { name: 'a.example' }
  const stored = async (): Promise<Record<string, unknown>> => {
    const response = await fetch(`${gateway.admin}/upstreams/${upstream.name}`)
    const {
      id: _id,
      created_at: _created,
      updated_at: _updated,
      ...fields
    } = (await response.json()) as Record<string, unknown>
    return fields
  }

  it('the rest has the defaults of the gateway', async () => {
    const content = { _format_version: kong === '2.8' ? '1.1' : '3.0', upstreams: [upstream] }
    const sync = ['gateway', 'sync', 'kong.json', '--kong-addr', gateway.admin]
    write(content)
    expect(await run(sync)).toMatchObject({ exit: 0 })
    const plain = await stored()
    const { fields } = createSchemas(versionOf(kong), () => undefined).of('upstream')
    for (const leaf of leavesIn(fields)) {
      const value = otherValue(leaf)
      write({ ...content, _info: { defaults: { upstream: nested(leaf.path, value) } } })
      expect(await run(sync), leaf.path.join('.')).toMatchObject({ exit: 0, stderr: '' })
      expect(await stored()).toEqual(withValue(plain, leaf.path, value))
      const diff = ['gateway', 'diff', ...sync.slice(2), '--non-zero-exit-code']
      expect(await run(diff), leaf.path.join('.')).toMatchObject({ exit: 0, stderr: '' })
    }
  })
})

function withValue(
  record: Readonly<Record<string, unknown>>,
  path: readonly string[],
  value: unknown,
): object {
  const [first = '', ...rest] = path
  const inner = record[first] as Record<string, unknown>
  return { ...record, [first]: rest.length === 0 ? value : withValue(inner, rest, value) }
}
