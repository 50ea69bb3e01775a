/**
 * Whether our conversions into other formats are another deck's, byte for byte: `DECK_PEER=/path/to/deck npm
 * run conformance`. The files are those of the recordings, those of fixtures/, and random states of every
 * kind. Where that deck writes in a random order or crashes, the case is counted apart
 * (docs/differences-from-deck.md).
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromState } from '../../src/file/from-state.ts'
import { write } from '../../src/file/yaml/write.ts'
import { type Host, startHost } from '../support/deck-host.ts'
import { schemas, statesOf } from '../unit/every-kind-states.ts'
import { aiDocuments } from './ai-documents.ts'
import { deckCases } from './deck-recordings.ts'

const peer = process.env['DECK_PEER']
if (peer === undefined) {
  process.stderr.write('NOT COMPARED with another deck: DECK_PEER names none\n')
}

const repository = path.resolve(import.meta.dirname, '../..')

/** A route whose service is a plain name. */
const refusedThere = /several-files\/shop\/routes\//

/** The texts of cases that are meant to be read, and of our examples; each once. */
function stateTexts(): string[] {
  const groups = ['sync', 'diff', 'dump', 'sync-ee', 'dump-ee'] as const
  const recorded = groups.flatMap(group =>
    deckCases(group, '3.9').flatMap(({ files }) =>
      Object.entries(files).flatMap(([name, text]) =>
        typeof text === 'string' && name.endsWith('.yaml') ? [text] : [],
      ),
    ),
  )
  const fixtures = path.join(repository, 'fixtures')
  const own = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.yaml') && !refusedThere.test(name))
    .map(name => readFileSync(path.join(fixtures, name), 'utf8'))
  return [...new Set([...recorded, ...own])]
}

/** As our dump writes them: entities of each kind, and references between them. */
function randomTexts(count: number): string[] {
  const states = fc.sample(
    statesOf(({ kind }) => kind !== 'ai-model' && kind !== 'filter-chain'),
    {
      numRuns: count,
      seed: 7,
    },
  )
  return states.map(state =>
    write(knownThere(fromState(state, { schemas, withId: true, selectTags: [] })), 'yaml'),
  )
}

/** Without what decK 1.65 refuses in a file and we take, with what it demands, and a name for everything. */
function knownThere(content: object): Record<string, unknown> {
  const refused = new Set(['cert_alt', 'key_alt', 'tls_sans', 'ordering', 'custom_entities'])
  return JSON.parse(JSON.stringify(content), (name, value: unknown) => {
    if (refused.has(name)) return undefined
    // Our numbers have a point before an exponent, and `=` is quoted: docs/decisions/2026-11-30-yaml.md.
    if (name === '=') return undefined
    if (typeof value === 'number') return Math.trunc(value % 1e6)
    if (!Array.isArray(value)) return value
    if (name === 'jwt_secrets') return value.map(one => ({ algorithm: 'HS256', ...one }))
    if (name === 'upstreams') return value.map(({ client_certificate: _, ...rest }) => rest)
    if (name === 'consumers') return value.map(one => ({ username: one.id, ...one }))
    if (name === 'consumer_groups') return value.map(({ plugins: _, ...rest }) => rest)
    return ['services', 'routes', 'partials'].includes(name)
      ? value.map(one => ({ name: one.id, ...one }))
      : value
  })
}

const names = ['Zoë & Müller’s', 'a__b', '東京', 'Ωmega-™', 'x'.repeat(80), '-', 'Straße 1/2', 'ﬁn—al']

/** Names that Kubernetes and Terraform do not take as they are. */
const namedTexts = (): string[] =>
  names.map(name => {
    const quoted = JSON.stringify(name)
    return `_format_version: "3.0"
consumers: [{username: ${quoted}, keyauth_credentials: [{key: k}]}]
services: [{name: ${quoted}, host: h, routes: [{name: ${quoted}, paths: [/], plugins: [{name: cors}]}]}]
`
  })

