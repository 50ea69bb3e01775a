/** A ruleset's files → Spectral's definition of it, with everything that is wrong in them at its line. */
import type { RuleDefinition, RulesetDefinition } from '@stoplight/spectral-core'
import { isRecord } from '../../entities/language/values.ts'
import { didYouMean } from '../../entities/text/did-you-mean.ts'
import type { Document } from '../../file/document.ts'
import type { Options } from './check.ts'
import { shown } from './deck-wording.ts'
import { coreNames, functions, ofSpectral } from './functions.ts'
import { checkAliases, checkField, checkGiven, formatsOf, listedAliases, place } from './parts.ts'
import { preparedAction, type StoredFinding } from './prepared-rules.ts'
import { severityNames } from './severity.ts'
import { type Complaints, isSource, type Path, type Source } from './source.ts'

type Values = Readonly<Record<string, unknown>>

const rulesetKeys = [
  'aliases',
  'description',
  'documentationUrl',
  'extends',
  'formats',
  'overrides',
  'parserOptions',
  'rules',
]
/** Keys of Spectral and of decK's engine. Those without a meaning here are ignored. */
const ruleKeys = [
  'given',
  'then',
  'severity',
  'message',
  'description',
  'formats',
  'recommended',
  'resolved',
  'documentationUrl',
  'type',
  'tags',
  'category',
  'howToFix',
  'id',
  'enabled',
  'extensions',
]
const copiedKeys = ['severity', 'formats', 'recommended', 'resolved', 'description']

interface Building {
  readonly complaints: Complaints
  readonly found: StoredFinding[]
  /** The messages of the user's own rules, by name. */
  readonly messages: Map<string, string>
  /** Names of rules that are not built in. */
  readonly own: Set<string>
}

export function definitionOf(source: Source, building: Building): RulesetDefinition {
  const { document } = source
  const at = place(document, building.complaints)
  checkKeys(document, building.complaints)
  const extended = source.extends.map(({ ruleset, mode }) => {
    const definition = isSource(ruleset) ? definitionOf(ruleset, building) : ofBuiltIn(ruleset, building)
    return mode === undefined ? definition : ([definition, mode] as const)
  })
  const { aliases, overrides, formats } = document.content
  const rules = rulesAt(document.content['rules'], ['rules'], source, building)
  checkAliases(aliases, at)
  return {
    ...(extended.length > 0 && { extends: extended }),
    ...(aliases !== undefined && { aliases: listedAliases(aliases) }),
    ...(formats !== undefined && { formats: formatsOf(formats, at(['formats'])) }),
    ...(overrides !== undefined && { overrides: overridesOf(overrides, source, building) }),
    rules,
  } as unknown as RulesetDefinition
}

function checkKeys(document: Document, complaints: Complaints): void {
  const { content } = document
  for (const key of Object.keys(content)) {
    const message = `rules not valid: additional properties '${key}' not allowed`
    if (key === 'functions' || key === 'functionsDir')
      complaints.add(
        document,
        [key],
        `${key}: JavaScript of a ruleset is not run`,
        'use the functions that are built in',
        'key',
      )
    else if (!rulesetKeys.includes(key))
      complaints.add(
        document,
        [key],
        message,
        key.startsWith('_')
          ? 'the argument is the file of the rules; the state file goes with -s'
          : didYouMean(key, rulesetKeys),
        'key',
      )
  }
  if (['rules', 'extends', 'overrides'].every(key => !(key in content)) && complaints.found.length === 0)
    complaints.add(document, [], 'a ruleset must have rules, extends or overrides')
}

function rulesAt(rules: unknown, path: Path, source: Source, building: Building): Record<string, unknown> {
  const at = place(source.document, building.complaints)
  if (rules === undefined || rules === null) return {}
  if (!isRecord(rules)) {
    at(path)('rules not valid: rules is not an object')
    return {}
  }
  const inherited = new Set(namesIn(source))
  const entries = Object.entries(rules).map(([name, rule]) => {
    if (isRecord(rule)) return [name, ownRule(name, rule, [...path, name], source.document, building)]
    if (rule !== true && rule !== false && !severityNames.has(rule)) {
      at([...path, name])(`rule ${name} must be a mapping, a severity, true or false`)
      return undefined
    }
    if (inherited.has(name)) return [name, rule]
    // To turn off what is not there does no harm: decK's engine has rules that Spectral does not have.
    if (rule !== false && rule !== 'off') {
      const hint = didYouMean(name, inherited) ?? 'a rule of its own has given and then'
      at([...path, name])(`rule ${name} is in no ruleset that this one extends`, hint, 'key')
    }
    return undefined
  })
  return Object.fromEntries(entries.filter(one => one !== undefined))
}

/** All rules of what a ruleset extends. */
function namesIn({ extends: extended }: Source): string[] {
  return extended.flatMap(({ ruleset }) => {
    if (!isSource(ruleset)) return Object.keys(ruleset['rules'] as Values)
    const { rules } = ruleset.document.content
    return [...namesIn(ruleset), ...Object.keys(isRecord(rules) ? rules : {})]
  })
}

