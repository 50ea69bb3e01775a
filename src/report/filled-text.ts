/**
 * The visible form of a text with a value from the environment in it: `https://[masked].example`. The
 * masked part is known by its position. A text from elsewhere at the same place (the gateway's old one) is
 * shown only as far as it equals the file's own parts.
 */
import { masked } from '../state/secrets.ts'
import type { FilledText } from '../state/state.ts'

const textOf = (filled: FilledText): string => filled.map(part => part.text).join('')

const isHidden = (filled: FilledText): boolean => filled.some(part => part.secret)

/** Values from the environment, longest first. */
const valuesOf = (filled: readonly FilledText[]): string[] =>
  [...new Set(filled.flat().flatMap(part => (part.secret && part.text !== '' ? [part.text] : [])))].sort(
    (a, b) => b.length - a.length,
  )

/**
 * @param value the text to show
 * @param filled the parts of the file's texts at the same place: of one text, or of a list
 */
export function shownText(value: string, filled: readonly FilledText[]): string {
  if (value === '') return masked
  const known = filled.map(one => partOf(value, one) ?? sameShape(value, one)).find(one => one !== undefined)
  return known === undefined ? masked : maskedText(known, valuesOf(filled))
}

/**
 * The elements of a list. What the file does not have (tags of the run, another team's) is shown where the
 * file's own secrets are all there; else it may be an old secret.
 */
export function shownTexts(values: readonly string[], filled: readonly FilledText[]): string[] {
  const own = new Set(filled.map(textOf))
  const secrets = valuesOf(filled)
  const noneIsOld = filled.every(one => !isHidden(one) || values.includes(textOf(one)))
  return values.map(value => {
    const isOther = noneIsOld && !own.has(value) && !secrets.some(secret => value.includes(secret))
    return isOther ? value : shownText(value, filled)
  })
}

/**
 * The parts of a text that is the file's text or a piece of it (the host of a `url`). A character that is
 * secret at one occurrence is secret.
 */
function partOf(value: string, filled: FilledText): FilledText | undefined {
  const text = textOf(filled)
  const secret = filled.flatMap(part => new Array<boolean>(part.text.length).fill(part.secret))
  const hidden = new Array<boolean>(value.length).fill(false)
  let at = text.indexOf(value)
  if (at === -1) return undefined
  for (; at !== -1; at = text.indexOf(value, at + 1))
    for (let index = 0; index < value.length; index++) hidden[index] ||= secret[at + index] === true
  const parts: { text: string; secret: boolean }[] = []
  for (let index = 0; index < value.length; index++) {
    const last = parts.at(-1)
    const [letter = '', isSecret = false] = [value[index], hidden[index]]
    if (last?.secret === isSecret) last.text += letter
    else parts.push({ text: letter, secret: isSecret })
  }
  return parts
}

/** A text with the same words around other values: only what the file says itself is shown of it. */
function sameShape(value: string, filled: FilledText): FilledText | undefined {
  return isHidden(filled) && valuesBetween(value, literals(filled)) !== undefined ? filled : undefined
}

/** The texts around the secrets: one more than there are secrets. */
function literals(filled: FilledText): string[] {
  const texts = ['']
  for (const part of filled) {
    if (part.secret) texts.push('')
    else texts.push(`${texts.pop()}${part.text}`)
  }
  return texts
}

/** The texts between words that must occur in this order; undefined if they do not. */
function valuesBetween(value: string, words: readonly string[]): string[] | undefined {
  const [start = '', ...middle] = words
  const end = middle.pop() ?? ''
  if (!value.startsWith(start) || !value.endsWith(end) || value.length < start.length + end.length)
    return undefined
  const values: string[] = []
  let [at, stop] = [start.length, value.length - end.length]
  for (const word of middle) {
    const next = value.indexOf(word, at)
    if (next === -1 || next + word.length > stop) return undefined
    values.push(value.slice(at, next))
    at = next + word.length
  }
  return [...values, value.slice(at, stop)]
}

/** A value that the file writes out beside the variable is hidden there as well (decK does so everywhere). */
function maskedText(filled: FilledText, secrets: readonly string[]): string {
  const parts = filled.map(part => (part.secret ? masked : withoutWords(part.text, secrets)))
  return parts.join('').replaceAll(`${masked}${masked}`, masked)
}

/** A text without these values as whole words; letters inside words stay. */
const withoutWords = (text: string, words: readonly string[]): string =>
  words.reduce(
    (rest, word) => rest.replaceAll(new RegExp(`(?<!\\w)${escaped(word)}(?!\\w)`, 'g'), masked),
    text,
  )

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** The masked parts of a text that is shown in part. */
export const hiddenParts = (value: string, shown: string): readonly string[] =>
  shown === masked ? [] : (valuesBetween(value, shown.split(masked)) ?? []).filter(one => one !== '')
