/** Evaluates an expression with the variables of its scope. */
import type { Operand, Pipeline } from './expression.ts'
import { type Context, call } from './functions.ts'
import { isTrue, syntax, type Value } from './value.ts'

/**
 * The variables at a place of the template: `$x`, and `.` (in `with` and `range`). Blocks see the variables
 * around them.
 */
export interface Scope extends Context {
  readonly variables: Map<string, Value>
  readonly around?: Scope
  readonly dot: Value
}

export const inside = (around: Scope, dot: Value): Scope => ({ ...around, around, dot, variables: new Map() })

/** @throws TemplateProblem */
export function evaluate({ variable, commands }: Pipeline, scope: Scope): Value {
  let value: Value | undefined
  for (const [first, ...args] of commands) value = result(first, args, value, scope)
  if (value === undefined) throw syntax('an expression is missing')
  if (variable?.isNew) scope.variables.set(variable.name, value)
  else if (variable !== undefined) declaring(variable.name, scope).variables.set(variable.name, value)
  return value
}

function result(first: Operand, args: readonly Operand[], piped: Value | undefined, scope: Scope): Value {
  if (first.type !== 'function') {
    if (piped !== undefined) throw syntax('only a function can take what comes from the left of "|"')
    if (args.length > 0) throw syntax('only a function can have values behind it')
    return operandValue(first, scope)
  }
  const { name } = first
  if (name === 'and' || name === 'or') return choice(name, args, piped, scope)
  const values = args.map(arg => operandValue(arg, scope))
  return call(name, piped === undefined ? values : [...values, piped], scope)
}

/** The first deciding argument, else the last; later arguments are not evaluated (Go's rule). */
function choice(name: 'and' | 'or', args: readonly Operand[], piped: Value | undefined, scope: Scope): Value {
  let value: Value | undefined
  for (const arg of args) {
    value = operandValue(arg, scope)
    if (isTrue(value) === (name === 'or')) return value
  }
  value = piped ?? value
  if (value === undefined) throw syntax(`${name} takes a value`)
  return value
}

function operandValue(operand: Operand, scope: Scope): Value {
  switch (operand.type) {
    case 'constant':
      return operand.value
    case 'dot':
      return scope.dot
    case 'pipeline':
      return evaluate(operand.pipeline, scope)
    case 'function':
      return result(operand, [], undefined, scope)
    case 'variable':
      return operand.name === '$'
        ? { is: null, secret: false }
        : (declaring(operand.name, scope).variables.get(operand.name) as Value)
  }
}

function declaring(name: string, scope: Scope): Scope {
  for (let one: Scope | undefined = scope; one !== undefined; one = one.around)
    if (one.variables.has(name)) return one
  throw syntax(
    `undefined variable ${name}; \${{ ${name} := … }} makes it, up to the end of the block around it`,
  )
}
