/** What the readers of statements and expressions share while they go through Lua code. */
import type { Labels } from './labels.ts'
import type { Words } from './words.ts'

export interface Parser {
  readonly words: Words
  readonly labels: Labels
  /** Reads the statements of a block up to the word that ends it. */
  readonly block: () => void
  /** Of the function that is read. */
  scope: FunctionScope
}

export interface FunctionScope {
  /** Whether `...` may stand in it. */
  readonly isVararg: boolean
  /** Loops around the current statement, which `break` leaves. */
  loops: number
}
