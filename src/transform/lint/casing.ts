/** `casing`: Spectral's options with decK's expressions, and the case that only decK has. */
import * as spectral from '@stoplight/spectral-functions'
import { inside, type LintFunction, type Options, validate } from './check.ts'
import { texts } from './deck-wording.ts'
import { goPattern } from './go-pattern.ts'

/** `#` is replaced by the digits, if they are allowed (decK 1.65). */
const cases: Readonly<Record<string, string>> = {
  flat: '[a-z][a-z#]*',
  camel: '[a-z][a-z#]*(?:[A-Z#](?:[a-z#]+|$))*',
  pascal: '[A-Z][a-z#]*(?:[A-Z#](?:[a-z#]+|$))*',
  'pascal-kebab': '[A-Z][a-z#]*(?:-[A-Z][a-z#]*)*',
  kebab: '[a-z#-]+',
  cobol: '[A-Z#-]+',
  snake: '[a-z#_]+',
  macro: '[A-Z#_]+',
}

interface Casing {
  readonly type: string
  readonly disallowDigits?: boolean
  readonly separator?: { readonly char: string; readonly allowLeading?: boolean }
}

/** decK writes `separator.char: "-"` where Spectral writes `separator: {char: "-"}`. */
function read(options: Options): Options {
  const { 'separator.char': char, 'separator.allowLeading': allowLeading, ...rest } = options
  if (char === undefined && allowLeading === undefined) return rest
  const dotted = { ...(char !== undefined && { char }), ...(allowLeading !== undefined && { allowLeading }) }
  return { ...rest, separator: { ...dotted, ...Object(rest['separator']) } }
}

const escaped = (text: string): string => text.replace(/[\\\]^[-]/g, '\\$&')

function expressionFor({ type, disallowDigits = false, separator }: Casing): (value: string) => boolean {
  const word = (cases[type] ?? '').replaceAll('#', disallowDigits ? '' : '0-9')
  if (separator === undefined) return goPattern(`^${word}$`)
  const between = `[${escaped(separator.char)}]`
  const start = separator.allowLeading === true ? `${between}?${word}` : `(?:${word})+`
  return goPattern(`^${start}(?:${between}${word})*$`)
}

export const casing: LintFunction = {
  prepare: written => {
    const options = read(written)
    validate(spectral.casing, options['type'] === 'pascal-kebab' ? { ...options, type: 'pascal' } : options)
    const given = options as unknown as Casing
    const fits = expressionFor(given)
    const { char, allowLeading } = given.separator ?? {}
    return target =>
      inside(target, value => {
        if (typeof value !== 'string' || value === '' || fits(value)) return []
        return allowLeading === true && value === char ? [] : [texts.noCase(value, given.type)]
      })
  },
}
