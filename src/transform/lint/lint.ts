/**
 * `deck file lint`: a ruleset and a file's content → violations, in the order of the rules' names and of
 * the file. Loads Spectral: import it where it is used (it is a separate file of the build).
 */
import { resolve } from 'node:path'
import {
  type IRuleResult,
  type Rule,
  Ruleset,
  type RulesetDefinition,
  Spectral,
} from '@stoplight/spectral-core'
import { StateFileError } from '../../errors.ts'
import type { Document } from '../../file/document.ts'
import { inOrder } from '../../file/problem.ts'
import { definitionOf, messagesOf } from './definition.ts'
import { filledMessage } from './messages.ts'
import type { StoredFinding } from './prepared-rules.ts'
import { createReferences } from './references.ts'
import { hasExpression } from './selectors.ts'
import { type Severity, severities } from './severity.ts'
import { isSlow, limit } from './slow-selectors.ts'
import { type Complaints, createComplaints, type Load, type Path, withExtensions } from './source.ts'

export interface Violation {
  /** The rule's name. */
  readonly rule: string
  readonly message: string
  readonly severity: Severity
  /** The path of the rule; empty where it has several. */
  readonly given: string
  readonly line: number
  readonly column: number
}

/** @public the thread of `slow-selectors.ts` requires it from the bundle by this name */
export { select } from './slow-selectors.ts'

/** @throws StateFileError with all that is wrong with the ruleset */
export async function lint(document: Document, rules: Document, load: Load): Promise<Violation[]> {
  const complaints = createComplaints()
  const found: StoredFinding[] = []
  const messages = new Map<string, string>()
  const own = new Set<string>()
  const source = withExtensions(rules, load, complaints)
  const definition = definitionOf(source, { complaints, found, messages, own })
  refuse(complaints)
  const ruleset = create(definition, rules, complaints)
  await refuseSlow(ruleset, [...own], document, rules)
  const spectral = new Spectral({ resolver: createReferences(document.content) })
  spectral.setRuleset(ruleset)
  const results = await run(spectral, document, rules)
  const used = ruleset.fromSource(resolve(document.name)).rules
  return ordered(
    results.map(result => violationOf(result, document, used[String(result.code)], found, messages)),
  )
}

function refuse({ found }: Complaints): void {
  const files = [...new Set(found.flatMap(({ where }) => where?.file ?? []))]
  if (found.length > 0) throw new StateFileError(inOrder(found, files), 'the ruleset')
}

/** @param names of the rules that are the user's own */
async function refuseSlow(
  ruleset: Ruleset,
  names: readonly string[],
  document: Document,
  rules: Document,
): Promise<void> {
  const complaints = createComplaints()
  for (const name of names) {
    const selectors = ruleset.rules[name]?.getGivenForFormats(null) ?? []
    for (const selector of selectors.filter(hasExpression)) {
      if (!(await isSlow(selector, document.content))) continue
      complaints.add(rules, ['rules', name], `given '${selector}' takes longer than ${limit} seconds`)
    }
  }
  refuse(complaints)
}

/** Checks that only Spectral has, for the whole ruleset. */
function create(definition: RulesetDefinition, rules: Document, complaints: Complaints): Ruleset {
  try {
    return new Ruleset(definition, { severity: 'recommended', source: resolve(rules.name) })
  } catch (error) {
    const all = (error as { errors?: readonly unknown[] }).errors ?? [error]
    for (const one of all) {
      const { path = [] } = one as { readonly path?: Path }
      for (const message of messagesOf(one)) complaints.add(rules, path, message)
    }
    refuse(complaints)
    throw error
  }
}

/** @throws StateFileError for a path that cannot be evaluated */
async function run(spectral: Spectral, document: Document, rules: Document): Promise<IRuleResult[]> {
  const content: unknown = structuredClone(document.content)
  const placeOf = (path: Path) => {
    const { line, column } = document.whereIs(numbered(path, document.content)) ?? { line: 1, column: 1 }
    const position = { line: line - 1, character: column - 1 }
    return { range: { start: position, end: position } }
  }
  const parsed = { data: content, diagnostics: [], ast: {}, lineMap: [] }
  try {
    return await spectral.run(
      { parsed, getLocationForJsonPath: (_, path) => placeOf(path), source: resolve(document.name) },
      { ignoreUnknownFormat: true },
    )
  } catch (error) {
    const complaints = createComplaints()
    for (const message of messagesOf(error)) complaints.add(rules, ['rules'], message, undefined, 'key')
    refuse(complaints)
    throw error
  }
}

/** Steps into lists as numbers: Spectral writes them as texts in places. */
function numbered(path: Path, content: unknown): Path {
  let value = content
  return path.map(step => {
    const own = Array.isArray(value) ? Number(step) : step
    value = (Object(value) as Record<string | number, unknown>)[own]
    return own
  })
}

function violationOf(
  result: IRuleResult,
  document: Document,
  rule: Rule | undefined,
  found: readonly StoredFinding[],
  messages: ReadonlyMap<string, string>,
): Violation {
  const { start } = result.range
  const stored = found[Number(result.message)]
  const path = numbered(result.path, document.content)
  const isHere = result.source === undefined || result.source === resolve(document.name)
  const key = stored?.isKey === true && isHere ? document.whereIs(path, 'key') : undefined
  const name = String(result.code)
  const rendered = { message: messages.get(name), description: rule?.description ?? null }
  return {
    rule: name,
    message: stored === undefined ? result.message : filledMessage(rendered, stored, path),
    severity: severities[result.severity] ?? 'warn',
    given: givenOf(rule),
    line: key?.line ?? start.line + 1,
    column: key?.column ?? start.character + 1,
  }
}

function givenOf(rule: Rule | undefined): string {
  const [only, ...more] = rule?.given ?? []
  return more.length === 0 ? (only ?? '') : ''
}

/** By the rules' names, then by place; what several references to one place found is one finding. */
function ordered(all: readonly Violation[]): Violation[] {
  const rank = (a: Violation, b: Violation): number =>
    a.rule === b.rule ? a.line - b.line || a.column - b.column : a.rule < b.rule ? -1 : 1
  const seen = new Set<string>()
  return [...all].sort(rank).filter(one => {
    const key = [one.rule, one.line, one.column, one.message].join('\0')
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}