/** Documents of the AI Gateway: those that decK's own tests convert, and our example. */
function aiTexts(): string[] {
  const recorded = deckCases('suite', '3.9').flatMap(({ files }) =>
    Object.entries(files).flatMap(([name, text]) =>
      typeof text === 'string' && /file_ai2kong.*input\.yaml$/.test(name) ? [text] : [],
    ),
  )
  return [
    ...recorded,
    readFileSync(path.join(repository, 'fixtures/conversions/assistant.ai-gateway.yaml'), 'utf8'),
  ]
}

/** Warnings about shared video routes come in random order there. */
const sameLines = (one: string, other: string): boolean =>
  one.split('\n').sort().join('\n') === other.split('\n').sort().join('\n')

/** A resource of several owners: in random order there. */
const severalOwners = (terraform: string): boolean =>
  /\n {2}\w+ = \{\n {4}id = konnect\S+\n {2}\}\n\n {2}\w+ = \{\n {4}id/.test(terraform)

describe.skipIf(peer === undefined)(`the deck at ${peer}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deck-peer-'))
  let host: Host
  beforeAll(() => {
    host = startHost()
  })
  afterAll(() => {
    host.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const env = { PATH: '', HOME: folder, DECK_ANALYTICS: 'off' }
  const theirs = (argv: readonly string[]) =>
    spawnSync(peer ?? '', argv, { cwd: folder, env, encoding: 'utf8', timeout: 30_000 })

  it.each([
    [['kong2kic']],
    [['kong2kic', '--ingress', '--kic-version', '2', '--class-name', 'other', '-f', 'json']],
    [['kong2tf', '-g', 'plane', '--ignore-credential-changes']],
  ])('writes the bytes of our file %j', { timeout: 900_000 }, async ([command = '', ...flags]) => {
    const differing: string[] = []
    const counts = { alike: 0, 'refused by both': 0, 'crashes there': 0, 'in random order there': 0 }
    for (const text of [...stateTexts(), ...namedTexts(), ...randomTexts(40)]) {
      writeFileSync(path.join(folder, 'in.yaml'), text)
      const argv = ['file', command, '-s', 'in.yaml', ...flags]
      const [own, other] = [await host.run({ argv, cwd: folder, env, stdin: '' }), theirs(argv)]
      if (other.status === 2) counts['crashes there'] += 1
      else if (own.exit === 1 && other.status === 1) counts['refused by both'] += 1
      else if (own.exit === 0 && own.stdout === other.stdout) counts.alike += 1
      else if (own.exit === 0 && other.status === 0 && severalOwners(own.stdout))
        counts['in random order there'] += 1
      else differing.push(`${own.exit} and ${other.status}: ${own.stderr}${other.stderr}\n${text}`)
    }
    process.stderr.write(`peer, ${command}: ${JSON.stringify(counts)}\n`)
    expect(counts.alike).toBeGreaterThan(0)
    expect(differing).toEqual([])
  })

  it.each(['yaml', 'json'])(
    'writes the bytes of our file ai2kong as %s, with its warnings',
    { timeout: 900_000 },
    async format => {
      const counts = { alike: 0, 'refused by both': 0 }
      const differing: string[] = []
      for (const text of [...aiTexts(), ...aiDocuments(200)]) {
        writeFileSync(path.join(folder, 'in.yaml'), text)
        const argv = ['file', 'ai2kong', '-s', 'in.yaml', '--format', format]
        const [own, other] = [await host.run({ argv, cwd: folder, env, stdin: '' }), theirs(argv)]
        if (own.exit === 1 && other.status === 1) counts['refused by both'] += 1
        else if (own.exit === 0 && own.stdout === other.stdout && sameLines(own.stderr, other.stderr))
          counts.alike += 1
        else differing.push(`${own.exit} and ${other.status}: ${own.stderr}${other.stderr}\n${text}`)
      }
      process.stderr.write(`peer, ai2kong as ${format}: ${JSON.stringify(counts)}\n`)
      expect(counts.alike).toBeGreaterThan(100)
      expect(differing).toEqual([])
    },
  )
})
