/**
 * A template's parts → the pieces of which the text is made that is read as YAML: stretches of the file, and
 * values.
 */
import { evaluate, inside, type Scope } from './evaluate.ts'
import type { Context } from './functions.ts'
import type { Block, Part, Span, TemplateError } from './tree.ts'
import { isTrue, kindOf, syntax, TemplateProblem, type Value } from './value.ts'

/** Without a value: the file's own text. */
export interface Piece extends Span {
  readonly value?: Value
}

/** What goes round more often than this is an accident. */
const most = 100_000

/** Characters that values come to, and pieces: far above any file that a gateway takes. */
const mostText = 64 * 1024 * 1024
const mostPieces = 1_000_000

type Leaving = 'break' | 'continue' | undefined

/** @returns pieces in order; an expression that fails is reported and becomes an empty value */
export function runTemplate(
  parts: readonly Part[],
  context: Context,
): { pieces: Piece[]; errors: TemplateError[] } {
  const pieces: Piece[] = []
  const errors: TemplateError[] = []
  const failed = new Set<number>()
  const nothing: Value = { is: null, secret: false }
  let [made, rounds] = [0, 0]

  /** Undefined where it fails. */
  function attempt<T>(span: Span, work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error
      // An expression in a loop is reported once.
      if (!failed.has(span.from)) errors.push({ error, from: span.from, to: span.to })
      failed.add(span.from)
      return undefined
    }
  }

  function print(part: Extract<Part, { type: 'value' }>, scope: Scope): void {
    const value = attempt(part, () => evaluate(part.pipeline, scope))
    if (part.pipeline.variable !== undefined) return
    if (value?.is === null)
      attempt(part, () => {
        throw syntax('there is no value here: a state file is given no data; use env "DECK_…"')
      })
    made += typeof value?.is === 'string' ? value.is.length : 1
    pieces.push({ from: part.from, to: part.to, value: value ?? { is: '', secret: false } })
  }

  function branch(block: Block, scope: Scope): Leaving {
    const within = inside(scope, scope.dot)
    const value = attempt(block, () => evaluate(block.pipeline, within))
    if (value === undefined) return undefined
    if (block.type === 'range') return repeat(block, value, within)
    if (!isTrue(value)) return all(block.otherwise ?? [], within)
    return all(block.parts, block.type === 'with' ? { ...within, dot: value } : within)
  }

  function repeat(block: Block, value: Value, scope: Scope): Leaving {
    const times = attempt(block, () => timesOf(value))
    if (times === undefined) return undefined
    if (times === 0) return all(block.otherwise ?? [], scope)
    const { variable } = block.pipeline
    for (let index = 0; index < times; index++) {
      if (isTooMuch(block)) break
      const item = { is: BigInt(index), secret: value.secret }
      if (variable !== undefined) scope.variables.set(variable.name, item)
      if (all(block.parts, inside(scope, item)) === 'break') break
    }
    return undefined
  }

  /** Loops within loops multiply. */
  function isTooMuch(block: Block): boolean {
    rounds += 1
    if (made <= mostText && pieces.length <= mostPieces && rounds <= mostPieces) return false
    attempt(block, () => {
      throw syntax('the loops of this file make more than any file may hold')
    })
    return true
  }

  function all(list: readonly Part[], scope: Scope): Leaving {
    for (const part of list) {
      if (part.type === 'break' || part.type === 'continue') return part.type
      if (part.type === 'text') pieces.push({ from: part.from, to: part.to })
      else if (part.type === 'value') print(part, scope)
      else if ('parts' in part) {
        const leaving = branch(part, scope)
        if (leaving !== undefined) return leaving
      }
    }
    return undefined
  }

  all(parts, { ...context, variables: new Map(), dot: nothing })
  return { pieces, errors }
}

/** Go goes over lists, maps and numbers; a state file has numbers alone. */
function timesOf(value: Value): number {
  if (typeof value.is !== 'bigint')
    throw syntax(
      `range goes over an integer here (0, 1, …), not over ${kindOf(value)}: there are no lists in state files`,
    )
  if (value.is > BigInt(most)) throw syntax(`range goes round ${most} times at the most`)
  return Math.max(0, Number(value.is))
}
