/**
 * The part of a response that may be shown, since a response may repeat secrets. JSON is masked by place:
 * values under the name of a secret, and values equal to a hidden one. In a sentence, a value that cannot
 * be confused with a word is replaced. If a hidden value is short or a plain word, the words around a gap
 * would reveal it, so the sentence is not shown at all.
 */
import { isRecord } from '../entities/language/values.ts'
import { mayBeSecret } from './secret-names.ts'
import { masked } from './secrets.ts'

/** A value that is not shown. */
export interface Hidden {
  readonly value: string
  /** The visible form: `[masked]`, or a text that is masked in part. */
  readonly shown: string
  /** The field that has it. */
  readonly field?: string
}

export const hidden = (value: string): Hidden => ({ value, shown: masked })

/** @returns undefined where the sentence must not be shown */
export function shownSentence(text: string, values: readonly Hidden[]): string | undefined {
  let shown = withoutNamedValues(text, values)
  for (const { value, shown: instead } of longestFirst(values)) {
    if (value.length > shown.length) continue
    for (const form of formsOf(value)) {
      if (form === '' || !shown.includes(form)) continue
      const word = new RegExp(wordPattern(form), 'g')
      if (isUnlikeWords(form)) {
        shown = shown.replaceAll(word, () => instead)
        if (shown.replaceAll(instead, '').includes(form)) return undefined
      } else if (form.length >= shortest || word.test(shown)) return undefined
    }
  }
  return shown
}

/**
 * @param isSecret whether all below a name is hidden; switches and nulls are shown everywhere
 */
export function shownJson(
  body: unknown,
  values: readonly Hidden[],
  isSecret: (name: string) => boolean = mayBeSecret(),
): unknown {
  const equal = new Map(values.map(({ value, shown }) => [value, shown]))
  const visit = (value: unknown, isInSecret: boolean): unknown => {
    if (Array.isArray(value)) return value.map(item => visit(item, isInSecret))
    if (isRecord(value)) {
      const entries = Object.entries(value).map(([name, inner]) => [
        shownSentence(name, values) ?? masked,
        visit(inner, isInSecret || isSecret(name)),
      ])
      return Object.fromEntries(entries)
    }
    if (typeof value !== 'string' && typeof value !== 'number') return value
    if (isInSecret) return masked
    return equal.get(String(value)) ?? (typeof value === 'number' ? value : sentence(value))
  }
  const sentence = (text: string): string => shownSentence(text, values) ?? masked
  return visit(body, false)
}

/**
 * The beginning of a response that is not Kong's, in one line. Secrets are masked before the text is cut,
 * because half a secret would not be recognised.
 *
 * @returns undefined if it must not be shown
 */
export function excerptOf(answer: unknown, values: readonly Hidden[]): string | undefined {
  if (answer === undefined) return ''
  const text =
    typeof answer === 'string' ? shownSentence(answer, values) : JSON.stringify(shownJson(answer, values))
  const line = text?.replace(/\s+/g, ' ').trim()
  return line !== undefined && line.length > 100 ? `${line.slice(0, 100)}…` : line
}

export const notShown = 'the reason is not shown, because it repeats a secret or a word like one'

/** The texts of a request below names of secrets: its response may repeat them anywhere. */
export function secretsIn(body: unknown, isSecret: (name: string) => boolean = mayBeSecret()): Hidden[] {
  const found: Hidden[] = []
  const visit = (value: unknown, isInSecret: boolean): void => {
    if (typeof value === 'string' && isInSecret && value !== '') found.push(hidden(value))
    else if (Array.isArray(value)) for (const item of value) visit(item, isInSecret)
    else if (isRecord(value))
      for (const [name, inner] of Object.entries(value)) visit(inner, isInSecret || isSecret(name))
  }
  visit(body, false)
  return found
}

/** A shorter value may be a part of any word. */
const shortest = 8

/** A reader of the text with a gap cannot guess such a value. */
export const isUnlikeWords = (value: string): boolean => value.length >= shortest && /[^a-z _-]/i.test(value)

/** Values in the form in which Kong repeats them: `UNIQUE violation detected on '{key="x",name="y"}'`. */
function withoutNamedValues(text: string, values: readonly Hidden[]): string {
  return text.replace(/(\w+)="((?:[^"\\]|\\.)*)"/g, (all, field: string, value: string) => {
    const own = values.find(one => one.field === field && one.value === value)
    return own === undefined ? all : `${field}="${own.shown}"`
  })
}

const longestFirst = (values: readonly Hidden[]): Hidden[] =>
  values.toSorted((a, b) => b.value.length - a.value.length)

/** The value itself, and its forms in JSON and in an address. */
function formsOf(value: string): ReadonlySet<string> {
  const forms = new Set([value, JSON.stringify(value).slice(1, -1)])
  if (/^[^\ud800-\udfff]*$/.test(value)) forms.add(encodeURIComponent(value))
  return forms
}

/** The value as a whole word, not inside a word. */
const wordPattern = (value: string): string =>
  `${/^\w/.test(value) ? '(?<!\\w)' : ''}${escaped(value)}${/\w$/.test(value) ? '(?!\\w)' : ''}`

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
