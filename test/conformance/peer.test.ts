/**
 * Whether another deck reads what this one writes as the same data: `DECK_PEER=/path/to/deck npm run
 * conformance`. Compared are its readings of a file and of what our commands made of that file, and its diff
 * of our dumps, which must be empty. The files are those of the recordings.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Served, serve } from '../support/binary.ts'
import { type Host, startHost } from '../support/deck-host.ts'
import { deckCases } from './deck-recordings.ts'

const peer = process.env['DECK_PEER']
if (peer === undefined) {
  process.stderr.write('NOT COMPARED with another deck: DECK_PEER names none\n')
}

interface StateText {
  readonly title: string
  readonly text: string
}

/** Each text once, of cases that are meant to be read. */
function recordedTexts(): StateText[] {
  const texts = new Map<string, string>()
  for (const group of ['sync', 'diff', 'dump', 'sync-ee', 'dump-ee'] as const) {
    for (const { title, files } of deckCases(group, '3.9')) {
      for (const [name, text] of Object.entries(files)) {
        if (typeof text === 'string' && name.endsWith('.yaml') && !texts.has(text)) {
          texts.set(text, `${title}/${name}`)
        }
      }
    }
  }
  return [...texts].map(([text, title]) => ({ title, text }))
}

interface Operation {
  readonly name: string
  readonly argv: readonly string[]
  /** Whether the peer does the same to in.yaml first; else its reading of in.yaml itself is expected. */
  readonly both: boolean
  /** Files whose result differs on purpose: see docs/differences-from-deck.md. */
  readonly differs?: RegExp
}

const operations: readonly Operation[] = [
  // decK drops the tags that it writes as _info.select_tags elsewhere.
  { name: 'render', argv: ['render', 'in.yaml'], both: false, differs: /select_tags|default_lookup_tags/ },
  { name: 'merge', argv: ['merge', 'in.yaml'], both: false },
  {
    name: 'add-tags',
    argv: ['add-tags', '-s', 'in.yaml', 'one', 'two'],
    both: true,
    // decK's add-tags passes over these kinds.
    differs: /^(partials|cloned_plugins|plugin_definitions|ai_models|models|keys|key_sets):/m,
  },
  {
    name: 'patch',
    argv: ['patch', '-s', 'in.yaml', '--selector', '$.services[*]', '--value', 'retries:3'],
    both: true,
  },
  { name: 'namespace', argv: ['namespace', '-s', 'in.yaml', '--path-prefix', '/team'], both: true },
]

describe.skipIf(peer === undefined)(`the deck at ${peer}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deck-peer-'))
  let host: Host
  let gateway: Served
  beforeAll(async () => {
    host = startHost()
    gateway = await serve()
  })
  afterAll(async () => {
    host.stop()
    await gateway.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const env = { PATH: '', HOME: folder, DECK_ANALYTICS: 'off' }
  const theirs = (...argv: string[]) =>
    spawnSync(peer ?? '', argv, { cwd: folder, env, encoding: 'utf8', timeout: 30_000 })
  const ours = (...argv: string[]) => host.run({ argv, cwd: folder, env, stdin: '' })

  /** The peer's reading of a file; undefined where it refuses it. */
  function readingOf(file: string): unknown {
    const { status, stdout } = theirs('file', 'render', file, '--format', 'json', '-o', '-')
    return status === 0 ? JSON.parse(stdout) : undefined
  }

  it.each(operations)(
    'reads what our file $name writes as its own',
    async ({ argv, both, differs }) => {
      const differing: string[] = []
      let compared = 0
      for (const { title, text } of recordedTexts()) {
        if (differs?.test(text) === true) continue
        writeFileSync(path.join(folder, 'in.yaml'), text)
        if (readingOf('in.yaml') === undefined) continue
        const own = await ours('file', ...argv, '-o', 'ours.yaml')
        const other = both ? theirs('file', ...argv, '-o', 'theirs.yaml').status : 0
        // What one refuses is compared elsewhere.
        if (own.exit !== 0 || other !== 0) continue
        compared += 1
        const [expected, found] = [readingOf(both ? 'theirs.yaml' : 'in.yaml'), readingOf('ours.yaml')]
        if (JSON.stringify(sorted(expected)) !== JSON.stringify(sorted(found))) differing.push(title)
      }
      process.stderr.write(`peer, ${argv[0]}: ${compared - differing.length} of ${compared} files alike\n`)
      expect(compared).toBeGreaterThan(0)
      expect(differing).toEqual([])
    },
    600_000,
  )

  it('finds nothing to change in our dumps', async () => {
    const differing: string[] = []
    let compared = 0
    for (const { title, text } of recordedTexts()) {
      writeFileSync(path.join(folder, 'in.yaml'), text)
      const at = ['--kong-addr', gateway.admin]
      await ours('gateway', 'reset', '--force', ...at)
      if ((await ours('gateway', 'sync', 'in.yaml', '--yes', ...at)).exit !== 0) continue
      expect((await ours('gateway', 'dump', '--yes', '-o', 'dump.yaml', ...at)).exit).toBe(0)
      const { status, stdout } = theirs('gateway', 'diff', 'dump.yaml', ...at)
      compared += 1
      if (status !== 0 || !/Created: 0\s+Updated: 0\s+Deleted: 0/.test(stdout)) differing.push(title)
    }
    process.stderr.write(`peer, dump: ${compared - differing.length} of ${compared} files alike\n`)
    expect(compared).toBeGreaterThan(0)
    expect(differing).toEqual([])
  }, 600_000)
})

/**
 * The order of entities in a list is the program's own choice. Ids are left out: decK makes new ones for
 * partials in each run, and adds those of entities that a reference names.
 */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([name]) => name !== 'id')
    .map(([name, one]) => [name, sorted(one)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
