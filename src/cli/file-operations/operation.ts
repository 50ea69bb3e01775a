/**
 * The common part of `deck file add-tags`, `patch` and similar commands: reads one state file and writes
 * the changed file. Values are neither filled in from the environment nor checked: a partial file is valid.
 * `transform/` has the operations.
 */
import { statSync } from 'node:fs'
import * as Flags from '@oclif/core/flags'
import { DeckError, StateFileError, UsageError } from '../../errors.ts'
import type { Document } from '../../file/document.ts'
import { readTexts } from '../../file/read.ts'
import { sortedKeys } from '../../file/sorted-keys.ts'
import type { Mode } from '../../file/template/functions.ts'
import type { Expressions } from '../../file/yaml/scalar-text.ts'
import { printDiagnostics } from '../../recipes/report-diagnostics.ts'
import { readInput } from '../../recipes/terminal.ts'
import { withEnding, writeWhole } from '../../recipes/write-whole.ts'
import type { Content } from '../../transform/owners.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import { inGroup } from '../flag-types.ts'
import type { CommandGroup } from '../help/groups.ts'
import { editInPlace, inPlaceFlag, refuseOutputFile } from './in-place.ts'
import { createUnmatched, type Unmatched } from './unmatched.ts'

/** Repeatable; each value is taken whole, commas and all (Go's string arrays). */
export const texts = (description: string, value: string) => ({
  ...Flags.string({ description, multiple: true, helpValue: value }),
  whole: true,
})

export const outputFlags = inGroup('OUTPUT', {
  'output-file': Flags.string({
    char: 'o',
    default: '-',
    description: 'file to write; - is standard output',
    helpValue: 'FILE',
  }),
  format: Flags.string({
    default: 'yaml',
    description: 'format of the output',
    helpValue: 'yaml|json',
    env: 'DECK_FORMAT',
  }),
})

export const inputFlags = inGroup('INPUT', {
  state: Flags.string({
    char: 's',
    default: '-',
    description: 'file to read; - is standard input',
    helpValue: 'FILE',
  }),
})

/** For conversions of all files of a folder. */
export const statesFlags = {
  state: { ...inputFlags.state, description: 'file or folder to read; - is standard input' },
}

/** For operations that can edit files in place: then each `--state` counts, and may be a folder. */
const editFlags = {
  ...inGroup('INPUT', {
    state: {
      ...texts('file to read; - is standard input; with --in-place also a folder (repeatable)', 'FILE'),
      char: 's' as const,
      default: ['-'],
    },
  }),
  ...inPlaceFlag,
}

const strictFlag = inGroup('CHECK', {
  strict: Flags.boolean({ description: 'fail if a selector matches nothing, and write nothing' }),
})

export const selectorFlag = (description: string) =>
  inGroup('INPUT', { selector: texts(description, 'JSONPATH') })

/** One operation on one file. */
interface Operation {
  readonly summary: string
  /** Its arguments, as help shows them: `TAG...` */
  readonly takes?: string
  readonly examples: readonly string[]
  readonly flags: typeof BaseCommand.flags
  /** Before anything is read. @throws UsageError */
  readonly checkArguments?: (flags: Run['flags'], files: readonly string[]) => void
  /**
   * Changes the content, or gives another text to print in its place.
   *
   * @param document which the content is a copy of: it knows the places
   */
  readonly change: (content: Content, run: FileRun, document: Document) => Promise<Content | string>
  /** It prints what it finds, and changes no file. */
  readonly isReadOnly?: boolean
}

/** The input for one of a run's files. */
export interface FileRun extends Run {
  readonly unmatched: Unmatched
  /** Number of files of the run. */
  readonly fileCount: number
}

