/**
 * A template's parts → the pieces of which the text is made that is read as YAML: stretches of the file, and
 * values.
 */
import { evaluate, inside, type Scope } from './evaluate.ts'
import type { Pipeline } from './expression.ts'
import type { Context } from './functions.ts'
import type { Block, Part, Span, TemplateError } from './tree.ts'
import { isTrue, kindOf, syntax, TemplateProblem, type Value } from './value.ts'

/** Without a value: the file's own text. */
export interface Piece extends Span {
  readonly value?: Value
}

/** More iterations are a mistake. */
const most = 100_000

/** Characters that values come to, and pieces: far above any file that a gateway takes. */
const mostText = 64 * 1024 * 1024
const mostPieces = 1_000_000

type Leaving = 'break' | 'continue' | undefined

/** @returns pieces in order; an expression that fails is reported and becomes an empty value */
export function runTemplate(
  parts: readonly Part[],
  context: Context,
): { pieces: Piece[]; errors: TemplateError[]; unset: TemplateError[] } {
  const { errors, attempt } = collectErrors()
  const unset: TemplateError[] = []
  const run: Run = { pieces: [], attempt, unset, written: 0, rounds: 0 }
  runAll(parts, { ...context, unset: [], variables: new Map(), dot: { is: null, secret: false } }, run)
  return { pieces: run.pieces, errors, unset }
}

interface Run {
  readonly pieces: Piece[]
  /** Undefined where the work fails, which is reported. */
  readonly attempt: <T>(span: Span, work: () => T) => T | undefined
  /** Variables that are not set, where placeholders stand for them. */
  readonly unset: TemplateError[]
  /** Characters of values. */
  written: number
  rounds: number
}

/** An expression in a loop is reported once. */
function collectErrors(): { errors: TemplateError[]; attempt: Run['attempt'] } {
  const errors: TemplateError[] = []
  const failed = new Set<number>()
  return {
    errors,
    attempt: ({ from, to }, work) => {
      try {
        return work()
      } catch (error) {
        if (!(error instanceof TemplateProblem)) throw error
        if (!failed.has(from)) errors.push({ error, from, to })
        failed.add(from)
        return undefined
      }
    },
  }
}

function runAll(list: readonly Part[], scope: Scope, run: Run): Leaving {
  for (const part of list) {
    if (part.type === 'break' || part.type === 'continue') return part.type
    if (part.type === 'text') run.pieces.push({ from: part.from, to: part.to })
    else if (part.type === 'value') print(part, scope, run)
    else if ('parts' in part) {
      const leaving = branch(part, scope, run)
      if (leaving !== undefined) return leaving
    }
  }
  return undefined
}

function print(part: Extract<Part, { type: 'value' }>, scope: Scope, run: Run): void {
  const value = run.attempt(part, () => evaluated(part, scope, run))
  if (part.pipeline.variable !== undefined) return
  if (value?.is === null)
    run.attempt(part, () => {
      throw syntax('there is no value here: a state file is given no data; use env "DECK_…"')
    })
  run.written += typeof value?.is === 'string' ? value.is.length : 1
  run.pieces.push({ from: part.from, to: part.to, value: value ?? { is: '', secret: false } })
}

/** @throws TemplateProblem */
function evaluated(
  { pipeline, from, to }: Span & { readonly pipeline: Pipeline },
  scope: Scope,
  run: Run,
): Value {
  try {
    return evaluate(pipeline, scope)
  } finally {
    // An expression in a loop is reported once.
    const isNew = ({ message }: TemplateProblem) =>
      !run.unset.some(one => one.from === from && one.error.message === message)
    for (const error of scope.unset?.splice(0).filter(isNew) ?? []) run.unset.push({ error, from, to })
  }
}

function branch(block: Block, scope: Scope, run: Run): Leaving {
  const within = inside(scope, scope.dot)
  const value = run.attempt(block, () => evaluated(block, within, run))
  if (value === undefined) return undefined
  if (block.type === 'range') return repeat(block, value, within, run)
  if (!isTrue(value)) return runAll(block.otherwise ?? [], within, run)
  return runAll(block.parts, block.type === 'with' ? { ...within, dot: value } : within, run)
}

function repeat(block: Block, value: Value, scope: Scope, run: Run): Leaving {
  const times = run.attempt(block, () => timesOf(value))
  if (times === undefined) return undefined
  if (times === 0) return runAll(block.otherwise ?? [], scope, run)
  const { variable } = block.pipeline
  for (let index = 0; index < times; index++) {
    if (isTooMuch(block, run)) break
    const item = { ...value, is: BigInt(index) }
    if (variable !== undefined) scope.variables.set(variable.name, item)
    if (runAll(block.parts, inside(scope, item), run) === 'break') break
  }
  return undefined
}

/** Loops within loops multiply. */
function isTooMuch(block: Block, run: Run): boolean {
  run.rounds += 1
  if (run.written <= mostText && run.pieces.length <= mostPieces && run.rounds <= mostPieces) return false
  run.attempt(block, () => {
    throw syntax('the loops of this file make more than any file may hold')
  })
  return true
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
