/**
 * A consumer's user name and password for the basic-auth plugin. Kong stores and prints the password's hash,
 * never the password.
 */
import { createHash } from 'node:crypto'
import { defineEntity } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { consumer_owner, created_at, credential, id, tags } from '../language/fields.ts'
import { withConsumer } from '../language/identity.ts'
import { isRecord } from '../language/values.ts'

/** Kong salts a password with the id of its consumer. */
function hash({ password, consumer }: Readonly<Record<string, unknown>>): string {
  const salt = isRecord(consumer) ? String(consumer['id']) : ''
  return createHash('sha1').update(`${password}${salt}`).digest('hex')
}

export const basicauthCredential = defineEntity({
  kind: 'basic-auth',
  schema: 'basicauth_credentials',
  adminPath: 'basic-auths',
  nestedPath: 'basic-auth',
  fileKey: 'basicauth_credentials',
  onlineName: 'BasicAuths',
  endpointKey: 'username',
  jsonKeys: 'id username password tags',
  keys: [['username']],
  present: {
    ...credential,
    one: 'Basic credential',
    many: 'User names (basic-auth)',
    key: 'username',
    columns: 'username tags',
    first: 'username password tags',
    secret: 'password',
  },
  cacheKey: ['username'],
  fields: {
    id,
    created_at,
    consumer: consumer_owner,
    username: { type: 'string', required: true, unique: true },
    password: { type: 'string', required: true, encrypted: true },
    tags,
  },
  transformations: [
    {
      input: 'password',
      needs: 'consumer.id',
      on_write: credential => ({ password: hash(credential) }),
    },
  ],
  title: (credential, nameOf) => withConsumer(String(credential['username']), credential, nameOf),
})

export type BasicauthCredential = EntityOf<typeof basicauthCredential>
