/**
 * What may go wrong, for both programs of this house: problems in what the user wrote are data
 * (`Diagnostic`), failures are thrown once, flat. `report/` prints them; Kong's own numbered errors, the ones
 * the embedded gateway answers with, are in `gateway/store/errors.ts`.
 */
import { getSystemErrorMap } from 'node:util'

/** A place in a state file. Lines and columns count from 1, as editors show them. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The text of that line as it is in the file, for the caret; absent where the file is not at hand. */
  readonly source?: string
  /** How many characters of the line the problem covers (for the carets); 1 when absent. */
  readonly length?: number
}

/**
 * One problem in what the user wrote. `code` is stable (scripts filter on it) and has an entry in
 * docs/errors.md.
 *
 * @example { severity: 'error', code: 'unknown-field', message: 'unknown field "hots" (service "a")', hint:
 *   'did you mean "host"?' }
 */
export interface Diagnostic {
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly message: string
  readonly where?: Place
  /** A second place, e.g. where the name was first used. */
  readonly related?: Place & { readonly message: string }
  readonly hint?: string
}

/** Exit codes as decK has them: 2 only for `diff --non-zero-exit-code` with a difference. */
export const exitCodes = { done: 0, failure: 1, difference: 2 } as const

/** The base of what is thrown on purpose. Anything else that reaches the base command is a bug. */
export class DeckError extends Error {
  readonly hint: string | undefined

  constructor(message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.hint = options.hint
  }
}

/** Wrong flags, arguments, settings. */
export class UsageError extends DeckError {}

/** What the user's files are refused for: all of it, not the first. */
export class StateFileError extends DeckError {
  readonly diagnostics: readonly Diagnostic[]

  /** @param what the files are, for the message */
  constructor(diagnostics: readonly Diagnostic[], what = 'the state file') {
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length
    super(`${errors} problem${errors === 1 ? '' : 's'} in ${what}`)
    this.diagnostics = diagnostics
  }
}

/** @throws StateFileError with all diagnostics if one is an error */
export function refuseErrors(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new StateFileError([...diagnostics])
}

/** What a gateway refuses the file for that it is to begin with (`--declarative-config`). */
export class DeclarativeError extends DeckError {
  /** Kong's `fields`: nested as the content is, with sentences as leaves. */
  readonly violations: unknown

  constructor(message: string, violations: unknown) {
    super(message)
    this.violations = violations
  }
}

/** The Admin API could not be reached, or did not answer in time, or did not speak HTTP. */
export class ConnectionError extends DeckError {}

/** As decK prints it. */
export const answerMessage = (status: number, message: string): string =>
  `HTTP status ${status} (message: ${JSON.stringify(message)})`

/** The Admin API answered with an error status. */
export class AdminApiError extends DeckError {
  readonly method: string
  readonly path: string
  readonly status: number
  /** Kong's `message`, or what was found instead of JSON. */
  readonly kongMessage: string
  /** Kong's `name`, e.g. "schema violation". */
  readonly kongName: string | undefined
  /** Kong's `fields`: nested as the entity is, with sentences as leaves. */
  readonly fields: Readonly<Record<string, unknown>> | undefined
  /** Kong's `flattened_errors` of a declarative configuration: one for each entity that is wrong. */
  readonly flattened: unknown
  /** The whole response, where it is not one of Kong's: JSON or a text. */
  readonly answer: unknown

  constructor(answer: {
    readonly method: string
    readonly path: string
    readonly status: number
    readonly kongMessage: string
    readonly kongName?: string | undefined
    readonly fields?: Readonly<Record<string, unknown>> | undefined
    readonly flattened?: unknown
    readonly answer?: unknown
  }) {
    super(answerMessage(answer.status, answer.kongMessage))
    this.method = answer.method
    this.path = answer.path
    this.status = answer.status
    this.kongMessage = answer.kongMessage
    this.kongName = answer.kongName
    this.fields = answer.fields
    this.flattened = answer.flattened
    this.answer = answer.answer
  }
}

/**
 * A run that ended with changes failed or not attempted; the report has already listed the outcome of each.
 */
export class ApplyError extends DeckError {
  readonly causes: readonly string[]

  constructor(causes: readonly string[]) {
    super(`${causes.length} errors occurred:\n${causes.map(cause => `\t${cause}\n`).join('')}`)
    this.causes = causes
  }
}

/**
 * What the operating system says about a file or an address, in its own words; undefined for any other error.
 * Such a failure comes from the surroundings (a full disk, a missing folder, a port that is taken) and is
 * never a bug.
 *
 * @example systemReason(error) // 'no space left on device'
 */
export function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('errno' in error)) return undefined
  return getSystemErrorMap().get(Number(error.errno))?.[1]
}
