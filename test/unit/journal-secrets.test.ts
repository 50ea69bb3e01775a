/**
 * What the journal writes of an entity with a secret at an unusual place. Most entities have none, and are
 * written without being copied: these must not be taken for such.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import type { Field } from '../../src/entities/language/define.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { parseDocument } from '../../src/file/yaml/parse.ts'
import { opener, readRuns } from '../../src/journal/read.ts'
import { openJournal } from '../../src/journal/write.ts'
import type { Change } from '../../src/plan/diff.ts'
import { isFreeOfSecrets, maskEntity } from '../../src/report/mask.ts'

const folder = mkdtempSync(join(tmpdir(), 'deck-journal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const version = parseVersion('3.9.1')
if (version === undefined) throw new Error('3.9.1 is a version')

const text: Field = { type: 'string' }
const secretText: Field = { type: 'string', encrypted: true }

/** The same names stand in both plugins: in the first one they are plain. */
const configs: Record<string, Record<string, Field>> = {
  plain: {
    phrase: text,
    phrases: { type: 'array', elements: text },
    by_name: { type: 'map', keys: text, values: text },
    servers: { type: 'array', elements: { type: 'record', fields: { host: text, phrase: text } } },
  },
  own: {
    phrase: secretText,
    phrases: { type: 'array', elements: text, encrypted: true },
    codes: { type: 'set', elements: secretText },
    groups: { type: 'array', elements: { type: 'array', elements: secretText } },
    by_name: { type: 'map', keys: text, values: secretText },
    servers: { type: 'array', elements: { type: 'record', fields: { host: text, phrase: secretText } } },
    lists: { type: 'array', elements: { type: 'array', elements: { type: 'record', fields: { a: text } } } },
    tables: { type: 'array', elements: { type: 'map', keys: text, values: secretText } },
    anything: { type: 'json' },
  },
}

const schemas = createSchemas(version, name => {
  const fields = configs[name]
  return fields && { name, fields: { config: { type: 'record', fields } } }
})

const change = (kind: string, after: Change['after'], origin?: Change['origin']): Change => ({
  op: 'create',
  kind,
  id: '00000000-0000-4000-8000-000000000000',
  title: 'one',
  ...(after && { after }),
  fields: [],
  ...(origin && { origin }),
})

interface Recorded {
  /** The file. */
  readonly text: string
  /** The entities as a rollback reads them. */
  readonly entities: unknown[]
}

/** @param key for secrets; undefined: they are left out */
async function recorded(changes: readonly Change[], key?: string): Promise<Recorded> {
  const own = mkdtempSync(join(folder, 'run-'))
  const settings = { folder: own, isNamed: true, ...(key !== undefined && { key }) }
  const description = {
    command: 'sync',
    gateway: 'g',
    workspace: '',
    kong_version: '3.9.1',
    select_tags: [],
    scope: {},
    files: [],
  }
  await openJournal(settings, description, changes, schemas, () => {}).finish('applied')
  const [run] = await readRuns(own)
  if (run === undefined) throw new Error('the run was recorded')
  const open = opener(run, key)
  const [name = ''] = readdirSync(own)
  return {
    text: readFileSync(join(own, name), 'utf8'),
    entities: run.changes.map(one => open(one, 'after')),
  }
}

const canary = 'c4n4ry-7f3a'
const plain = {
  phrase: 'a',
  phrases: ['b'],
  by_name: { 'x-one': 'c' },
  servers: [{ host: 'h', phrase: 'd' }],
}

const places: [place: string, config: Record<string, unknown>][] = [
  ['a field that the schema marks', { phrase: canary }],
  ['a list that the schema marks', { phrases: [canary, `${canary}-2`] }],
  ['a list whose elements the schema marks', { codes: [canary] }],
  ['a list of such lists', { groups: [['a plain one'], [canary]] }],
  ['a map whose values the schema marks', { by_name: { 'x-one': canary } }],
  ['a map with a name like a secret’s', { by_name: { authorization: canary } }],
  ['a map in a list', { tables: [{ one: canary }] }],
  ['a record in a list', { servers: [{ host: 'h' }, { host: 'h', phrase: canary }] }],
  ['a name like a secret’s, in a record of a list', { servers: [{ host: 'h', redis_password: canary }] }],
  ['a list in a list', { lists: [[{ a: 'plain' }], [{ a: 'plain', api_key: canary }]] }],
  ['below a name like a secret’s', { anything: { token: { value: [canary] } } }],
  ['without a schema', { anything: { deep: [{ er: [{ client_secret: canary }] }] } }],
  ['a name that the schema does not have', { unknown: [{ passphrase: canary }] }],
]

