/** Collects the problems of a text with their places. */
import type { Diagnostic } from '../../errors.ts'
import { problem } from '../problem.ts'
import type { Positions } from './positions.ts'

/** Offsets are those of the text that was read. */
export interface Report {
  readonly diagnostics: readonly Diagnostic[]
  hasErrors(): boolean
  push(diagnostic: Diagnostic): void
  add(code: string, message: string, offset: number, length?: number, extra?: Extra): void
}

export interface Extra {
  readonly severity?: 'error' | 'warning'
  readonly hint?: string
  readonly related?: Diagnostic['related']
}

export function createReport(positions: Positions): Report {
  const diagnostics: Diagnostic[] = []
  let errors = 0
  const push = (diagnostic: Diagnostic): void => {
    diagnostics.push(diagnostic)
    if (diagnostic.severity === 'error') errors += 1
  }
  return {
    diagnostics,
    push,
    hasErrors: () => errors > 0,
    add: (code, message, offset, length = 1, extra = {}) =>
      push(problem(code, message, positions.placeOf(offset, length), extra)),
  }
}
