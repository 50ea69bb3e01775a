/**
 * Which values of a file may be secrets, by the names they stand under: asked before a line is shown with an error. Wider than
 * `state/secrets.ts`, which knows the schema: a name may be mistyped here or be of a plugin that nobody knows, and a plain word that is
 * starred out costs less than a secret in a log.
 */
import { everyField } from '../entities/language/every-field.ts'
import { editDistance } from '../entities/text/did-you-mean.ts'

/** @returns a test for names: those the registry marks, what plugins usually call theirs, and both mistyped (`pasword`) */
export function mayBeSecret(): (name: string) => boolean {
  const secret = everyField().filter(([, field]) => field.secret === true || field.encrypted === true)
  const marked = new Set(secret.map(([name]) => name))
  return name =>
    marked.has(name) || /passw|secret|token|credential|private/i.test(name) || isNearlySecret(name)
}

const secretWords = ['password', 'secret', 'token', 'credential', 'private']

const isNearlySecret = (name: string): boolean =>
  name
    .toLowerCase()
    .split(/[_-]/)
    .some(part => secretWords.some(word => isMistyped(part, word)))

function isMistyped(part: string, word: string): boolean {
  const most = word.length > 5 ? 2 : 1
  return Math.abs(part.length - word.length) <= most && editDistance(part, word) <= most
}
