/**
 * The recommended rules in `deck file lint`: what of a ruleset is about them, and what they find, as lint
 * reports it.
 */
import { Readable } from 'node:stream'
import type { RouterFlavor } from '../../entities/expressions/router-flavors.ts'
import { isRecord } from '../../entities/language/values.ts'
import type { Document } from '../../file/document.ts'
import { readTexts } from '../../file/read.ts'
import { readInput } from '../../recipes/terminal.ts'
import type { Violation } from '../../transform/lint/lint.ts'
import { type Severity, severityNames, severityOf } from '../../transform/lint/severity.ts'
import type { Run } from '../base-command.ts'
import { kongVersionOf } from '../kong-version.ts'

/** A finding of a recommended rule says what to do as well. */
export interface Advice extends Violation {
  readonly why: string
  readonly how: string
}

/** The name by which a ruleset extends the recommended rules, instead of the flag. */
const builtIn = 'deck:recommended'

export interface SplitRuleset {
  /** Without what is about the recommended rules; undefined where nothing is left. */
  readonly ruleset: Document | undefined
  readonly isRecommended: boolean
  /** Severities by the id of a rule; undefined: off. */
  readonly settings: ReadonlyMap<string, Severity | undefined>
}

/** @param ids of the recommended rules */
export function splitRuleset(
  rules: Document | undefined,
  isRecommended: boolean,
  ids: readonly string[],
): SplitRuleset {
  if (rules === undefined) return { ruleset: undefined, isRecommended, settings: new Map() }
  const { rules: listed, extends: extended, ...others } = rules.content
  const names = Array.isArray(extended) ? extended : extended === undefined ? [] : [extended]
  const left = names.filter(name => name !== builtIn)
  const isExtended = left.length < names.length
  if (!isRecommended && !isExtended) return { ruleset: rules, isRecommended, settings: new Map() }
  const entries = Object.entries(isRecord(listed) ? listed : {})
  const isSetting = ([name, value]: [string, unknown]): boolean =>
    ids.includes(name) && (typeof value === 'boolean' || severityNames.has(value))
  const own = entries.filter(entry => !isSetting(entry))
  const settings = entries
    .filter(isSetting)
    .filter(([, value]) => value !== true)
    .map(([name, value]) => [name, isOff(value) ? undefined : severityOf(value)] as const)
  const content = {
    ...others,
    ...(left.length > 0 && { extends: Array.isArray(extended) ? left : left[0] }),
    ...((own.length > 0 || !isRecord(listed)) &&
      listed !== undefined && { rules: isRecord(listed) ? Object.fromEntries(own) : listed }),
  }
  const saysMore = ['rules', 'extends', 'overrides'].some(key => key in content)
  return {
    ruleset: saysMore || (entries.length === 0 && !isExtended) ? { ...rules, content } : undefined,
    isRecommended: true,
    settings: new Map(settings),
  }
}

const isOff = (value: unknown): boolean => value === false || value === 'off' || value === -1

/**
 * The text of the state file, and the run with an input that can be read again.
 * @throws UsageError for a folder
 */
export async function readStateText(run: Run): Promise<{ readonly run: Run; readonly text: string }> {
  const path = String(run.flags['state'])
  if (path === '-') {
    const input = await readInput(run.terminal)
    const terminal = { ...run.terminal, stdin: Readable.from([input]) }
    return { run: { ...run, terminal }, text: input.toString() }
  }
  const { texts } = await readTexts([path])
  return { run, text: texts[0]?.text ?? '' }
}

/** @throws StateFileError, UsageError */
export async function recommendedAdvice(
  { flags }: Run,
  text: string,
  settings: SplitRuleset['settings'],
): Promise<Advice[]> {
  const version = kongVersionOf(flags)
  const { lintRecommended } = await import('../../recipes/recommended.ts')
  const found = await lintRecommended(String(flags['state']), text, {
    version,
    flavor: String(flags['flavor']) as RouterFlavor,
    isOn: ({ id }) => !settings.has(id) || settings.get(id) !== undefined,
  })
  return found.map(({ rule, message, place }) => ({
    rule: rule.id,
    message: `${message} (${rule.id})`,
    severity: settings.get(rule.id) ?? rule.severity,
    given: '',
    line: place?.line ?? 1,
    column: place?.column ?? 1,
    why: rule.why,
    how: rule.how,
  }))
}
