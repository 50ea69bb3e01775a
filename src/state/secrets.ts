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

/** Whether a field holds a secret: Kong marks it `encrypted`, the registry `secret`, or its name says so. */
export function isSecretField(name: string, field: Field | undefined): boolean {
  return field?.encrypted === true || field?.secret === true || secretName.test(name)
}

/** Like `isSecretField` without a schema; `key` alone counts as a secret too (credentials, certificates). */
export const isSecretName = (name: string): boolean => name === 'key' || secretName.test(name)

/** A reference to a vault names the place of a secret, not the secret. */
export const isVaultReference = (value: unknown): boolean =>
  typeof value === 'string' && /^\{vault:\/\/.*\}$/.test(value)
