/**
 * Regular expressions of rulesets: Go's, as decK reads them, matched in linear time, whatever the expression.
 */
import { RE2JS } from 're2js'

/** Spectral's form with flags: `/x/i`. */
const delimited = /^\/(.*)\/([a-z]*)$/s

/** @throws Error with the reason, for what is no expression */
export function goPattern(text: string): (value: string) => boolean {
  const [, inner, flags = ''] = delimited.exec(text) ?? []
  const kept = [...new Set(flags)].filter(flag => 'ims'.includes(flag)).join('')
  const compiled = RE2JS.compile(inner === undefined ? text : kept === '' ? inner : `(?${kept})${inner}`)
  return value => compiled.matcher(value).find()
}
