/**
 * Values of requests that no message and no log may have: the token, values of `--headers`, values of
 * variables.
 */
import { type Hidden, hidden, isUnlikeWords } from '../state/echoes.ts'
import type { ClientSettings } from './settings.ts'

/** A shorter value of a variable may be a part of anything; where a file uses it, its field is hidden. */
const shortest = 4

export const isSecretHeader = (name: string): boolean =>
  /authorization|cookie|token|key|secret|password/i.test(name)

/** For messages: here a value that is like a word would take each sentence that has the word. */
export function secretsInMessages({
  token = '',
  headers = {},
  hidden: texts = [],
}: ClientSettings): Hidden[] {
  const sent = Object.entries(headers)
  const secret = sent.flatMap(([name, value]) => (isSecretHeader(name) ? partsOf(value) : []))
  const other = [...sent.map(([, value]) => value), ...texts].filter(isUnlikeWords)
  return [token, ...secret, ...other].filter(text => text !== '').map(hidden)
}

/** For the log, which loses little where it hides too much. */
export const secretsInLog = (settings: ClientSettings): Hidden[] => [
  ...secretsInMessages(settings),
  ...(settings.hidden ?? []).filter(text => text.length >= shortest).map(hidden),
]

/** `Bearer x` has `x`; `Basic x` has a password. */
function partsOf(value: string): string[] {
  const [scheme, rest] = value.split(/\s+/, 2)
  if (rest === undefined) return [value]
  const decoded = scheme?.toLowerCase() === 'basic' ? Buffer.from(rest, 'base64').toString() : ''
  return [value, rest, decoded, decoded.slice(decoded.indexOf(':') + 1)]
}
