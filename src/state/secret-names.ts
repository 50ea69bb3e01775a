/**
 * Names of values that may be secrets, for texts without a schema: a line beside an error, a printed
 * request or response. It matches more than `secrets.ts`: a name may be mistyped or belong to an unknown
 * plugin, and a masked plain word costs less than a secret in a log.
 */
import { everyKind } from '../entities/enterprise.ts'
import { everyField } from '../entities/language/every-field.ts'
import { editDistance } from '../entities/text/did-you-mean.ts'
import { isMarkedSecret, isSecretName } from './secrets.ts'

/**
 * @returns a test for names: those that the registry marks, usual names in plugins, and misspellings of
 * both (`pasword`); not names of sets of entities (`jwt_secrets`), whose fields have their own names
 */
export function mayBeSecret(): (name: string) => boolean {
  const secret = everyField().filter(([, field]) => isMarkedSecret(field))
  const marked = new Set(secret.map(([name]) => name))
  const sets = new Set(everyKind.map(({ schema }) => schema))
  const known = new Map<string, boolean>()
  const judge = (name: string): boolean =>
    !sets.has(name) &&
    (marked.has(name) ||
      isSecretName(name) ||
      /passw|secret|token|credential|private/i.test(name) ||
      ofPlugins.test(name) ||
      isNearlySecret(name))
  return name => {
    const answer = known.get(name) ?? judge(name)
    // Names of a hostile file are many and long.
    if (known.size < 10_000 && name.length < 200) known.set(name, answer)
    return answer
  }
}

/**
 * Further fields that plugins mark as encrypted. Reading this from all plugins would cost every start; a
 * test keeps it complete.
 */
const ofPlugins =
  /_key(_id)?$|^(account_email|eab_kid|header_value|param_value|aws_assume_role_arn|clientid|http_endpoint|auth)$/

const secretWords = ['password', 'secret', 'token', 'credential', 'private', 'key', 'apikey']

const isNearlySecret = (name: string): boolean =>
  name
    .toLowerCase()
    .split(/[_-]/)
    .some(part => secretWords.some(word => isMistyped(part, word)))

function isMistyped(part: string, word: string): boolean {
  if (part === word) return false
  if (part.length === word.length && [...part].sort().join('') === [...word].sort().join('')) return true
  const most = word.length > 5 ? 2 : 1
  return Math.abs(part.length - word.length) <= most && editDistance(part, word) <= most
}