export function fileOperation(operation: Operation) {
  return class extends BaseCommand {
    static override summary = operation.summary
    static override group: CommandGroup = 'change'
    static override isOffline = true
    static override usage = operation.takes ?? ''
    static override examples = operation.examples.map(example => `deck file ${example}`)
    static override flags = {
      ...(operation.isReadOnly === true ? inputFlags : editFlags),
      ...strictFlag,
      ...outputFlags,
      ...operation.flags,
    }

    protected override async work(run: Run): Promise<number> {
      operation.checkArguments?.(run.flags, run.files)
      const unmatched = createUnmatched()
      const report = () => unmatched.report(run.terminal, run.flags['strict'] === true)
      if (run.flags['in-place'] === true) {
        refuseOutputFile(run.flags, '-')
        const paths = run.flags['state'] as string[]
        const change = (content: Content, document: Document, fileCount: number) =>
          operation.change(content, { ...run, unmatched, fileCount }, document)
        await editInPlace(paths, run, change, report)
        return 0
      }
      const document = await readDocument(String([run.flags['state']].flat().at(-1)), run)
      const fileRun = { ...run, unmatched, fileCount: 1 }
      const changed = await operation.change(structuredClone(document.content), fileRun, document)
      report()
      await writeOutput(changed, run)
      return 0
    }
  }
}

/**
 * @param mode of `${{ env … }}`; the operations evaluate it last
 * @throws StateFileError, or DeckError if the file has no object (decK's words)
 */
export async function readContent(path: string, run: Run, mode: Mode = 'skip'): Promise<Content> {
  return structuredClone((await readDocument(path, run, mode)).content)
}

export async function readDocument(path: string, run: Run, mode: Mode = 'skip'): Promise<Document> {
  const document = await parseOne(path, run, mode)
  if (document !== undefined) return document
  throw new DeckError(`failed to read input file '${path}'; expected the data to be an Object`)
}

/** @throws DeckError (decK's words) */
export function refuseFolder(path: string, hint?: string): void {
  if (path === '-' || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return
  throw new DeckError(
    `failed to read input file '${path}'; read ${path}: is a directory`,
    hint === undefined ? {} : { hint },
  )
}

/** @returns undefined for an empty file; @throws StateFileError, or DeckError for a folder */
export async function parseOne(
  path: string,
  { terminal }: Run,
  mode: Mode = 'skip',
): Promise<Document | undefined> {
  // Else its first file would be read in its place.
  refuseFolder(path)
  const { texts, diagnostics: unreadable } = await readTexts([path], {
    stdin: () => readInput(terminal),
  })
  const [text] = texts
  if (text === undefined) throw new StateFileError(unreadable)
  const { parseDocument } = await import('../../file/yaml/parse.ts')
  const { document, diagnostics } = parseDocument(text, { mode, env: terminal.env })
  if (document === undefined) throw new StateFileError(diagnostics)
  printDiagnostics(diagnostics, [], terminal)
  const saysNothing = Object.keys(document.content).length === 0 && !text.text.includes('{')
  return saysNothing ? undefined : document
}

/**
 * `_ignore` is what the operations of decK leave for one another; it does not come out.
 *
 * @param expressions `escaped` where the values of expressions are in the content: `${{` is then data
 */
export async function writeOutput(
  changed: Content | string,
  run: Run,
  expressions: Expressions = 'kept',
): Promise<void> {
  const text = typeof changed === 'string' ? changed : await contentText(changed, run.flags, expressions)
  await writeText(text, run)
}

/** To `--output-file`. @param mode of a file that does not exist yet. @throws DeckError */
export async function writeText(text: string, { flags, terminal }: Run, mode?: number): Promise<void> {
  const file = String(flags['output-file'])
  if (file === '-') terminal.stdout.write(text)
  else await writeWhole(file, text, mode === undefined ? {} : { mode })
}

/** The run with an ending for an `--output-file` that has none. */
export const withOutputEnding = (run: Run, ending: string): Run => ({
  ...run,
  flags: { ...run.flags, 'output-file': withEnding(String(run.flags['output-file']), ending) },
})

async function contentText(content: Content, flags: Run['flags'], expressions: Expressions): Promise<string> {
  const { _ignore, ...visible } = content
  const format = outputFormat(flags)
  const { write } = await import('../../file/yaml/write.ts')
  const ordered = format === 'json' ? (sortedKeys(visible) as Content) : visible
  return write(ordered, format === 'json' ? 'json' : 'yaml', expressions)
}

/** @throws UsageError (decK's words) */
export function outputFormat(flags: Run['flags'], more: readonly string[] = [], before = ''): string {
  const format = String(flags['format']).toLowerCase()
  if (['yaml', 'json', ...more].includes(format)) return format
  throw new UsageError(`${before}expected 'format' to be either 'yaml' or 'json', got: '${format}'`)
}
