/**
 * `deck file …` of the built program against what real decK 1.65 did: exit codes, and what is printed or
 * written as data. What does not match is listed in `file-unmatched.json` with its reason; the list can only
 * shrink (`UPDATE=1` takes off what matches).
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Host, startHost } from '../support/deck-host.ts'
import type { CommandStep, DeckCase } from './deck-recordings.ts'
import { golden, haveRecordings } from './recordings.ts'

type FileStep = CommandStep & { readonly files_written?: Readonly<Record<string, string>> }

const groups = [
  'file-add-plugins',
  'file-add-tags',
  'file-convert',
  'file-format',
  'file-lint',
  'file-list-tags',
  'file-merge',
  'file-namespace',
  'file-openapi2kong',
  'file-openapi2mcp',
  'file-patch',
  'file-remove-tags',
  'file-render',
] as const

/** Reasons by `case#step`. */
const listFile = path.join(import.meta.dirname, 'file-unmatched.json')
const listed: Readonly<Record<string, string>> = JSON.parse(readFileSync(listFile, 'utf8'))
const update = process.env['UPDATE'] === '1'

describe.skipIf(!haveRecordings)(`deck file … as recorded (recordings expected at ${golden})`, () => {
  let host: Host
  const found: Record<string, string> = {}
  let steps = 0

  beforeAll(() => {
    host = startHost()
  })
  afterAll(() => {
    host.stop()
    process.stderr.write(`deck file: ${steps - Object.keys(found).length} of ${steps} steps match\n`)
    if (!update) return
    const left = Object.entries(listed).filter(([name]) => name in found)
    writeFileSync(listFile, `${JSON.stringify(Object.fromEntries(left), null, 2)}\n`)
  })

  it.each(groups)(
    '%s: what does not match is what is listed',
    async group => {
      const before = new Set(Object.keys(found))
      for (const recorded of casesOf(group)) {
        for (const { step, why } of await play(recorded, host)) {
          steps += 1
          if (why !== undefined) found[`${group}/${recorded.title}#${step}`] = why
        }
      }
      const own = Object.keys(found).filter(name => !before.has(name))
      expect(own.filter(name => !(name in listed)).map(name => `${name}: ${found[name]}`)).toEqual([])
      const cured = Object.keys(listed).filter(name => name.startsWith(`${group}/`) && !(name in found))
      if (!update) expect(cured, 'listed although it matches: run with UPDATE=1').toEqual([])
    },
    300_000,
  )
})

function casesOf(group: string): DeckCase[] {
  const folder = path.join(golden, 'deck', group)
  return readdirSync(folder)
    .sort()
    .map(file => {
      const { files, steps } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'))
      return { title: path.basename(file, '.json'), kong: '3.9', files, steps }
    })
}

async function play(recorded: DeckCase, host: Host): Promise<{ step: string; why: string | undefined }[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deck-file-'))
  try {
    for (const [name, text] of Object.entries(recorded.files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
      writeFileSync(
        path.join(folder, name),
        typeof text === 'string' ? text : Buffer.from(text.base64, 'base64'),
      )
    }
    const results = []
    for (const step of recorded.steps as readonly FileStep[]) {
      if (!('argv' in step)) continue
      results.push({ step: step.name, why: await differenceOf(step, recorded, folder, host) })
    }
    return results
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function differenceOf(
  step: FileStep,
  { files }: DeckCase,
  cwd: string,
  host: Host,
): Promise<string | undefined> {
  const stdin = step.stdin === undefined ? '' : files[step.stdin]
  const argv = step.argv.slice(1).map(word => word.replaceAll('{CWD}', cwd))
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, ...step.env }
  const ours = await host.run({ argv, cwd, env, stdin: typeof stdin === 'string' ? stdin : '' })
  if (ours.exit !== step.exit) return `exit ${step.exit} → ${ours.exit} ${ours.stderr.slice(0, 200)}`
  if (!sameData(withoutNotices(step.stdout), ours.stdout)) return `stdout → ${ours.stdout.slice(0, 300)}`
  for (const [name, kept] of Object.entries(step.files_written ?? {})) {
    const theirs = files[kept]
    const written = readFileSync(path.join(cwd, name), 'utf8')
    if (typeof theirs === 'string' && !sameData(theirs, written)) return `${name} → ${written.slice(0, 300)}`
  }
  return undefined
}

/** decK's convert tells what it did on stdout, before the file; here that is on stderr. */
function withoutNotices(stdout: string): string {
  if (!stdout.includes('perform a manual audit') && !/^(?:Route|Service|Plugin) '/.test(stdout)) return stdout
  const start = stdout.search(/^(?:_\w+: |[a-z_]+:\n|\{)/m)
  return start === -1 ? '' : stdout.slice(start)
}

/** Alike as text, or as the data that both are. */
function sameData(theirs: string, ours: string): boolean {
  if (theirs === ours) return true
  try {
    return isDeepStrictEqual(withoutOwn(parse(theirs)), withoutOwn(parse(ours)))
  } catch {
    return false
  }
}

const made = /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\dA-Za-z]{32})$/

/** Ids and namespaces that are made, and the program that takes a prefix off, are each tool's own. */
function withoutOwn(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.includes('ngx.var.upstream_uri') ? '(takes the prefix off)' : value.replace(made, '(made)')
  }
  if (Array.isArray(value)) return value.map(withoutOwn)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutOwn(inner)]))
}
