/** A ruleset's content → rules, checked. The format is Spectral's, as far as it is about rules of one's own. */
import { isRecord } from '../../entities/language/values.ts'
import { DeckError } from '../../errors.ts'
import type { Content } from '../owners.ts'
import { functions } from './functions.ts'

export const severities = ['error', 'warn', 'info', 'hint'] as const
export type Severity = (typeof severities)[number]

export interface Check {
  /** Of what `given` selects; absent: that itself. `@key`: each of its keys. */
  readonly field?: string
  readonly call: string
  readonly options: Content
}

export interface Rule {
  readonly name: string
  readonly description: string
  /** In place of what the function says. */
  readonly message: string | undefined
  readonly severity: Severity
  readonly given: readonly string[]
  readonly checks: readonly Check[]
}

const keys = new Set(['extends', 'rules', 'aliases', 'formats', 'documentationUrl', 'description'])

const refused = (why: string, hint?: string) =>
  new DeckError(`error creating ruleset: ${why}`, hint === undefined ? {} : { hint })

/** @throws DeckError for what is no ruleset, or asks for rules that are not there */
export function rulesOf(content: Content): Rule[] {
  const unknown = Object.keys(content).find(key => !keys.has(key))
  if (unknown !== undefined) {
    throw refused(
      `rules not valid: additional properties '${unknown}' not allowed`,
      unknown.startsWith('_')
        ? 'the argument is the file of the rules; the state file goes with -s'
        : undefined,
    )
  }
  refuseForeign(content['extends'])
  const { rules = {} } = content
  if (!isRecord(rules)) throw refused('rules not valid: rules is not an object')
  return Object.entries(rules)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, rule]) => ruleOf(name, rule))
}

/** Rules about OpenAPI documents are another tool's; a ruleset that takes them in and turns them off is fine. */
function refuseForeign(extended: unknown): void {
  const list = Array.isArray(extended) ? extended : extended === undefined ? [] : [extended]
  const wanted = list.find(one => !(Array.isArray(one) && one[1] === 'off'))
  if (wanted === undefined) return
  const name = String(Array.isArray(wanted) ? wanted[0] : wanted)
  throw new DeckError(`error creating ruleset: the rules of ${name} are not there`, {
    hint: `state files have rules of their own; [[${name}, off]] leaves those of ${name} out`,
  })
}

function ruleOf(name: string, rule: unknown): Rule[] {
  if (rule === false || rule === 'off') return []
  if (!isRecord(rule)) throw refused(`rule ${name} is not an object`)
  const { given, then, description = '', message, severity = 'warn' } = rule
  if (severity === 'off') return []
  const texts = (Array.isArray(given) ? given : [given]).filter(one => typeof one === 'string')
  const checks = (Array.isArray(then) ? then : [then]).filter(isRecord)
  if (texts.length === 0) throw refused(`rule ${name} has no given`)
  if (checks.length === 0) throw refused(`rule ${name} has no then`)
  return [
    {
      name,
      description: String(description),
      message: message === undefined ? undefined : String(message),
      severity: severityOf(severity),
      given: texts,
      checks: checks.map(check => checkOf(name, check)),
    },
  ]
}

function checkOf(rule: string, { field, function: call, functionOptions = {} }: Content): Check {
  if (typeof call !== 'string' || !(call in functions)) {
    throw new DeckError(
      `error creating ruleset: rule ${rule} asks for the function ${typeof call === 'string' ? call : JSON.stringify(call)}`,
      {
        hint: `there are ${Object.keys(functions).join(', ')}`,
      },
    )
  }
  return {
    call,
    options: isRecord(functionOptions) ? { ...functionOptions } : {},
    ...(field !== undefined && { field: String(field) }),
  }
}

/** By name or number; anything else is a warning (decK 1.65). */
export function severityOf(word: unknown): Severity {
  const byNumber = typeof word === 'number' ? severities[word] : undefined
  return byNumber ?? severities.find(one => one === word) ?? 'warn'
}
