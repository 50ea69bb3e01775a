/** Prints diagnostics and notes before, or instead of, the changes of a run. */
import { ApplyError, DeckError, type Diagnostic, StateFileError } from '../errors.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { renderJson } from '../report/json.ts'
import type { Terminal } from './terminal.ts'

/** On stderr: stdout may be a document. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  notes: readonly string[],
  { stderr, chalk, errorChalk = chalk }: Terminal,
): void {
  for (const note of notes) stderr.write(`${errorChalk.yellow('Warning:')} ${note}\n`)
  stderr.write(renderDiagnostics(diagnostics, errorChalk))
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
