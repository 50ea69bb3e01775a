/**
 * Rules for Spectral: each action is a function that stores its findings, with decK's messages and places,
 * for the report.
 */
import type { RuleDefinition, RulesetFunction } from '@stoplight/spectral-core'
import type { Check, Finding, LintFunction, Options } from './check.ts'
import { type Target, targetsIn } from './targets.ts'

/** A finding before Spectral decides its severity and document. */
export interface StoredFinding {
  readonly text: string
  readonly isKey: boolean
  readonly isTemplate: boolean
  readonly property: string
  readonly value: unknown
}

export interface Action {
  readonly fn: LintFunction
  readonly options: Options
  readonly field?: string
}

type RulePath = (string | number)[]

interface Context {
  readonly path: RulePath
  readonly rule: { readonly resolved: boolean }
  readonly documentInventory: { readonly resolved: unknown; readonly unresolved: unknown }
}

/**
 * @param stored the message of Spectral's result is an index into this list.
 * @throws Error for wrong options
 */
export function preparedAction(
  { fn, options, field }: Action,
  stored: StoredFinding[],
): RuleDefinition['then'] {
  const check = fn.prepare(options)
  const name = field ?? 'value'
  const run = (input: unknown, _: unknown, given: unknown): { message: string; path: RulePath }[] => {
    const context = given as Context
    return ownersOf(input, context, fn).flatMap(({ value, path, isKey }) =>
      targetsOf(value, field, isKey).flatMap(target =>
        findings(check, target, name, context, path).map(finding => {
          const below = [...target.path, ...(finding.path ?? [])]
          stored.push({
            text: finding.message,
            isKey: finding.isKey === true || (target.isKey === true && finding.path === undefined),
            isTemplate: finding.isTemplate === true,
            property: String([...path, ...below].at(-1) ?? ''),
            value: target.value,
          })
          return {
            message: String(stored.length - 1),
            path: fn.atOwner === true ? path : [...path, ...below],
          }
        }),
      ),
    )
  }
  return { function: run as unknown as RulesetFunction }
}

const findings = (
  check: Check,
  target: Target,
  name: string,
  context: Context,
  path: RulePath,
): readonly Finding[] => check(target, name, { ...context, path: [...path, ...target.path] })

const targetsOf = (value: unknown, field: string | undefined, isKey: boolean): Target[] =>
  field === undefined ? [{ value, path: [], isKey }] : targetsIn(value, field)

interface Owner {
  readonly value: unknown
  readonly path: RulePath
  readonly isKey: boolean
}

function ownersOf(input: unknown, context: Context, fn: LintFunction): Owner[] {
  const { path } = context
  if (fn.ofElements === true && Array.isArray(input))
    return input.map((value, index) => ({ value, path: [...path, index], isKey: false }))
  return [{ value: input, path, isKey: isKeyAt(input, context) }]
}

/** JSONPath's `~` selects the name of a field at the path of its value. */
function isKeyAt(input: unknown, { path, rule, documentInventory }: Context): boolean {
  if (typeof input !== 'string' || input !== String(path.at(-1))) return false
  const root = rule.resolved ? documentInventory.resolved : documentInventory.unresolved
  return (
    path.reduce<unknown>((value, step) => (Object(value) as Record<string, unknown>)[step], root) !== input
  )
}