it.each(places)('never in clear: %s', async (_place, config) => {
  const { text: file } = await recorded([
    change('plugin', { name: 'plain', config: plain }),
    change('plugin', { name: 'own', config }),
    change('plugin', { name: 'plain', config: plain }),
  ])
  expect(file).not.toContain(canary)
  // What is no secret is written as it is.
  expect(file.split(JSON.stringify(plain))).toHaveLength(3)
})

it('encrypted with a key, at all these places', async () => {
  const entities = places.map(([, config]) => ({ name: 'own', config }))
  const { text: file, entities: read } = await recorded(
    entities.map(entity => change('plugin', entity)),
    'a key of at least 16 characters',
  )
  expect(file).not.toContain(canary)
  expect(read).toEqual(entities)
})

const name = fc.oneof(
  fc.constantFrom(...Object.keys(configs['own'] ?? {}), 'config', 'host', 'one', 'tokens', 'Password'),
  fc
    .tuple(fc.constantFrom('', 'x_', 'x-', 'x'), fc.constantFrom('token', 'API_KEY', 'secret', 'credentials'))
    .map(parts => parts.join('')),
  fc.string({ unit: 'grapheme' }),
)
const value = fc.letrec(tie => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>('a', '"password":', 'token":"', '{vault://env/a}', 1, true, null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(name, tie('any'), { maxKeys: 3 }),
  ),
})).any

it('is found in the text only where no value of the entity would be hidden', () => {
  let free = 0
  fc.assert(
    fc.property(fc.dictionary(name, value, { maxKeys: 4 }), config => {
      const entity = { name: 'own', config }
      if (!isFreeOfSecrets(JSON.stringify(entity), entity, { kind: 'plugin' }, { schemas })) return
      free += 1
      expect(maskEntity(entity, { kind: 'plugin' }, { schemas })).toBe(entity)
    }),
    { numRuns: 3000 },
  )
  expect(free).toBeGreaterThan(300)
})

it('never in clear: a part of a text that a template has filled in', async () => {
  const yaml = `
name: a
host: h.example
path: /v1/\${{ env "DECK_PATH" }}
tags: [plain, 'of-\${{ env "DECK_TAG" }}']
`
  const env = { DECK_PATH: canary, DECK_TAG: canary }
  const { document } = parseDocument({ name: 'f', text: yaml }, { env })
  if (document === undefined) throw new Error('the file is valid')
  const filled = { ...document.content }
  const twin = { ...filled, path: '/v1', tags: ['plain'] }
  const { text: file, entities } = await recorded([
    change('service', twin),
    change('service', filled, { document, path: [] }),
  ])
  expect(file).not.toContain(canary)
  expect(entities).toEqual([twin, { ...filled, path: null, tags: ['plain', null] }])
})

it('never in clear: a field that is secret in one kind and plain in another', async () => {
  const { text: file, entities } = await recorded([
    change('jwt-auth', { key: 'an issuer', secret: canary }),
    change('key-auth', { key: canary }),
    change('certificate', { cert: 'public', key: canary }),
  ])
  expect(file).not.toContain(canary)
  expect(file).toContain('public')
  expect(entities).toEqual([{ key: 'an issuer', secret: null }, { key: null }, { cert: 'public', key: null }])
})

it('is no run where the plan was cut off: nothing was sent to the gateway', async () => {
  const own = mkdtempSync(join(folder, 'cut-'))
  const changes = [change('service', { name: 'a' }), change('service', { name: 'b' })]
  const { text: file } = await recorded(changes)
  const lines = file.split('\n')
  for (const count of [0, 1, 2]) {
    writeFileSync(join(own, 'one.jsonl'), `${lines.slice(0, count).join('\n')}\n{"change":1,"op":"cre`)
    expect(await readRuns(own)).toEqual([])
  }
  writeFileSync(join(own, 'one.jsonl'), lines.slice(0, 3).join('\n'))
  expect(await readRuns(own)).toHaveLength(1)
})
