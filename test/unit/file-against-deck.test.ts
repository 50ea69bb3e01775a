/**
 * Files that real decK was given, with what it said of them at `deck file validate`: what it refuses is
 * refused here, what it takes is taken, but for the differences listed below, each with its reason.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import type { Diagnostic } from '../../src/errors.ts'
import { loadStateFile } from '../../src/file/load.ts'
import { toState } from '../../src/file/to-state.ts'
import { createState } from '../../src/state/state.ts'
import { golden, haveRecordings } from '../conformance/recordings.ts'

const recorded = resolve(golden, 'deck')

/** Refused here, taken by decK. By the code of the diagnostic. */
const stricter: Readonly<Record<string, string>> = {
  'not-supported': 'unsupported kinds are reported, not dropped',
  'yaml-duplicate-key': 'decK takes the last of two and drops the other silently',
  'yaml-documents': 'decK reads the first document and drops the others silently',
  'invalid-value': 'Kong refuses the value in every version; decK finds out in the middle of a sync',
  'missing-field': 'Kong demands the field in every version',
}

/** Taken here, refused by decK's `file validate`. By the name of the case. */
const laxer: Readonly<Record<string, string>> = {}

interface Case {
  readonly title: string
  readonly files: Readonly<Record<string, string | { readonly base64: string }>>
  readonly paths: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string | undefined
  readonly refused: boolean
  readonly version: string
}

interface Recording {
  readonly files: Case['files']
  readonly steps: readonly {
    readonly name?: string
    readonly argv?: readonly string[]
    readonly env?: Record<string, string> | null
    readonly stdin?: string | null
    readonly exit?: number
  }[]
}

function recordedCases(): Case[] {
  return readdirSync(recorded).flatMap(group => {
    if (!/kong\d/.test(group)) return []
    return readdirSync(join(recorded, group)).flatMap(file => {
      const recording = JSON.parse(readFileSync(join(recorded, group, file), 'utf8')) as Recording
      return recording.steps.flatMap(({ name = '', argv = [], env, stdin, exit }): Case[] => {
        if (argv[1] !== 'file' || argv[2] !== 'validate') return []
        const paths = argv.slice(3).filter(word => !word.startsWith('--'))
        return [
          {
            title: `${group}/${file} ${name}`,
            files: recording.files,
            paths: paths.length === 0 ? ['-'] : paths,
            env: env ?? {},
            stdin: stdin ?? undefined,
            refused: exit !== 0,
            version: group.includes('kong28') ? '2.8.5' : '3.9.1',
          },
        ]
      })
    })
  })
}

async function ourErrors({ files, paths, env, version }: Case): Promise<Diagnostic[]> {
  const folder = await mkdtemp(join(tmpdir(), 'against-deck-'))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), typeof text === 'string' ? text : Buffer.from(text.base64, 'base64'))
  }
  const absolute = paths.map(path => (path === '-' ? path : join(folder, path)))
  const { file, diagnostics } = await loadStateFile(absolute, { env })
  const parsed = parseVersion(version)
  if (file !== undefined && parsed !== undefined) {
    const schemas = createSchemas(parsed, () => undefined)
    diagnostics.push(...toState(file, { current: createState([], schemas), schemas }).diagnostics)
  }
  await rm(folder, { recursive: true })
  return diagnostics.filter(({ severity }) => severity === 'error')
}

describe.skipIf(!haveRecordings)(`files as decK judges them (recordings expected at ${recorded})`, () => {
  // What was piped in is not part of the recordings.
  const cases = haveRecordings ? recordedCases().filter(({ stdin }) => stdin === undefined) : []

  it('has recordings to compare with', () => {
    expect(cases.length).toBeGreaterThan(500)
  })

  it.each(cases.filter(({ refused }) => refused).map(one => [one.title, one] as const))(
    'refuses %s',
    async (title, one) => {
      if (!(title in laxer)) expect(await ourErrors(one)).not.toEqual([])
    },
  )

  it.each(cases.filter(({ refused }) => !refused).map(one => [one.title, one] as const))(
    'takes %s',
    async (_title, one) => {
      const unexplained = (await ourErrors(one)).filter(({ code }) => !(code in stricter))
      expect(unexplained).toEqual([])
    },
  )

  it('gives every error of a bad file a line', async () => {
    for (const one of cases.filter(({ title, refused }) => refused && title.startsWith('bad-'))) {
      const about = (await ourErrors(one)).filter(
        ({ code }) => code !== 'empty-configuration' && code !== 'unreadable',
      )
      expect(about.filter(({ where }) => where === undefined)).toEqual([])
    }
  })
})
