/** Prints diagnostics and notes before, or instead of, the changes of a run. */
import { ApplyError, DeckError, type Diagnostic, StateFileError } from '../errors.ts'
import { annotationLines, groupOf, mostOfALevel, problemLines } from '../report/annotations.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { renderJson } from '../report/json.ts'
import type { Terminal } from './terminal.ts'

/** On stderr: stdout may be a document. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  notes: readonly string[],
  io: Terminal,
): void {
  const { stderr, chalk, errorChalk = chalk } = io
  for (const note of notes) stderr.write(`${errorChalk.yellow('Warning:')} ${note}\n`)
  const text = renderDiagnostics(diagnostics, errorChalk)
  const isLong = io.annotates === true && diagnostics.length > mostOfALevel
  stderr.write(isLong ? groupOf(`${diagnostics.length} problems`, text) : text)
  for (const note of notes) annotateRun('warning', note, io)
  annotate(diagnostics, io)
}

/** For GitHub Actions, beside the text for people. */
export function annotate(
  problems: readonly Diagnostic[],
  { stderr, env, annotates }: Pick<Terminal, 'stderr' | 'env' | 'annotates'>,
): void {
  if (annotates === true) stderr.write(problemLines(problems, env))
}

/** What has no place in a file. */
export function annotateRun(
  level: 'error' | 'warning',
  text: string,
  { stderr, env, annotates }: Pick<Terminal, 'stderr' | 'env' | 'annotates'>,
): void {
  if (annotates === true) stderr.write(annotationLines([{ level, title: 'deck', text }], env))
}

/**
 * A run that ends before its first change still prints its one JSON document with `--json-output`; the
 * error is thrown on.
 */
export async function withJsonOnFailure(
  json: boolean,
  { stdout }: Terminal,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work()
  } catch (error) {
    if (json) {
      const diagnostics = error instanceof StateFileError ? error.diagnostics : []
      stdout.write(
        renderJson({ outcomes: [], warnings: [], errors: messages(error), diagnostics }, undefined),
      )
    }
    throw error
  }
}

/** The messages of an error that ended a run, as in the JSON document. */
export function messages(error: unknown): readonly string[] {
  if (error instanceof StateFileError) {
    return error.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  }
  if (error instanceof ApplyError) return error.causes
  return [error instanceof DeckError ? error.message : String(error)]
}
