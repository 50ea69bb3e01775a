/**
 * `deck file convert`, and its short form: a file for one version of Kong → the same for a later one. What it
 * changes is in `transform/convert/`.
 */
import { existsSync } from 'node:fs'
import * as Flags from '@oclif/core/flags'
import { DeckError, UsageError } from '../../errors.ts'
import type { Content } from '../../transform/owners.ts'
import { type Form, filesRefused } from '../arguments.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import type { CommandGroup } from '../help/groups.ts'
import { ask } from '../process-io.ts'
import { editInPlace, type FileChange, inPlaceFlag, refuseOutputFile } from './in-place.ts'
import {
  outputFlags,
  outputFormat,
  readContent,
  refuseFolder,
  texts,
  withOutputEnding,
  writeOutput,
} from './operation.ts'

/** decK's short form writes kong.yaml by default. */
export function convertCommand(form: Form) {
  const name = form === 'long' ? 'file convert' : 'convert'
  const outputDefault = form === 'short' ? 'kong.yaml' : '-'
  const input = {
    ...texts('file to read; - is standard input; with --in-place also a folder (repeatable)', 'FILE'),
    helpGroup: 'INPUT',
  }
  return class extends BaseCommand {
    static override summary = 'convert a file to a later version of Kong, or from and to the DB-less format'
    static override group: CommandGroup = form === 'long' ? 'change' : 'short'
    static override isOffline = true
    static override examples = [
      `deck ${name} --from kong-gateway-2.x --to kong-gateway-3.x --input-file kong.yaml -o kong3.yaml`,
      `deck ${name} --from 3.4 --to 3.10 --in-place --input-file config/`,
    ]
    static override flags = {
      ...outputFlags,
      'output-file': { ...outputFlags['output-file'], default: outputDefault },
      from: Flags.string({
        default: '',
        description: 'version or format of the file',
        helpValue: 'kong-gateway|kong-gateway-2.x|2.8|3.4|3.10|deck|dbless',
      }),
      to: Flags.string({
        default: '',
        description: 'version or format to convert to',
        helpValue: 'konnect|kong-gateway-3.x|3.4|3.10|3.14|deck|dbless',
      }),
      'input-file': { ...input, ...(form === 'long' && { default: ['-'] }) },
      ...inPlaceFlag,
      yes: Flags.boolean({
        description: 'overwrite the output file without a question',
        helpGroup: 'OUTPUT',
      }),
      'no-expand-env-vars': Flags.boolean({ description: 'keep ${{ env "DECK_X" }} as it is' }),
    }

    protected override async work(run: Run): Promise<number> {
      const { flags, files } = run
      filesRefused(files)
      const { convert, destinations, sources } = await import('../../transform/convert/convert.ts')
      const from = oneOf('from', flags, [...sources, ...layouts])
      const to = oneOf('to', flags, [...destinations, ...layouts])
      const change = layoutChange(from, to)
      const output = withOutputEnding(run, outputFormat(flags))
      const paths = flags['input-file'] as string[] | undefined
      const file = paths?.at(-1)
      if (paths === undefined || file === undefined)
        throw new UsageError('--input-file is missing', { hint: 'the file to convert' })
      if (change !== undefined) refuseBeside(change, flags)
      const convertContent = (content: Content): string[] => converted(() => convert(content, from, to))
      if (flags['in-place'] === true) {
        refuseOutputFile(flags, outputDefault)
        await convertInPlace(paths, run, convertContent)
        return 0
      }
      if (!(await mayWrite(output.flags))) return 0
      if (change !== undefined) {
        const { dblessContent, stateFileContent } = await import('./convert-dbless.ts')
        const converted = change === 'deck → dbless' ? dblessContent(paths, run) : stateFileContent(file, run)
        await writeOutput(await converted, output, 'escaped')
        return 0
      }
      const isKept = flags['no-expand-env-vars'] === true
      const content = await readOneFile(file, run, isKept)
      tellNotes(convertContent(content), run)
      await writeOutput(content, output, isKept ? 'kept' : 'escaped')
      return 0
    }
  }
}

/** Between some versions decK joins the files of a folder, in random order. */
async function readOneFile(path: string, run: Run, keepsVariables: boolean): Promise<Content> {
  refuseFolder(path, 'convert each of its files with --in-place, or join them first: deck file merge')
  return readContent(path, run, keepsVariables ? 'skip' : 'expand')
}

/** Each file by itself; the notes on all of them at the end. */
async function convertInPlace(
  paths: readonly string[],
  run: Run,
  convertContent: (content: Content) => string[],
): Promise<void> {
  const changes: string[] = []
  const edit: FileChange = async (content, { name }, fileCount) => {
    const notes = convertContent(content)
    changes.push(...(fileCount > 1 ? notes.map(note => `${name}: ${note}`) : notes))
    return content
  }
  await editInPlace(paths, run, edit, () => tellNotes(changes, run))
}

/** The layouts, beside the versions of Kong. */
const layouts = ['deck', 'dbless'] as const

/** @returns undefined where the two are versions of Kong */
function layoutChange(from: string, to: string): 'deck → dbless' | 'dbless → deck' | undefined {
  const change = `${from} → ${to}`
  if (change === 'deck → dbless' || change === 'dbless → deck') return change
  const isLayout = (name: string): boolean => layouts.some(layout => layout === name)
  if (!isLayout(from) && !isLayout(to)) return undefined
  throw new UsageError(`cannot convert from '${from}' to '${to}' format`, {
    hint: 'deck and dbless go with each other; between versions of Kong, name both versions',
  })
}

function refuseBeside(change: string, flags: Run['flags']): void {
  if (flags['in-place'] === true)
    throw new UsageError(`--in-place does not go with ${change}: the file gets another layout`)
  if (flags['no-expand-env-vars'] === true && change.endsWith('dbless'))
    throw new UsageError('--no-expand-env-vars: a DB-less file of Kong has no variables')
}

function tellNotes(notes: readonly string[], { terminal }: Run): void {
  for (const note of notes) terminal.stderr.write(`${note}\n`)
  if (notes.length > 0) {
    terminal.stderr.write(
      'Look the changes over before you use the file: they may not be all that it needs.\n',
    )
  }
}

function oneOf(name: string, flags: Run['flags'], values: readonly string[]): string {
  const value = String(flags[name]).toLowerCase()
  if (values.includes(value)) return value
  throw new UsageError(
    `invalid value '${value}' found for the '${name}' flag. Allowed values: [${values.join(' ')}]`,
  )
}

async function mayWrite(flags: Run['flags']): Promise<boolean> {
  const file = String(flags['output-file'])
  if (file === '-' || flags['yes'] === true || !existsSync(file)) return true
  return ask(`File '${file}' already exists. Do you want to overwrite it? `)
}

function converted(work: () => string[]): string[] {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof DeckError)) throw error
    throw new DeckError(`converting file: ${error.message}`, {
      cause: error,
      ...(error.hint !== undefined && { hint: error.hint }),
    })
  }
}
