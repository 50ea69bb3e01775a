/** Selectors that match nothing in any of a run's files: a misspelled one would change nothing in silence. */
import { DeckError, type Diagnostic, type Place, StateFileError } from '../../errors.ts'
import { problem } from '../../file/problem.ts'
import { printDiagnostics } from '../../recipes/report-diagnostics.ts'
import type { Terminal } from '../../recipes/terminal.ts'

export interface Selector {
  readonly text: string
  /** In a patch or plugin file; absent for one of a flag. */
  readonly where?: Place | undefined
}

/** The kind of records that an operation can change. */
export interface Target {
  readonly is: (part: unknown) => boolean
  readonly name: string
}

export interface Unmatched {
  /** For one file; files are processed one after the other. */
  note(selector: Selector, parts: readonly unknown[], target: Target): void
  /** For a patch or plugin file without content for the operation. */
  noteEmpty(file: string, what: string): void
  /** In one file at least there must be some of these. */
  require(complaint: string, parts: readonly unknown[]): void
  /**
   * Prints what matched nothing.
   * @throws DeckError for what is required, StateFileError with `--strict`
   */
  report(terminal: Terminal, isStrict: boolean): void
}

interface Seen {
  readonly selector: Selector
  readonly target: Target
  parts: number
  usable: number
}

export function createUnmatched(): Unmatched {
  const seen = new Map<string, Seen>()
  const empty = new Map<string, string>()
  const required = new Map<string, number>()
  return {
    note: (selector, parts, target) => {
      const { text, where } = selector
      const key = `${text} ${where?.file}:${where?.line}:${where?.column} ${target.name}`
      const known = seen.get(key) ?? { selector, target, parts: 0, usable: 0 }
      known.parts += parts.length
      known.usable += parts.filter(target.is).length
      seen.set(key, known)
    },
    noteEmpty: (file, what) => empty.set(file, what),
    require: (complaint, parts) => required.set(complaint, (required.get(complaint) ?? 0) + parts.length),
    report: (terminal, isStrict) => {
      for (const [complaint, count] of required) if (count === 0) throw new DeckError(complaint)
      const severity = isStrict ? 'error' : 'warning'
      const unmatched = [...seen.values()].filter(({ usable }) => usable === 0)
      const diagnostics = [
        ...unmatched.map(one => diagnosticOf(one, severity)),
        ...[...empty].map(([file, what]) =>
          problem(
            'selector-without-match',
            `no ${what} in this file`,
            { file, line: 1, column: 1 },
            { severity },
          ),
        ),
      ]
      if (diagnostics.length === 0) return
      if (isStrict) throw new StateFileError(diagnostics, 'the selectors')
      printDiagnostics(diagnostics, [], terminal)
    },
  }
}

function diagnosticOf(
  { selector: { text, where }, parts, target }: Seen,
  severity: Diagnostic['severity'],
): Diagnostic {
  const found =
    parts === 0
      ? 'matches nothing'
      : parts === 1
        ? `matches one value, which is not ${target.name}`
        : `matches ${parts} values, none of which is ${target.name}`
  return problem('selector-without-match', `selector '${text}' ${found}`, where, { severity })
}
