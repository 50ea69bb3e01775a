/**
 * Which values must not be shown: by the schema where it says so, else by the name. How they are hidden is
 * the reporter's business.
 */
import type { Field } from '../entities/language/define.ts'

/** What stands for a value that is not shown (decK's word). */
export const masked = '[masked]'

/**
 * Ends of names under which Kong and its plugins keep secrets: `redis_password`, `client_secret`, `aws_key`,
 * `vault_token`.
 */
const secretName =
  /(^|[_-])(password|passwd|passphrase|secret|token|credentials?|private_key|api_?key|apikey|access_key|aws_key|aws_secret|authorization)$/i

/** Whether a field holds a secret: Kong marks it `encrypted`, the registry `secret`, or its name says so. */
export function isSecretField(name: string, field: Field | undefined): boolean {
  return field?.encrypted === true || field?.secret === true || secretName.test(name)
}

/**
 * As `isSecretField` where no schema is at hand; `key` alone is taken for a secret too (credentials,
 * certificates).
 */
export const isSecretName = (name: string): boolean => name === 'key' || secretName.test(name)

/** A reference to a vault names the place of a secret, not the secret. */
export const isVaultReference = (value: unknown): boolean =>
  typeof value === 'string' && /^\{vault:\/\/.*\}$/.test(value)
