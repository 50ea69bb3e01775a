/** How the credentials of consumers are presented. */
import type { Kind } from './presentation.ts'

const credential = (
  kind: Pick<Kind, 'schema' | 'path' | 'one' | 'many' | 'key' | 'columns' | 'first'> & Partial<Kind>,
): Kind => ({ home: 'below', about: 'Lets the consumer prove who it is.', ...kind })

export const credentials: readonly Kind[] = [
  credential({
    schema: 'keyauth_credentials',
    path: 'key-auths',
    one: 'Key credential',
    many: 'Keys (key-auth)',
    key: 'key',
    columns: ['key', 'ttl', 'tags'],
    first: ['key', 'ttl', 'tags'],
    secret: ['key'],
    more: [{ name: 'ttl', field: { type: 'integer' } }],
    help: {
      key: 'Left empty, the gateway makes one.',
      ttl: 'It is deleted after so many seconds. Left empty or 0: never.',
    },
  }),
  credential({
    schema: 'basicauth_credentials',
    path: 'basic-auths',
    one: 'Basic credential',
    many: 'User names (basic-auth)',
    key: 'username',
    columns: ['username', 'tags'],
    first: ['username', 'password', 'tags'],
    secret: ['password'],
  }),
  credential({
    schema: 'hmacauth_credentials',
    path: 'hmac-auths',
    one: 'HMAC credential',
    many: 'HMAC (hmac-auth)',
    key: 'username',
    columns: ['username', 'tags'],
    first: ['username', 'secret', 'tags'],
    secret: ['secret'],
  }),
  credential({
    schema: 'jwt_secrets',
    path: 'jwts',
    one: 'JWT credential',
    many: 'JSON Web Tokens (jwt)',
    key: 'key',
    columns: ['key', 'algorithm', 'tags'],
    first: ['key', 'algorithm', 'secret', 'rsa_public_key', 'tags'],
    long: ['rsa_public_key'],
    secret: ['secret'],
    help: { key: 'Left empty, the gateway makes one.', secret: 'Left empty, the gateway makes one.' },
  }),
  credential({
    schema: 'oauth2_credentials',
    path: 'oauth2',
    one: 'OAuth 2.0 application',
    many: 'Applications (oauth2)',
    key: 'name',
    columns: ['name', 'client_id', 'client_type', 'tags'],
    first: ['name', 'redirect_uris', 'client_id', 'client_secret', 'client_type', 'hash_secret', 'tags'],
    secret: ['client_secret'],
  }),
  credential({
    schema: 'acls',
    path: 'acls',
    one: 'ACL group',
    many: 'Groups (acl)',
    key: 'group',
    columns: ['group', 'tags'],
    first: ['group', 'tags'],
  }),
]
