/**
 * Prints a failure once on stderr: one line with a hint for a user error; the stack and a request to report
 * it for a bug.
 */
import { shortened } from '../entities/text/shortened.ts'
import { ApplyError, DeckError, StateFileError, systemReason } from '../errors.ts'
import type { Terminal } from '../recipes/terminal.ts'

export async function printError(error: unknown, io: Terminal): Promise<void> {
  const { stderr } = io
  if (error instanceof StateFileError) {
    const { printDiagnostics } = await import('../recipes/report-diagnostics.ts')
    printDiagnostics(error.diagnostics, [], io)
    stderr.write(`Error: ${error.message}\n`)
  } else if (error instanceof ApplyError) stderr.write(`Error: ${error.message}`)
  else if (error instanceof DeckError) {
    stderr.write(`Error: ${bounded(error.message)}\n`)
    if (error.hint !== undefined) stderr.write(`hint: ${bounded(error.hint)}\n`)
    const { annotateRun } = await import('../recipes/report-diagnostics.ts')
    annotateRun('error', bounded(error.message), io)
  } else if (systemReason(error) !== undefined) stderr.write(`Error: ${systemSentence(error)}\n`)
  else {
    stderr.write('Error: this is a bug in deck, please report it with the lines below\n')
    stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  }
}

/** A message of several lines may be long, but not as long as a value of many megabytes that it quotes. */
const bounded = (text: string): string => (text.length > 20_000 ? shortened(text) : text)

/** @example systemSentence(error) // 'open /data/ready.json: no space left on device' */
function systemSentence(error: unknown): string {
  const { syscall = '', path = '' } = error as NodeJS.ErrnoException
  return `${[syscall, path].filter(word => word !== '').join(' ')}: ${systemReason(error)}`
}
