/**
 * Values of expressions between `${{` and `}}`. Go's kinds of values stay distinct as in Go: a text is
 * never equal to a number.
 */

export interface Value {
  /** `bigint` is Go's int, `number` its float64, null its nil. */
  readonly is: string | bigint | number | boolean | null
  /** Whether an environment variable had a part in it. */
  readonly secret: boolean
  /** It stands for the value of a variable that is not set. */
  readonly isPlaceholder?: boolean
  /** Blanks before every line but the first, set by `indent N`. */
  readonly indent?: number
}

/** A problem of an expression; `code` as in docs/errors.md. */
export class TemplateProblem extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export const syntax = (message: string): TemplateProblem => new TemplateProblem('env-syntax', message)

/** Go's zero values are false. */
export const isTrue = ({ is }: Value): boolean =>
  is !== '' && is !== 0n && is !== 0 && is !== false && is !== null

/** As `print` prints it. */
export function printed({ is }: Value): string {
  if (is === null) return '<no value>'
  if (typeof is !== 'number') return String(is)
  if (is === Number.POSITIVE_INFINITY) return '+Inf'
  const small = is !== 0 && Math.abs(is) < 1e-4
  // Go writes exponents with two digits at least.
  return (small ? is.toExponential() : String(is))
    .replace(/e([+-])(\d)$/, 'e$10$2')
    .replace('Infinity', 'Inf')
}

/** The kind of a value, for messages. */
export function kindOf({ is }: Value): string {
  if (typeof is === 'string') return 'a text'
  if (typeof is === 'boolean') return 'a boolean'
  if (is === null) return 'no value'
  return typeof is === 'bigint' ? 'an integer' : 'a number with a fraction'
}
