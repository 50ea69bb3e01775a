/** A consumer's key, and the secret or public key that its tokens are signed with, for the jwt plugin. */
import { createPublicKey } from 'node:crypto'
import { defineEntity, type Violations } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { consumer_owner, created_at, credential, id, tags } from '../language/fields.ts'
import { withConsumer } from '../language/identity.ts'
import { sentences } from '../language/messages.ts'

/** The algorithms whose tokens are signed with a key pair, as far as Kong looks at it. */
const withPublicKey = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA']

function check({ algorithm, rsa_public_key }: Readonly<Record<string, unknown>>): Violations | undefined {
  if (!withPublicKey.includes(String(algorithm))) return undefined
  try {
    createPublicKey(String(rsa_public_key))
    return undefined
  } catch {
    return { '@entity': [sentences.conditional('algorithm')], rsa_public_key: 'invalid key' }
  }
}

export const jwtSecret = defineEntity({
  kind: 'jwt-auth',
  schema: 'jwt_secrets',
  alwaysDumped: ['algorithm'],
  adminPath: 'jwts',
  nestedPath: 'jwt',
  fileKey: 'jwt_secrets',
  onlineName: 'JWTAuths',
  endpointKey: 'key',
  jsonKeys: 'id algorithm key rsa_public_key secret tags',
  keys: [['key']],
  present: {
    ...credential,
    one: 'JWT credential',
    many: 'JSON Web Tokens (jwt)',
    key: 'key',
    columns: 'key algorithm tags',
    first: 'key algorithm secret rsa_public_key tags',
    long: ['rsa_public_key'],
    secret: 'secret',
    help: { key: 'Left empty, the gateway makes one.', secret: 'Left empty, the gateway makes one.' },
  },
  cacheKey: ['key'],
  fields: {
    id,
    created_at,
    consumer: consumer_owner,
    key: { type: 'string', required: false, unique: true, auto: true },
    secret: { type: 'string', auto: true, secret: true },
    rsa_public_key: { type: 'string' },
    algorithm: {
      type: 'string',
      default: 'HS256',
      one_of: [
        'HS256',
        'HS384',
        'HS512',
        'RS256',
        'RS384',
        'RS512',
        'ES256',
        'ES384',
        'ES512',
        'PS256',
        'PS384',
        'PS512',
        'EdDSA',
      ],
      was: {
        until: '3.0',
        one_of: ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'ES256', 'ES384'],
      },
    },
    tags,
  },
  entity_checks: [
    {
      conditional: {
        if_field: 'algorithm',
        if_match: {
          match_any: { patterns: withPublicKey.map(name => `^${name}$`) },
        },
        then_field: 'rsa_public_key',
        then_match: { required: true },
      },
    },
  ],
  check,
  title: (credential, nameOf) =>
    withConsumer(String(credential['key'] ?? credential['id']), credential, nameOf),
})

export type JwtSecret = EntityOf<typeof jwtSecret>
