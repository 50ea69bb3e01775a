/** A consumer's user name and secret for the hmac-auth plugin. */
import { defineEntity } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { consumer_owner, created_at, credential, id, tags } from '../language/fields.ts'
import { withConsumer } from '../language/identity.ts'

export const hmacauthCredential = defineEntity({
  kind: 'hmac-auth',
  schema: 'hmacauth_credentials',
  adminPath: 'hmac-auths',
  nestedPath: 'hmac-auth',
  fileKey: 'hmacauth_credentials',
  onlineName: 'HMACAuths',
  endpointKey: 'username',
  jsonKeys: 'id username secret tags',
  keys: [['username']],
  present: {
    ...credential,
    one: 'HMAC credential',
    many: 'HMAC (hmac-auth)',
    key: 'username',
    columns: 'username tags',
    first: 'username secret tags',
    secret: 'secret',
  },
  cacheKey: ['username'],
  fields: {
    id,
    created_at,
    consumer: consumer_owner,
    username: { type: 'string', required: true, unique: true },
    secret: { type: 'string', auto: true, secret: true },
    tags,
  },
  title: (credential, nameOf) => withConsumer(String(credential['username']), credential, nameOf),
})

export type HmacauthCredential = EntityOf<typeof hmacauthCredential>
