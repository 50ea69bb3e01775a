/**
 * Paths → one state file: read, parsed, checked and merged, with all that is wrong in all of them. What every
 * command that takes state files begins with.
 */
import type { Definition } from '../entities/language/define.ts'
import type { Diagnostic } from '../errors.ts'
import { checkDocument } from './check.ts'
import { type Doubt, offlineSchemas, type Strictly, schemasFor } from './check-values.ts'
import type { Document } from './document.ts'
import { isForEnterprise } from './edition.ts'
import { mergeDocuments, type StateFile } from './merge.ts'
import { inOrder, problem } from './problem.ts'
import { type NamedText, type ReadOptions, readTexts } from './read.ts'
import type { Environment, Mode } from './template/functions.ts'

export interface LoadOptions extends ReadOptions {
  /** Values for `${{ env "DECK_X" }}`. Default: none is set. */
  readonly env?: Environment
  /** The treatment of `${{ … }}`. Default: `expand`. */
  readonly mode?: Mode
  /**
   * A gateway is available to look up entities that are missing in the files; `toState` reports those that
   * are missing there too. See `MergeOptions`.
   */
  readonly online?: 'any' | 'tagged'
  /** Kinds that the run leaves alone: their values are not looked at. */
  readonly leaveAlone?: (definition: Definition) => boolean
  /**
   * A gateway is available to judge values that are unknown here: they are doubts, not errors. Default:
   * false.
   */
  readonly gatewayJudges?: boolean
  /**
   * Judge the files by the rules that they are written for, those of bundled plugins included. Default: by
   * what all versions refuse.
   */
  readonly strictly?: Strictly
  /** See `ValueContext`. */
  readonly lenient?: boolean
  /** Which errors are warnings in this run. Default: none. */
  readonly tolerates?: (error: Diagnostic) => boolean
}

export interface Loaded {
  /** Absent where there is an error. */
  readonly file?: StateFile
  /** The merged files, also with errors: for further messages. */
  readonly merged: StateFile
  /** Errors and warnings, by file and line. */
  readonly diagnostics: Diagnostic[]
  /** Without errors: values that the gateway must judge (`doubts.ts`). */
  readonly doubts: readonly Doubt[]
}

/** @param paths files, folders, `-` */
export async function loadStateFile(paths: readonly string[], options: LoadOptions = {}): Promise<Loaded> {
  const { texts, diagnostics: unreadable } = await readTexts(paths, options)
  // The YAML package is loaded only where there is something to parse.
  const { parseDocument } = await import('./yaml/parse.ts')
  const documents: Document[] = []
  const diagnostics = [...unreadable]
  for (const text of texts) {
    const parsed = parseDocument(text, options)
    diagnostics.push(...leadingBlanks(text), ...parsed.diagnostics)
    if (parsed.document !== undefined) documents.push(parsed.document)
  }
  const allRead = documents.length === texts.length && unreadable.length === 0
  const merged = mergeDocuments(documents, options)
  const { leaveAlone = () => false, lenient = false } = options
  const doubts: Doubt[] = []
  const doubt = options.gatewayJudges === true ? { doubt: (one: Doubt) => doubts.push(one) } : {}
  const { strictly } = options
  const schemas = strictly === undefined ? offlineSchemas() : schemasFor(merged.file, strictly)
  const isEnterprise = isForEnterprise(merged.file, strictly?.version)
  const context = {
    file: merged.file,
    schemas,
    leaveAlone,
    lenient,
    isEnterprise,
    ...doubt,
    ...(strictly?.bundled && { bundled: strictly.bundled }),
  }
  diagnostics.push(...documents.flatMap(document => checkDocument(document, context)))
  // An entity that is missing in these documents may be in an unreadable one.
  if (allRead) diagnostics.push(...merged.diagnostics)
  const { tolerates = () => false } = options
  const weighed = diagnostics.map(one => (tolerates(one) ? { ...one, severity: 'warning' as const } : one))
  const failed = weighed.some(({ severity }) => severity === 'error')
  const ordered = inOrder(
    failed ? [...weighed, ...doubts.map(({ diagnostic }) => diagnostic)] : weighed,
    texts.map(text => text.name),
  )
  return {
    ...(!failed && { file: merged.file }),
    merged: merged.file,
    diagnostics: ordered,
    doubts: failed ? [] : doubts,
  }
}

/** decK refuses such a state file, although it is YAML; its operations on files read it. */
const leadingBlanks = ({ name, text }: NamedText): Diagnostic[] =>
  /^\ufeff? /.test(text)
    ? [
        problem('leading-whitespace', 'file must not begin with a whitespace', {
          file: name,
          line: 1,
          column: 1,
        }),
      ]
    : []
