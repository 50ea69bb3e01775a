/** Checks the settings of a state file: the keys that begin with an underscore. */

import { everyKind } from '../entities/enterprise.ts'
import type { Definition, Field } from '../entities/language/define.ts'
import { isRecord } from '../entities/language/values.ts'
import { didYouMean } from '../entities/text/did-you-mean.ts'
import type { Diagnostic } from '../errors.ts'
import type { Path } from '../state/state.ts'
import { mappingProblems } from './check-mappings.ts'
import { type Document, valueAt } from './document.ts'
import { problem } from './problem.ts'
import { defaultProblems } from './value-problems.ts'

type Check = (document: Document, path: Path) => Diagnostic[]

const text: Check = (document, path) => {
  const value = valueAt(document.content, path)
  if (typeof value === 'string') return []
  const hint = typeof value === 'number' ? `put it in quotes: "${shown(document, path, value)}"` : undefined
  return [problem('wrong-type', `${path.join('.')}: expected a string`, document.whereIs(path), { hint })]
}

/** 3.0 arrives as the number 3. */
const shown = (document: Document, path: Path, value: number): string => {
  const place = document.whereIs(path)
  const written = place?.source?.slice(place.column - 1, place.column - 1 + (place.length ?? 0))
  return written === undefined || Number(written) !== value ? String(value) : written
}

const truth: Check = (document, path) =>
  typeof valueAt(document.content, path) === 'boolean'
    ? []
    : [problem('wrong-type', `${path.join('.')}: expected a boolean`, document.whereIs(path))]

const transform: Check = (document, path) => {
  const wrong = truth(document, path)
  if (wrong.length > 0 || valueAt(document.content, path) === true) return wrong
  return [problem('not-supported', '_transform: false is not supported', document.whereIs(path))]
}

const texts: Check = (document, path) => {
  const value = valueAt(document.content, path)
  if (!Array.isArray(value)) {
    const hint = typeof value === 'string' ? `write a list: [${value}]` : undefined
    return [
      problem('wrong-type', `${path.join('.')}: expected a list of strings`, document.whereIs(path), {
        hint,
      }),
    ]
  }
  return value.flatMap((item: unknown, index) =>
    typeof item === 'string'
      ? []
      : [problem('wrong-type', `${path.join('.')}: expected a string`, document.whereIs([...path, index]))],
  )
}

/** Tags for looking up entities: without tags all entities would match. */
const lookupTags: Check = (document, path) => {
  const value = valueAt(document.content, path)
  if (!Array.isArray(value) || value.length > 0) return texts(document, path)
  return [problem('invalid-value', `${path.join('.')}: at least one tag is needed`, document.whereIs(path))]
}

/** A mapping with known keys. */
const mapping =
  (checks: Readonly<Record<string, Check>>): Check =>
  (document, path) => {
    const value = valueAt(document.content, path)
    if (!isRecord(value)) return [notAMapping(document, path)]
    return Object.keys(value).flatMap(key => {
      const check = Object.hasOwn(checks, key) ? checks[key] : undefined
      if (check !== undefined) return check(document, [...path, key])
      return [
        problem(
          'unknown-field',
          `unknown key "${key}" in ${path.join('.')}`,
          document.whereIs([...path, key], 'key'),
          {
            hint: didYouMean(key, Object.keys(checks)),
          },
        ),
      ]
    })
  }

const notAMapping = (document: Document, path: Path): Diagnostic =>
  problem('wrong-type', `${path.join('.')}: expected a mapping`, document.whereIs(path))

/** Fields that identify an entity cannot have a default: all entities would get the same value. */
const restricted = (definition: Definition): ReadonlySet<string> => new Set(['id', ...definition.keys.flat()])

const defaultsOf =
  (definition: Definition): Check =>
  (document, path) => {
    const value = valueAt(document.content, path)
    if (!isRecord(value)) return [notAMapping(document, path)]
    return Object.keys(value).flatMap(name => problemsOf(definition, name, document, [...path, name]))
  }

function problemsOf(definition: Definition, name: string, document: Document, path: Path): Diagnostic[] {
  const field: Field | undefined = Object.hasOwn(definition.fields, name)
    ? definition.fields[name]
    : undefined
  if (field === undefined) {
    const hint = didYouMean(name, Object.keys(definition.fields))
    const message = `unknown field "${name}" (defaults of ${definition.kind})`
    return [problem('unknown-field', message, document.whereIs(path, 'key'), { hint })]
  }
  if (restricted(definition).has(name)) {
    const message = `${definition.kind} defaults cannot have these restricted fields set: ${name}`
    return [problem('restricted-default', message, document.whereIs(path, 'key'))]
  }
  const label = `defaults of ${definition.kind}`
  const above = path.slice(0, -1)
  const lists = mappingProblems({ [name]: valueAt(document.content, path) }, definition.fields, {
    document,
    path: above,
    label,
  })
  return lists.length > 0 ? lists : defaultProblems(name, field, document, path, label)
}

const pluginConfigs: Check = (document, path) => {
  const value = valueAt(document.content, path)
  if (!isRecord(value)) return [notAMapping(document, path)]
  return Object.keys(value).flatMap(name =>
    isRecord(value[name]) ? [] : [notAMapping(document, [...path, name])],
  )
}

const checks: Readonly<Record<string, Check>> = {
  _format_version: text,
  _workspace: text,
  _transform: transform,
  _konnect: mapping({ control_plane_name: text, runtime_group_name: text }),
  _plugin_configs: pluginConfigs,
  _info: mapping({
    select_tags: texts,
    protected: mapping({ tags: texts }),
    custom_plugins: texts,
    defaults: mapping(
      Object.fromEntries(everyKind.map(definition => [definition.kind, defaultsOf(definition)])),
    ),
    default_lookup_tags: mapping({
      consumers: lookupTags,
      consumer_groups: lookupTags,
      partials: lookupTags,
      routes: lookupTags,
      services: lookupTags,
    }),
    consumer_group_policy_overrides: truth,
    include_plugin_definitions: truth,
    skip_hash_for_basic_auth: truth,
  }),
}

export const metaKeys: readonly string[] = Object.keys(checks)

export function checkMeta(document: Document): Diagnostic[] {
  return metaKeys.flatMap(key => (key in document.content ? (checks[key]?.(document, [key]) ?? []) : []))
}
