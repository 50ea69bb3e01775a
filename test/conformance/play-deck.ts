/** Recorded runs of real decK, played with our binary against our gateway, and what differs: exit codes, summaries, dumps, the state afterwards. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { type Result, startDeck } from '../cli/binary.ts'

export interface RecordedStep {
  readonly name?: string
  readonly argv?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly stdout?: string
  readonly exit?: number
  readonly state?: Readonly<Record<string, { readonly data?: readonly Readonly<Record<string, unknown>>[] }>>
}

export interface RecordedCase {
  readonly group: string
  readonly case: string
  readonly files: Readonly<Record<string, string>>
  readonly steps: readonly RecordedStep[]
}

export const readCase = (path: string): RecordedCase => JSON.parse(readFileSync(path, 'utf8'))

/** @returns a line for each difference, beginning with the step's name */
export async function playCase(recorded: RecordedCase, admin: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'deck-case-'))
  try {
    for (const [name, text] of Object.entries(recorded.files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text.replaceAll('{ADMIN}', admin).replaceAll('{CWD}', folder))
    }
    const differences: string[] = []
    for (const step of recorded.steps) differences.push(...(await playStep(step, admin, folder)))
    return differences
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function playStep(step: RecordedStep, admin: string, folder: string): Promise<string[]> {
  if (step.state !== undefined) return compareState(step.state, admin)
  const here = (text: string) => text.replaceAll('{ADMIN}', admin).replaceAll('{CWD}', folder)
  const argv = (step.argv ?? []).slice(1).map(here)
  const { result } = startDeck(argv, {
    cwd: folder,
    env: { DECK_KONG_ADDR: admin, ...step.env },
    stdin: here(step.stdin ?? ''),
  })
  return compareRun(step, await result).map(difference => `${step.name ?? argv.join(' ')}: ${difference}`)
}

function compareRun(step: RecordedStep, { code, stdout }: Result): string[] {
  const differences: string[] = []
  if (code !== step.exit) differences.push(`exit ${code}, decK ${step.exit}`)
  const [ours, theirs] = [summaryOf(stdout), summaryOf(step.stdout ?? '')]
  if (ours !== theirs && step.exit === 0) differences.push(`summary ${ours}, decK ${theirs}`)
  if (step.argv?.includes('dump') && step.exit === 0 && !step.argv.includes('--format')) {
    const same = JSON.stringify(dumpOf(stdout)) === JSON.stringify(dumpOf(step.stdout ?? ''))
    if (!same) differences.push('another dump')
  }
  return differences
}

/** `created/updated/deleted`, from the text or the JSON document. */
function summaryOf(stdout: string): string | undefined {
  const text = /Created: (\d+)\s+Updated: (\d+)\s+Deleted: (\d+)/.exec(stdout)
  if (text !== null) return text.slice(1, 4).join('/')
  if (!stdout.trimStart().startsWith('{')) return undefined
  try {
    const { summary } = JSON.parse(stdout)
    return summary === undefined
      ? undefined
      : [summary.creating, summary.updating, summary.deleting].join('/')
  } catch {
    return undefined
  }
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Ids are random, and so is the order of what is sorted by them. */
function dumpOf(stdout: string): unknown {
  return sorted(parse(stdout.replace(uuid, '<id>')))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  )
}

async function compareState(recorded: NonNullable<RecordedStep['state']>, admin: string): Promise<string[]> {
  const ours: Record<string, unknown[]> = {}
  for (const path of Object.keys(recorded)) {
    const answer = await fetch(`${admin}${path}`)
    const { data } = (await answer.json()) as { data?: unknown[] }
    ours[path] = Array.isArray(data) ? data : []
  }
  const theirs = Object.fromEntries(
    Object.entries(recorded).map(([path, { data }]) => [path, Array.isArray(data) ? data : []]),
  )
  const [left, right] = [withNames(ours), withNames(theirs)]
  return Object.keys(theirs)
    .filter(path => JSON.stringify(left[path]) !== JSON.stringify(right[path]))
    .map(path => `state: ${path} differs`)
}

/** Names in the place of ids; times left out. */
function withNames(state: Readonly<Record<string, readonly unknown[]>>): Record<string, unknown> {
  const names = new Map<string, string>()
  for (const rows of Object.values(state)) {
    for (const row of rows as Record<string, unknown>[]) {
      const name =
        row['name'] ?? row['username'] ?? row['custom_id'] ?? row['key'] ?? row['target'] ?? 'nameless'
      if (typeof row['id'] === 'string') names.set(row['id'], `<${String(name)}>`)
    }
  }
  const text = JSON.stringify(state, (field, value) =>
    field === 'created_at' || field === 'updated_at' ? undefined : value,
  )
  return sorted(JSON.parse(text.replace(uuid, id => names.get(id) ?? id))) as Record<string, unknown>
}
