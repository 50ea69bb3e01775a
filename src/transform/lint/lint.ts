/** `deck file lint`: rules and a file's content → what breaks them, in the order of the rules' names and of the file. Loads json-p3: import it where it is used. */
import { compile } from 'json-p3'
import { isRecord } from '../../entities/language/values.ts'
import { UsageError } from '../../errors.ts'
import type { Content } from '../owners.ts'
import { functions, type Target } from './functions.ts'
import type { Check, Rule, Severity } from './ruleset.ts'

export interface Violation {
  readonly message: string
  readonly severity: Severity
  /** The path of the rule. */
  readonly given: string
  /** Where it is in the file. */
  readonly at: readonly (string | number)[]
}

interface Found extends Target {
  readonly at: readonly (string | number)[]
}

/** @throws UsageError for a `given` that is no JSONPath */
export function lint(content: Content, rules: readonly Rule[]): Violation[] {
  return rules.flatMap(rule =>
    rule.given.flatMap(given =>
      nodesOf(content, given, rule.name).flatMap(node =>
        rule.checks.flatMap(check =>
          targetsOf(node, check).flatMap(target => {
            const wrong = functions[check.call]?.(target, check.options)
            if (wrong === undefined) return []
            return [{ message: told(rule, target, wrong), severity: rule.severity, given, at: target.at }]
          }),
        ),
      ),
    ),
  )
}

function nodesOf(content: Content, given: string, rule: string): Found[] {
  try {
    // json-p3 takes what can be in JSON; a parsed state file is just that.
    const query = compile(given)
    const nodes = query.query(content as Parameters<typeof query.query>[0])
    return [...nodes].map(({ value, location }) => ({
      value,
      at: location,
      name: nameAt(location),
    }))
  } catch (error) {
    throw new UsageError(
      `error creating ruleset: rule ${rule}: ${given} is no JSONPath: ${(error as Error).message}`,
    )
  }
}

/** `paths[2]` for an element, the field's name else. */
function nameAt(location: Found['at']): string {
  const last = location.at(-1) ?? '$'
  return typeof last === 'number' ? `${nameAt(location.slice(0, -1))}[${last}]` : last
}

function targetsOf(node: Found, { field }: Check): Found[] {
  if (field === undefined) return [node]
  if (!isRecord(node.value)) return []
  if (field === '@key') {
    return Object.keys(node.value).map(key => ({ value: key, name: key, at: [...node.at, key] }))
  }
  let value: unknown = node.value
  const at = [...node.at]
  for (const step of field.split('.')) {
    value = isRecord(value) ? value[step] : undefined
    if (value !== undefined) at.push(step)
  }
  return [{ value, name: field, at }]
}

/** Spectral's placeholders in a message of one's own; else the description and what the function says. */
function told({ message, description }: Rule, { value, name, at }: Found, error: string): string {
  if (message === undefined) return description === '' ? error : `${description}: ${error}`
  const words: Readonly<Record<string, string>> = {
    error,
    description,
    property: name,
    path: ['$', ...at].join('.'),
    value: typeof value === 'object' ? '' : String(value),
  }
  return message.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, word: string) => words[word] ?? whole)
}
