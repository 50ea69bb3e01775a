/**
 * Searches what the programs of a test print and write for the secrets that they were given. A secret is known
 * from then on in the whole test file: a gateway keeps it, and a later run may read it there.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { inject } from 'vitest'
import { allowances, type Place } from './allowed-places.ts'
import { addFrom, isMarked, type Values, valuesIn } from './document-values.ts'
import { findings } from './findings.ts'
import { createNeedles, shortest } from './needles.ts'
import { type Run, type RunInputs, readInputs, statsOf } from './run-inputs.ts'

export interface Output {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The flag of runs that show the values of variables, as their user wishes. */
export const noMask = '--no-mask-deck-env-vars-value'

const needles = createNeedles()
/** Secret → the field that holds it. */
const fields = new Map<string, string>()
const plain = new Set<string>()
/** Files in which a secret is allowed, by any run of the test file: other runs may share their folder. */
const allowedFiles = new Set<string>()
/** When they were written: runs may share a folder. */
const searchedFiles = new Map<string, number>()
let words: ReadonlySet<string> | undefined

/** Call it right before the program starts. @returns what to call when it has ended */
export function watchRun(run: Run): (output: Output) => void {
  const inputs = measured(() => {
    const read = readInputs(run)
    for (const values of read.values) learn(values)
    for (const value of read.variables.keys()) addNeedle(value)
    return read
  })
  // A comparison with the clock would also find files that the test wrote in the same millisecond.
  const before = measured(() => filesOf(run, inputs))
  return output => measured(() => search(run, inputs, output, before))
}

/** @param texts what a program without files shows, by the names of the places */
export function searchTexts(program: string, texts: ReadonlyMap<string, string>): void {
  measured(() => {
    findings.runs += 1
    for (const [place, text] of texts)
      for (const { value, form } of needles.in(Buffer.from(text))) addLeak(program, place, value, form)
  })
}

/** @param text a state file, or the body of a request */
export const learnText = (text: string): void => learn({ ...valuesIn(text), plain: new Set() })

/** @param content entities as a state file has them: `{ plugins: […] }` */
export function learnEntities(content: unknown): void {
  const values: Values = { secrets: new Map(), plain: new Set(), variables: new Set() }
  addFrom(content, values)
  learn(values)
}

/** @param entities by their kind: `{ plugin: […] }` */
export function learnKinds(entities: Readonly<Record<string, unknown>>): void {
  const { kinds } = inject('secretFields')
  learnEntities(
    Object.fromEntries(Object.entries(entities).map(([kind, list]) => [kinds[kind] ?? kind, list])),
  )
}

/** Learns the entities of a gateway, from all sources, as far as it responds. */
export async function learnFromGateway(admin: string): Promise<void> {
  const lists = Object.entries(inject('secretFields').paths).map(async ([path, list]) => {
    const answer = await fetch(`${admin}/${path}?size=1000`, { signal: AbortSignal.timeout(2000) })
    if (answer.ok) learnEntities({ [list]: ((await answer.json()) as { data?: unknown }).data })
  })
  await Promise.allSettled(lists)
}

function measured<Result>(work: () => Result): Result {
  const start = process.cpuUsage()
  try {
    return work()
  } finally {
    const { user, system } = process.cpuUsage(start)
    findings.milliseconds += (user + system) / 1000
  }
}

function learn(values: Values): void {
  for (const text of values.plain) plain.add(text)
  for (const [value, field] of values.secrets) {
    if (!fields.has(value) && isTelling(value)) fields.set(value, field)
    addNeedle(value)
  }
}

function addNeedle(value: string): void {
  if (isTelling(value) && needles.add(value)) findings.secrets += 1
}

/** Whether the value in an output can only come from the secret. */
function isTelling(value: string): boolean {
  words ??= new Set(inject('secretFields').words)
  return value.length >= shortest && !words.has(value) && !isPlain(value) && !/\$\{\{|\[masked\]/.test(value)
}

function search(run: Run, inputs: RunInputs, output: Output, before: ReadonlyMap<string, number>): void {
  findings.runs += 1
  const { code } = output
  const isShown = run.argv.includes(noMask)
  // What is in a place of a secret there is one; the rest may have a leak in it.
  if (run.argv.includes('dump') && output.stdout.length < 200_000)
    learn({ ...valuesIn(output.stdout), plain: new Set() })
  for (const name of ['stdout', 'stderr'] as const)
    if (!isAllowed({ name, isFile: false, code })) report(name, Buffer.from(output[name]))
  for (const [path, written] of filesOf(run, inputs)) {
    if (before.get(path) === written) continue
    if (isAllowed({ name: path, isFile: true, code })) allowedFiles.add(path)
    if (allowedFiles.has(path) || searchedFiles.get(path) === written) continue
    searchedFiles.set(path, written)
    const bytes = contentOf(path)
    if (bytes === undefined) continue
    findings.files += 1
    report(relative(run.cwd, path), bytes)
  }

  function isAllowed(place: Place): boolean {
    return allowances.some(({ covers }) => covers(place, run, inputs))
  }

  function report(place: string, bytes: Buffer): void {
    const variables = isShown ? undefined : inputs.variables
    for (const { value, form } of needles.in(bytes))
      addLeak(titleOf(run), place, value, form, variables?.get(value))
  }
}

/** @param variable that has the value in this run */
function addLeak(program: string, place: string, value: string, form: string, variable?: string): void {
  const field = fields.get(value) ?? variable
  if (field !== undefined && !isPlain(value))
    findings.leaks.push(`${program}: ${place} shows ${field} ${form}`)
}

/** A value that is also a plain value in the test's inputs, or a part of one. */
const isPlain = (value: string): boolean =>
  !isMarked(value) && (plain.has(value) || [...plain].some(text => text.includes(value)))

function titleOf({ argv }: Run): string {
  const line = argv.map(word => (needles.in(Buffer.from(word)).length > 0 ? '[secret]' : word)).join(' ')
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}

/** The files in the folders that the run knows of, each with the time when it was written. */
function filesOf({ cwd, env }: Run, { named }: RunInputs): Map<string, number> {
  const folders = [
    cwd,
    ...['HOME', 'TMPDIR', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME'].map(name => env[name] ?? ''),
  ]
  const files = new Map<string, number>()
  for (const path of new Set([...folders, ...named])) {
    const stats = statsOf(path)
    if (stats?.isDirectory() === true && isOfTests(path)) addFolder(path)
    else if (stats?.isFile() === true) files.set(path, stats.ctimeMs)
  }
  return files

  function addFolder(folder: string): void {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) addFolder(path)
      else if (entry.isFile()) files.set(path, statsOf(path)?.ctimeMs ?? 0)
    }
  }
}

/** @returns undefined for a file that another run has taken away meanwhile, or that cannot be read */
function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

/** Below the folder for temporary files, where each test makes its own. */
const isOfTests = (folder: string): boolean => folder.startsWith(join(tmpdir(), '/'))

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== 'node_modules')
  } catch {
    // It is gone, or not readable.
    return []
  }
}
