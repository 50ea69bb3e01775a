/** A consumer's key for the key-auth plugin. */
import { defineEntity } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { consumer_owner, created_at, credential, id, tags } from '../language/fields.ts'
import { withConsumer } from '../language/identity.ts'

export const keyauthCredential = defineEntity({
  kind: 'key-auth',
  schema: 'keyauth_credentials',
  adminPath: 'key-auths',
  nestedPath: 'key-auth',
  fileKey: 'keyauth_credentials',
  onlineName: 'KeyAuths',
  endpointKey: 'key',
  keys: [['key']],
  present: {
    ...credential,
    one: 'Key credential',
    many: 'Keys (key-auth)',
    key: 'key',
    columns: 'key ttl tags',
    first: 'key ttl tags',
    secret: 'key',
    help: {
      key: 'Left empty, the gateway makes one.',
      ttl: 'It is deleted after so many seconds. Left empty or 0: never.',
    },
  },
  ttl: true,
  cacheKey: ['key'],
  fields: {
    id,
    created_at,
    consumer: consumer_owner,
    key: { type: 'string', required: false, unique: true, auto: true, secret: true },
    tags,
  },
  // decK shows the end of the key only, which distinguishes two credentials without revealing them.
  title: (credential, nameOf) =>
    withConsumer(String(credential['key'] ?? credential['id']).slice(-5), credential, nameOf),
})

export type KeyauthCredential = EntityOf<typeof keyauthCredential>
