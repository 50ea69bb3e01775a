/**
 * `--in-place`: changes files where they are, and keeps everything that the change does not concern. All
 * results are computed before the first file is written.
 */
import { realpathSync } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import * as Flags from '@oclif/core/flags'
import { DeckError, type Diagnostic, StateFileError, systemReason, UsageError } from '../../errors.ts'
import type { Document } from '../../file/document.ts'
import { inOrder, problem } from '../../file/problem.ts'
import { type NamedText, readTexts } from '../../file/read.ts'
import type { EditedText } from '../../file/yaml/edit/edit.ts'
import { printDiagnostics } from '../../recipes/report-diagnostics.ts'
import { writeWhole } from '../../recipes/write-whole.ts'
import type { Content } from '../../transform/owners.ts'
import type { Run } from '../base-command.ts'
import { inGroup } from '../flag-types.ts'

export const inPlaceFlag = inGroup('OUTPUT', {
  'in-place': Flags.boolean({
    char: 'i',
    description: 'edit the files themselves; comments, order, quotes and layout stay',
  }),
})

/** Changes the content and returns it; or another text, which goes in no file. */
export type FileChange = (
  content: Content,
  document: Document,
  fileCount: number,
) => Promise<Content | string>

interface Edited extends EditedText {
  readonly source: NamedText
  readonly document: Document
}

/** @param unless the default of the flag. @throws UsageError for an output file beside `--in-place` */
export function refuseOutputFile(flags: Run['flags'], unless: string): void {
  if (flags['output-file'] !== unless)
    throw new UsageError('--in-place and --output-file exclude one another')
}

/**
 * @param paths files and folders
 * @param check the last word before anything is written
 * @throws StateFileError with what is wrong in any of the files, UsageError
 */
export async function editInPlace(
  paths: readonly string[],
  { terminal }: Run,
  change: FileChange,
  check: () => void,
): Promise<void> {
  if (paths.includes('-'))
    throw new UsageError('--in-place edits files, not standard input', { hint: 'name a file or a folder' })
  const { texts, diagnostics } = await readTexts(paths)
  const { editText } = await import('../../file/yaml/edit/edit.ts')
  const { trackedCopy } = await import('../../file/yaml/edit/tracked-copy.ts')
  const edited: Edited[] = []
  const problems = [...diagnostics]
  const parsed = await parseAll(onePerFile(texts), paths, problems)
  for (const { source, document } of parsed) {
    try {
      const { copy, originals } = trackedCopy(document.content)
      const after = await change(copy, document, parsed.length)
      if (typeof after === 'string') continue
      edited.push({ source, document, ...editText(source, document.content, after, originals) })
    } catch (error) {
      if (!(error instanceof StateFileError)) throw parsed.length > 1 ? named(source.name, error) : error
      problems.push(...error.diagnostics)
    }
  }
  const ordered = inOrder(
    problems,
    texts.map(({ name }) => name),
  )
  if (problems.some(({ severity }) => severity === 'error'))
    throw new StateFileError(ordered, parsed.length > 1 ? 'the state files' : 'the state file')
  printDiagnostics(ordered, [], terminal)
  check()
  await writeAll(edited, terminal)
}

/** A file that two paths lead to is edited once. */
function onePerFile(texts: readonly NamedText[]): NamedText[] {
  const known = new Set<string>()
  return texts.filter(({ name }) => {
    const path = realpathSync(name)
    return !known.has(path) && known.add(path)
  })
}

async function parseAll(
  texts: readonly NamedText[],
  paths: readonly string[],
  problems: Diagnostic[],
): Promise<{ source: NamedText; document: Document }[]> {
  const { parseDocument } = await import('../../file/yaml/parse.ts')
  return texts.flatMap(source => {
    const { document, diagnostics } = parseDocument(source, { mode: 'skip' })
    problems.push(...diagnostics)
    if (document === undefined) return []
    const saysNothing = Object.keys(document.content).length === 0 && !source.text.includes('{')
    if (saysNothing && paths.includes(source.name))
      throw new DeckError(`failed to read input file '${source.name}'; expected the data to be an Object`)
    return saysNothing ? [] : [{ source, document }]
  })
}

const named = (file: string, error: unknown): unknown =>
  error instanceof DeckError && !(error instanceof UsageError) && !error.message.startsWith(file)
    ? new DeckError(`${file}: ${error.message}`, {
        cause: error,
        ...(error.hint !== undefined && { hint: error.hint }),
      })
    : error

async function writeAll(files: readonly Edited[], terminal: Run['terminal']): Promise<void> {
  const changed = files.filter(({ source, text }) => text !== source.text)
  for (const { source } of changed) await checkWritable(source.name)
  for (const { source, text, document, copied } of changed) {
    printDiagnostics(
      copied.map(path => copiedAlias(document, path)),
      [],
      terminal,
    )
    await writeWhole(source.name, text)
    terminal.stderr.write(`edited ${source.name}\n`)
  }
  if (changed.length === 0) terminal.stderr.write('nothing to change\n')
}

const copiedAlias = (document: Document, path: EditedText['copied'][number]): Diagnostic =>
  problem(
    'alias-copied',
    path.at(-1) === '<<'
      ? 'this mapping has its own values now in the place of a merge key: only one of its users changed'
      : 'this value is a copy now in the place of an alias: only one of its users changed',
    document.whereIs(path),
    { severity: 'warning' },
  )

/** A file that is replaced by a new one would lose its protection. */
async function checkWritable(file: string): Promise<void> {
  try {
    if (((await stat(file)).mode & 0o222) === 0)
      throw new DeckError(`writing ${file}: the file is read-only`, { hint: `chmod u+w ${file}` })
    await access(file, constants.W_OK)
  } catch (error) {
    if (error instanceof DeckError) throw error
    throw new DeckError(`writing ${file}: ${systemReason(error) ?? String(error)}`, { cause: error })
  }
}
