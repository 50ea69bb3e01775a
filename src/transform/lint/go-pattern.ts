/**
 * Regular expressions of rulesets: Go's, as decK reads them, matched in linear time, whatever the expression.
 */
import { goRegex } from '../../entities/regex/go.ts'

/** Spectral's form with flags: `/x/i`. */
const delimited = /^\/(.*)\/([a-z]*)$/s

/** @throws Error with the reason, for an invalid expression */
export function goPattern(text: string): (value: string) => boolean {
  const [, inner, flags = ''] = delimited.exec(text) ?? []
  const goFlags = [...new Set(flags)].filter(flag => 'ims'.includes(flag)).join('')
  const compiled = goRegex(inner === undefined ? text : goFlags === '' ? inner : `(?${goFlags})${inner}`)
  return value => compiled.test(value)
}