function ownRule(name: string, rule: Values, path: Path, document: Document, building: Building): unknown {
  const at = place(document, building.complaints)
  for (const key of Object.keys(rule)) {
    if (!ruleKeys.includes(key) && !key.startsWith('x-'))
      at([...path, key])(
        `rules not valid: additional properties '${key}' not allowed`,
        didYouMean(key, ruleKeys),
        'key',
      )
  }
  const { given, then, severity, message, formats } = rule
  if (severity !== undefined && !severityNames.has(severity))
    at([...path, 'severity'])(`unknown severity '${shown(severity)}'`, 'error, warn, info, hint or off')
  if (given === undefined) at(path)(`rule ${name} has no given`, undefined, 'key')
  else checkGiven(given, at([...path, 'given']))
  building.own.add(name)
  if (typeof message === 'string') building.messages.set(name, message)
  const actions = actionsOf(name, then, path, document, building)
  return {
    ...Object.fromEntries(copiedKeys.filter(key => key in rule).map(key => [key, rule[key]])),
    ...(formats !== undefined && { formats: formatsOf(formats, at([...path, 'formats'])) }),
    given,
    message: '{{error}}',
    // biome-ignore lint/suspicious/noThenProperty: it is the name that rulesets have for it.
    then: actions,
  }
}

function actionsOf(
  name: string,
  then: unknown,
  path: Path,
  document: Document,
  building: Building,
): unknown[] {
  const at = place(document, building.complaints)
  const list = Array.isArray(then) ? then : then === undefined ? [] : [then]
  if (list.length === 0) at(path)(`rule ${name} has no then`, undefined, 'key')
  return list.flatMap((action, index) => {
    const where = Array.isArray(then) ? [...path, 'then', index] : [...path, 'then']
    if (!isRecord(action)) {
      at(where)(`then of rule ${name} must have a function`)
      return []
    }
    const { function: call, functionOptions = {}, field } = action
    const fn = typeof call === 'string' ? functions.get(call) : undefined
    if (fn === undefined) {
      const hint = didYouMean(shown(call), functions.keys()) ?? `there are ${coreNames.join(', ')}`
      at([...where, 'function'])(`unknown function '${shown(call)}'`, hint)
      return []
    }
    if (typeof field === 'string' && field.startsWith('$')) checkField(field, at([...where, 'field']))
    const options = isRecord(functionOptions) ? (functionOptions as Options) : {}
    try {
      return [
        preparedAction({ fn, options, ...(field !== undefined && { field: shown(field) }) }, building.found),
      ]
    } catch (error) {
      const place = 'functionOptions' in action ? [...where, 'functionOptions'] : [...where, 'function']
      for (const message of messagesOf(error)) at(place)(message)
      return []
    }
  })
}

/** Spectral throws several errors as one. */
export function messagesOf(error: unknown): string[] {
  const { errors, message } = error as { readonly errors?: readonly Error[]; readonly message: string }
  return errors === undefined ? [message] : errors.flatMap(messagesOf)
}

function overridesOf(overrides: unknown, source: Source, building: Building): unknown[] {
  const at = place(source.document, building.complaints)
  if (!Array.isArray(overrides)) {
    at(['overrides'])('overrides must be a list')
    return []
  }
  return overrides.flatMap((override, index) => {
    const path = ['overrides', index]
    const files = isRecord(override) ? override['files'] : undefined
    if (!Array.isArray(files) || files.length === 0 || !files.every(file => typeof file === 'string')) {
      at(path)('an override must have files: a list of patterns')
      return []
    }
    const { rules, aliases, formats } = override
    return [
      {
        files,
        rules: rulesAt(rules, [...path, 'rules'], withOwnRules(source), building),
        ...(aliases !== undefined && { aliases: listedAliases(aliases) }),
        ...(formats !== undefined && { formats: formatsOf(formats, at([...path, 'formats'])) }),
      },
    ]
  })
}

/** An override may name the ruleset's own rules as well. */
const withOwnRules = (source: Source): Source => ({
  ...source,
  extends: [...source.extends, { ruleset: source }],
})

/** Spectral's own rules, and those after decK's engine, run as any other. */
function ofBuiltIn(ruleset: Values, { found, messages }: Building): RulesetDefinition {
  const rules = Object.entries(ruleset['rules'] as Record<string, RuleDefinition>).map(([name, rule]) => {
    if (typeof rule.message === 'string') messages.set(name, rule.message)
    const actions = [rule.then].flat() as readonly {
      field?: string
      function: unknown
      functionOptions?: Options
    }[]
    const then = actions.map(({ function: fn, functionOptions = {}, field }) =>
      preparedAction(
        { fn: ofSpectral(fn), options: functionOptions, ...(field !== undefined && { field }) },
        found,
      ),
    )
    return [name, { ...rule, message: '{{error}}', then }]
  })
  return { ...ruleset, rules: Object.fromEntries(rules) } as unknown as RulesetDefinition
}
