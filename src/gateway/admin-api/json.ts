/**
 * JSON as Kong's parser reads it: a little more than JSON (hexadecimal numbers, 01, +1, 5., NaN), and a
 * little less (depth, lone surrogates). And as it writes it: numbers with the digits that its database and
 * C's `%g` leave of them.
 */
import type { Version } from '../../entities/language/define.ts'
import { numberText } from '../../entities/text/lua-text.ts'

const maxDepth = 1000

/** @returns undefined for invalid JSON; else the value, which may be no object */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  if (isTooDeep(text) || hasLoneSurrogate(text)) return undefined
  try {
    return { value: JSON.parse(text) }
  } catch {
    return parseLenient(text)
  }
}

function isTooDeep(text: string): boolean {
  if (text.length <= maxDepth) return false
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '\\') at++
    else if (character === '"') inString = !inString
    else if (inString) continue
    else if (character === '{' || character === '[') {
      if (++depth > maxDepth) return true
    } else if (character === '}' || character === ']') depth--
  }
  return false
}

function hasLoneSurrogate(text: string): boolean {
  if (!/\\ud/i.test(text)) return false
  const withoutPairs = text.replace(/\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}/gi, '')
  return /(?<!\\)(?:\\\\)*\\ud[89a-f][\da-f]{2}/i.test(withoutPairs)
}

const strings = /"(?:[^"\\]|\\.)*"/gs

/** Replaces the additional numbers of Lua's JSON library by numbers of JSON. */
function parseLenient(text: string): { readonly value: unknown } | undefined {
  let at = 0
  let replaced = ''
  for (const match of text.matchAll(strings)) {
    replaced += jsonNumbers(text.slice(at, match.index)) + match[0]
    at = match.index + match[0].length
  }
  replaced += jsonNumbers(text.slice(at))
  try {
    return { value: JSON.parse(replaced) }
  } catch {
    return undefined
  }
}

const jsonNumbers = (text: string): string =>
  text
    .replace(/-?\b0x([\da-f]+)\b/gi, (whole, digits: string) =>
      String(Number.parseInt(digits, 16) * (whole.startsWith('-') ? -1 : 1)),
    )
    .replace(/(?<![\w.+-])[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?(?![\w.])/gi, number => {
      const value = Number(number)
      return Number.isFinite(value) ? String(value) : '1e999'
    })
    // JSON has no such numbers; an infinite one fails the same checks.
    .replace(/[+-]?\b(?:nan|inf(?:inity)?)\b/gi, '1e999')

/** Where JavaScript may write a number in other words than C: many digits, an exponent, a very small one. */
const mayDiffer = /\d{14}|\de|0\.0000/

/** Stands around a number's text until the whole is written. */
const mark = '\u{f8ff}#'

/** @returns undefined without a body */
export function writeJson(body: unknown, version: Version): string | undefined {
  const json = JSON.stringify(body)
  if (json === undefined || !mayDiffer.test(json)) return json
  const digits = version.major < 3 ? 14 : 16
  const marked = JSON.stringify(body, (_name, value: unknown) =>
    typeof value === 'number' ? `${mark}${numberText(value, digits)}${mark}` : value,
  )
  return marked.replaceAll(`"${mark}`, '').replaceAll(`${mark}"`, '')
}
