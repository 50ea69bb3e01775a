/** The state that the readers of statements and expressions share. */
import type { Labels } from './labels.ts'
import type { Words } from './words.ts'

export interface Parser {
  readonly words: Words
  readonly labels: Labels
  /** Reads the statements of a block up to the word that ends it. */
  readonly block: () => void
  /** The scope of the current function. */
  scope: FunctionScope
}

export interface FunctionScope {
  /** Whether the function has `...`. */
  readonly isVararg: boolean
  /** Loops around the current statement, which `break` leaves. */
  loops: number
}
