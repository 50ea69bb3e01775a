/**
 * The planted mistakes beside this repository (`../shared/golden/planted39`), each as a state file with one
 * entity, and where in it the mistake is.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { kindBySchema } from '../../src/entities/enterprise.ts'
import { foreignFields } from '../../src/entities/language/identity.ts'
import { isRecord } from '../../src/entities/language/values.ts'
import type { Diagnostic } from '../../src/errors.ts'
import { valueAt } from '../../src/file/document.ts'
import { parseDocument } from '../../src/file/yaml/parse.ts'
import { golden } from './recordings.ts'

type Values = Readonly<Record<string, unknown>>
export type Path = readonly (string | number)[]

export interface Case {
  readonly id: string
  readonly kind: string
  readonly plugin?: string
  /** The kind of mistake, or of harmless change. */
  readonly cat: string
  /** Of the change, within the entity; empty for the entity as a whole. */
  readonly path: Path
  readonly entity: Values
  readonly kong: {
    readonly status: number
    readonly valid: boolean
    readonly message?: string
    readonly fields?: unknown
  }
}

const file = join(golden, 'planted39/cases.jsonl')
export const havePlanted = existsSync(file)

/** What only a gateway knows: what is installed there. */
const isAboutInstallation = ({ kong: { message = '' } }: Case): boolean =>
  / is not installed| not enabled/.test(message)

export function plantedCases(): Case[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map(line => JSON.parse(line) as Case).filter(one => !isAboutInstallation(one))
}

const base = (cases: readonly Case[], kind: string): Values =>
  cases.find(one => one.kind === kind && one.cat === 'base')?.entity ?? {}

const ownId = '5b4a9a51-2f2f-4b2d-8d1a-5a9a1b1c9f00'

export interface Planted {
  readonly text: string
  /** Of the entity in the file. */
  readonly path: Path
}

function ownerField(kind: string) {
  const definition = kindBySchema(kind)
  return definition && foreignFields(definition).find(({ field }) => field.nest === 'only')
}

/** As it was sent to Kong: what must belong to another entity does. */
export function withOwner({ kind, entity }: Case): Values {
  const owner = ownerField(kind)
  return owner === undefined ? entity : { [owner.name]: { id: ownId }, ...entity }
}

/** The entity in a file: at its top, or inside a valid owner where it can stand nowhere else. */
export function plantedFile({ kind, entity }: Case, cases: readonly Case[]): Planted {
  const definition = kindBySchema(kind)
  if (definition === undefined) throw new Error(`no kind ${kind}`)
  const owner = ownerField(kind)
  const owning = owner && kindBySchema(owner.field.reference)
  // What decK demands beyond Kong, where the case does not say it.
  const demanded = Object.fromEntries((definition.demandedInFiles ?? []).map(name => [name, ownId]))
  const list = { [definition.fileKey]: [{ ...demanded, ...entity }] }
  const ownerValues = { ...base(cases, owning?.schema ?? ''), id: ownId }
  const content = owning ? { [owning.fileKey]: [{ ...ownerValues, ...list }] } : list
  return {
    text: JSON.stringify({ _format_version: '3.0', ...content }, null, 2),
    path: owning ? [owning.fileKey, 0, definition.fileKey, 0] : [definition.fileKey, 0],
  }
}

/** The paths of Kong's sentences within the entity; those of `@entity` are of the record that it is about. */
export function kongPaths(fields: unknown, above: Path = []): Path[] {
  if (typeof fields === 'string') return [above]
  if (Array.isArray(fields)) return fields.flatMap((item, index) => kongPaths(item, [...above, index]))
  if (!isRecord(fields)) return []
  return Object.entries(fields).flatMap(([name, inner]) =>
    name === '@entity' ? [above] : kongPaths(inner, [...above, name]),
  )
}

/**
 * Whether a diagnostic stands at the mistake: in the changed value or at its key, or at a field that Kong
 * names. What is missing is at its record.
 */
export function isAtMistake(diagnostics: readonly Diagnostic[], one: Case, { text, path }: Planted): boolean {
  const { document } = parseDocument({ name: 'kong.json', text })
  const inFile = (at: Path): Path => nearestWritten(document?.content, [...path, ...at])
  const lineOf = (at: Path): number => document?.whereIs(inFile(at), 'key')?.line ?? 0
  const changed = lineOf(one.path)
  const length = JSON.stringify(valueAt(document?.content, inFile(one.path)), null, 2).split('\n').length
  const named = kongPaths(one.kong.fields)
    .filter(at => at.length > 0)
    .map(lineOf)
  const lines = diagnostics.map(({ where }) => where?.line ?? 0)
  return lines.some(line => named.includes(line) || (line >= changed && line < changed + length))
}

function nearestWritten(content: unknown, path: Path): Path {
  return path.length === 0 || valueAt(content, path) !== undefined
    ? path
    : nearestWritten(content, path.slice(0, -1))
}
