/**
 * The functions of rulesets. Options and verdicts are Spectral's; where decK's engine judges otherwise and
 * works, its verdict counts (docs/differences-from-deck.md has the rest). What is found is in decK's words,
 * at decK's places.
 */
import * as spectral from '@stoplight/spectral-functions'
import { oas } from '@stoplight/spectral-rulesets'
import { isRecord } from '../../entities/language/values.ts'
import { casing } from './casing.ts'
import { inside, type LintFunction, type Options, type SpectralFunction, validate } from './check.ts'
import { isSet, shown, textOf, texts } from './deck-wording.ts'
import { goPattern } from './go-pattern.ts'
import { schema } from './schema.ts'

/** A function that needs no options and says one thing. */
const plain = (
  fn: unknown,
  isWrong: (value: unknown) => boolean,
  what: string,
  more: Partial<LintFunction> = {},
): LintFunction => ({
  prepare: options => {
    validate(fn, options)
    return ({ value }, name) => (isWrong(value) ? [{ message: texts.mustBe(name, what) }] : [])
  },
  atOwner: true,
  ...more,
})

/** A field that must not be there is pointed at by its name. */
const undefinedField: LintFunction = {
  prepare: options => {
    validate(spectral.undefined, options)
    return ({ value }, name) =>
      value === undefined ? [] : [{ message: texts.mustBe(name, 'undefined'), path: [], isKey: true }]
  },
}

const pattern: LintFunction = {
  prepare: options => {
    validate(spectral.pattern, options)
    const { match, notMatch } = options
    const matches = match === undefined ? undefined : goPattern(String(match))
    const refuses = notMatch === undefined ? undefined : goPattern(String(notMatch))
    const words = (value: unknown): string[] => {
      const text = textOf(value)
      if (text === undefined) return []
      return [
        ...(matches?.(text) === false ? [texts.noMatch(text, String(match))] : []),
        ...(refuses?.(text) === true ? [texts.match(String(notMatch))] : []),
      ]
    }
    return target => inside(target, words, true)
  },
}

/** decK takes a list as one text with commas as well. */
function listed(options: Options, key: string): Options {
  const value = options[key]
  return typeof value === 'string' ? { ...options, [key]: value.split(',').map(one => one.trim()) } : options
}

const enumeration: LintFunction = {
  prepare: given => {
    const options = listed(given, 'values')
    validate(spectral.enumeration, options)
    const values = options['values'] as readonly unknown[]
    const allowed = values.map(one => shown(one).trim())
    return ({ value }) => {
      const text = textOf(value)
      const isAllowed = text === undefined || allowed.includes(text.trim())
      return isAllowed ? [] : [{ message: texts.noneOf(text, values) }]
    }
  },
}

const length: LintFunction = {
  prepare: given => {
    const options = numbered(given)
    validate(spectral.length, options)
    const { min, max } = options as { readonly min?: number; readonly max?: number }
    return ({ value }, _, context) => {
      const size = sizeOf(value)
      if (size === undefined) return []
      const { path } = context as { readonly path: readonly unknown[] }
      const text = textOf(value) ?? String(path.at(-1) ?? '$')
      return [
        ...(min !== undefined && size < min ? [{ message: texts.tooShort(text, min) }] : []),
        ...(max !== undefined && size > max ? [{ message: texts.tooLong(text, max) }] : []),
      ]
    }
  },
}

const numbered = (options: Options): Options =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, /^\d+$/.test(shown(value)) ? Number(value) : value]),
  )

function sizeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return isRecord(value) ? Object.keys(value).length : undefined
}

/** How many of some properties an object has. */
const counted = (
  fn: unknown,
  isWrong: (count: number) => boolean,
  words: (names: string) => string,
): LintFunction => ({
  prepare: given => {
    const options = listed(given, 'properties')
    validate(fn, options)
    const properties = options['properties'] as readonly string[]
    const message = words(properties.map(name => `\`${name}\``).join(' and '))
    return ({ value }) =>
      isRecord(value) && isWrong(properties.filter(name => name in value).length) ? [{ message }] : []
  },
  atOwner: true,
})

const bare = (text: string): string => text.replace(/^"(.*)"$/s, '$1')

const alphabetical: LintFunction = {
  prepare: options => {
    const check = asItIs(spectral.alphabetical as unknown as SpectralFunction).prepare(options)
    return (target, name, context) =>
      check(target, name, context).map(({ message }) => {
        const [, later, earlier] = /^(.*) must be placed after (.*)$/s.exec(message) ?? []
        if (later === undefined || earlier === undefined) return { message }
        return { message: texts.unordered(bare(earlier), bare(later)) }
      })
  },
}

/** A function as Spectral has it. */
function asItIs(fn: SpectralFunction): LintFunction {
  return {
    prepare: options => {
      validate(fn, options)
      const passed = Object.keys(options).length === 0 ? null : options
      return ({ value }, _, context) => {
        const { path: start } = context as { readonly path: readonly unknown[] }
        return (fn(value, passed, context) ?? []).map(({ message, path }) => ({
          message,
          isTemplate: true,
          ...(path && { path: path.slice(start.length) }),
        }))
      }
    },
  }
}

/** Functions of Spectral's own rules for OpenAPI: `typedEnum` and similar ones. */
function ofOpenApi(): [string, LintFunction][] {
  const rules = Object.values(oas.rules as unknown as Record<string, { readonly then: unknown }>)
  const actions = rules.flatMap(({ then }) => [then].flat()) as { readonly function: SpectralFunction }[]
  return actions
    .filter(({ function: { name } }) => name !== '')
    .map(then => [then.function.name, asItIs(then.function)])
}

const core: readonly (readonly [string, LintFunction])[] = [
  ['alphabetical', alphabetical],
  ['casing', casing],
  ['defined', plain(spectral.defined, value => value === undefined, 'defined')],
  ['enumeration', enumeration],
  ['falsy', plain(spectral.falsy, isSet, 'falsy')],
  ['length', length],
  [
    'or',
    counted(
      spectral.or,
      count => count === 0,
      names => `one of ${names} must be defined`,
    ),
  ],
  ['pattern', pattern],
  ['schema', schema],
  ['truthy', plain(spectral.truthy, value => !isSet(value), 'set', { ofElements: true })],
  ['undefined', undefinedField],
  [
    'xor',
    counted(
      spectral.xor,
      count => count !== 1,
      names => `${names} must not be both defined or undefined`,
    ),
  ],
]

/** Functions for any document. */
export const coreNames: readonly string[] = core.map(([name]) => name)

/** By the name that rulesets use. */
export const functions: ReadonlyMap<string, LintFunction> = new Map<string, LintFunction>([
  ...ofOpenApi(),
  ['unreferencedReusableObject', asItIs(spectral.unreferencedReusableObject as unknown as SpectralFunction)],
  ...core,
])

/** The function that a built-in rule names: Spectral's, or one of this program's own. */
export function ofSpectral(fn: unknown): LintFunction {
  if (isRecord(fn) && 'prepare' in fn) return fn as unknown as LintFunction
  const { name } = fn as SpectralFunction
  return functions.get(name) ?? asItIs(fn as SpectralFunction)
}
