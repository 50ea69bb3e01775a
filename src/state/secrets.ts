/** The values that must not be shown: by the schema if it says so, else by the name. Reports mask them. */
import type { Field } from '../entities/language/define.ts'

/** The replacement of a masked value (decK's). */
export const masked = '[masked]'

/**
 * Ends of names under which Kong and its plugins keep secrets: `redis_password`, `client_secret`, `aws_key`,
 * `vault_token`.
 */
const secretWords =
  'password|passwd|passphrase|secret|token|credentials?|private_key|api_?key|apikey|access_key|aws_key|aws_secret|authorization'

const secretName = new RegExp(`(^|[_-])(${secretWords})$`, 'i')

/**
 * Finds a name of a secret in JSON without spaces. A text never looks like one: the quotes in it are escaped.
 *
 * @param marked names of the schema in question, besides those that `isSecretField` knows by themselves
 */
export const secretInJson = (marked: readonly string[]): RegExp =>
  new RegExp(`["_-](?:${[secretWords, ...marked.map(escaped)].join('|')})":`, 'i')

const escaped = (name: string): string => name.replaceAll(/[^a-z0-9_]/gi, '\\$&')

/** Whether a field holds a secret, or a list of secrets: it is marked as such, or its name says so. */
export const isSecretField = (name: string, field: Field | undefined): boolean =>
  isMarkedSecret(field) || secretName.test(name)

/** Kong marks a field `encrypted`, the registry `secret`. In a list, the mark may be on the elements alone. */
export const isMarkedSecret = (field: Field | undefined): boolean =>
  field !== undefined && (field.encrypted === true || field.secret === true || isMarkedSecret(field.elements))

/** Like `isSecretField` without a schema; `key` alone counts as a secret too (credentials, certificates). */
export const isSecretName = (name: string): boolean => name === 'key' || secretName.test(name)

/** A reference to a vault names the place of a secret, not the secret. */
export const isVaultReference = (value: unknown): boolean =>
  typeof value === 'string' && /^\{vault:\/\/.*\}$/.test(value)
