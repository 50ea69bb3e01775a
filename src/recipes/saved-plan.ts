/**
 * Saved plans: `diff --out plan.json` writes one, `sync --plan plan.json` applies exactly that one
 * (docs/decisions/2026-11-21-saved-plans.md). The file has no secrets: values are read again from the files
 * and the environment, and must be unchanged.
 */
import { createHash, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isRecord } from '../entities/language/values.ts'
import { DeckError, type Diagnostic, systemReason, UsageError } from '../errors.ts'
import type { Plan } from '../plan/plan.ts'
import { beyondPlan, type PlanEntry, planEntries, planSecrets, titleOf } from '../report/plan-entries.ts'
import type { View } from '../report/view.ts'
import { writeWhole } from './write-whole.ts'

/** The input of a run, which must be the same when the plan is applied. */
export interface PlanInput {
  readonly files: readonly string[]
  /** By their names on the command line, those alone that decide what is changed. */
  readonly flags: Readonly<Record<string, unknown>>
}

export type PlanWarning = Pick<Diagnostic, 'code' | 'message' | 'hint'>

export interface SavedPlan extends PlanInput {
  readonly deck_plan: 1
  readonly kong_version: string
  readonly summary: Plan['summary']
  readonly changes: readonly PlanEntry[]
  /** Warnings of the run that made the plan; absent in plans of earlier versions. */
  readonly warnings?: readonly PlanWarning[]
  readonly seal: { readonly salt: string; readonly wanted: string; readonly changes: string }
}

/** A plan with what it was made of. */
export interface PlanBasis {
  readonly plan: Plan
  readonly view: View
  readonly kongVersion: string
  /** The contents of the files, environment filled in. */
  readonly contents: readonly unknown[]
}

/** @throws DeckError where it cannot be written */
export async function savePlan(
  path: string,
  input: PlanInput,
  { plan, view, kongVersion, contents }: PlanBasis,
  diagnostics: readonly Diagnostic[],
): Promise<void> {
  const salt = randomBytes(16).toString('hex')
  const saved: SavedPlan = {
    deck_plan: 1,
    kong_version: kongVersion,
    ...input,
    summary: plan.summary,
    changes: planEntries(plan, view),
    warnings: diagnostics.map(({ code, message, hint }) => ({ code, message, ...(hint && { hint }) })),
    seal: { salt, wanted: seal(contents, salt), changes: seal(planSecrets(plan), salt) },
  }
  const text = `${JSON.stringify(saved, undefined, 2)}\n`
  await writeWhole(path, text, { mode: 0o600 })
}

/** @param name of the plan in messages. @throws UsageError for a file that is not a plan */
export async function readPlan(path: string, name = `--plan ${path}`): Promise<SavedPlan> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new UsageError(`${name}: ${systemReason(cause) ?? cause.message}`, { cause })
  })
  const hint = 'deck gateway diff FILE… --out plan.json writes one'
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${name}: the file is not JSON`, { cause, hint })
  }
  if (!isPlan(content)) throw new UsageError(`${name}: the file is not a plan of deck`, { hint })
  return content
}

const isText = (value: unknown): boolean => typeof value === 'string'

const isPlan = (content: unknown): content is SavedPlan =>
  isRecord(content) &&
  content['deck_plan'] === 1 &&
  isText(content['kong_version']) &&
  isRecord(content['flags']) &&
  isListOf(content['files'], isText) &&
  isListOf(content['changes'], isEntry) &&
  isListOf(content['warnings'] ?? [], isWarning) &&
  hasAll(content['summary'], ['created', 'updated', 'deleted'], value => typeof value === 'number') &&
  hasAll(content['seal'], ['salt', 'wanted', 'changes'], isText)

const isEntry = (entry: unknown): boolean =>
  isRecord(entry) &&
  ['create', 'update', 'delete'].includes(String(entry['op'])) &&
  hasAll(entry, ['kind', 'name'], isText) &&
  isListOf(entry['changed_fields'], field => hasAll(field, ['path'], isText)) &&
  [entry['old'], entry['new']].every(side => side === undefined || isRecord(side))

const isWarning = (warning: unknown): boolean =>
  hasAll(warning, ['code', 'message'], isText) &&
  isRecord(warning) &&
  (warning['hint'] === undefined || isText(warning['hint']))

const isListOf = (value: unknown, is: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(is)

const hasAll = (value: unknown, names: readonly string[], is: (inner: unknown) => boolean): boolean =>
  isRecord(value) && names.every(name => is(value[name]))

const mostNames = 20

/**
 * Each remaining change must be in the plan, unchanged, and the files must be unchanged.
 *
 * @throws DeckError that names later changes
 */
export function verifyPlan(saved: SavedPlan, { plan, view, contents }: PlanBasis): void {
  const entries = planEntries(plan, view)
  const beyond = beyondPlan(saved.changes, entries)
  if (!isSealed(contents, saved.seal.wanted, saved.seal.salt)) {
    refuse('the files, or the variables they use, say something else than when the plan was made', beyond)
  }
  if (beyond.length > 0) refuse('the gateway has changed since the plan was made', beyond)
  // If some changes are already applied, the rest continues. If all remain, the masked values must be
  // unchanged too.
  const untouched = entries.length === saved.changes.length
  if (untouched && !isSealed(planSecrets(plan), saved.seal.changes, saved.seal.salt)) {
    const hidden = entries.filter(entry => JSON.stringify(entry).includes('[masked]')).map(titleOf)
    refuse('a secret on the gateway has changed since the plan was made', hidden)
  }
}

function refuse(why: string, names: readonly string[]): never {
  const more = names.length > mostNames ? [`and ${names.length - mostNames} more`] : []
  const list = [...names.slice(0, mostNames), ...more].map(name => `\n  ${name}`).join('')
  throw new DeckError(`${why}: nothing was changed${list}`, { hint: 'make the plan again, and review it' })
}

/** Slow on purpose: who has the plan could else try out what a short password was. */
function seal(value: unknown, salt: string): string {
  const digest = createHash('sha256').update(JSON.stringify(value)).digest()
  return scryptSync(digest, Buffer.from(salt, 'hex'), 32).toString('hex')
}

function isSealed(value: unknown, expected: string, salt: string): boolean {
  const [now, then] = [seal(value, salt), expected].map(text => Buffer.from(text, 'hex'))
  return now?.length === then?.length && timingSafeEqual(now ?? Buffer.of(), then ?? Buffer.of())
}
