/**
 * A consumer's application for the oauth2 plugin. With `hash_secret: true`, Kong stores and prints only the
 * hash of its secret.
 */
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { defineEntity } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { consumer_owner, created_at, credential, id, tags } from '../language/fields.ts'
import { withConsumer } from '../language/identity.ts'

const iterations = 10_000
const length = 32

/** In the form that Kong writes: algorithm, parameters, salt and hash, both in base64 without padding. */
function hash(secret: string, salt: Buffer): string {
  const made = pbkdf2Sync(secret, salt, iterations, length, 'sha512')
  const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  return `$pbkdf2-sha512$i=${iterations},l=${length}$${text(salt)}$${text(made)}`
}

export function isHashOf(stored: unknown, secret: unknown): boolean {
  const salt = /^\$pbkdf2-sha512\$[^$]*\$([^$]+)\$/.exec(String(stored))?.[1]
  return salt !== undefined && hash(String(secret), Buffer.from(salt, 'base64')) === stored
}

export const oauth2Credential = defineEntity({
  kind: 'oauth2-cred',
  schema: 'oauth2_credentials',
  adminPath: 'oauth2',
  fileKey: 'oauth2_credentials',
  onlineName: 'Oauth2Creds',
  endpointKey: 'client_id',
  jsonKeys: 'id name client_id client_secret client_type hash_secret redirect_uris tags',
  keys: [['client_id']],
  present: {
    ...credential,
    one: 'OAuth 2.0 application',
    many: 'Applications (oauth2)',
    key: 'name',
    columns: 'name client_id client_type tags',
    first: 'name redirect_uris client_id client_secret client_type hash_secret tags',
    secret: 'client_secret',
  },
  cacheKey: ['client_id'],
  fields: {
    id,
    created_at,
    consumer: consumer_owner,
    name: { type: 'string', required: true },
    client_id: { type: 'string', required: false, unique: true, auto: true },
    client_secret: { type: 'string', required: false, auto: true, encrypted: true },
    hash_secret: { type: 'boolean', required: true, default: false },
    redirect_uris: { type: 'array', required: false, elements: { type: 'string', format: 'redirect-uri' } },
    tags,
    client_type: {
      type: 'string',
      required: true,
      default: 'confidential',
      one_of: ['confidential', 'public'],
    },
  },
  transformations: [
    {
      input: 'hash_secret',
      needs: 'client_secret',
      on_write: ({ hash_secret, client_secret }) =>
        hash_secret === true ? { client_secret: hash(String(client_secret), randomBytes(16)) } : {},
      isMadeOf: (stored, given) => isHashOf(stored['client_secret'], given['client_secret']),
    },
  ],
  title: (credential, nameOf) => withConsumer(String(credential['name']), credential, nameOf),
})

export type Oauth2Credential = EntityOf<typeof oauth2Credential>
