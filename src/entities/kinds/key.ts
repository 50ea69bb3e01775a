/** A key, as a JSON Web Key or as PEM. */
import { createPublicKey } from 'node:crypto'
import { anyVersion, checkFields } from '../language/check-value.ts'
import { defineEntity, type Fields } from '../language/define.ts'
import { created_at, id, tags, updated_at } from '../language/fields.ts'
import { violationLines } from '../language/messages.ts'
import { isRecord } from '../language/values.ts'
import { parseKey, sameKey } from '../text/certificates.ts'

const isReference = (value: unknown): boolean => typeof value === 'string' && value.startsWith('{vault://')

const texts = 'issuer kty use alg x5u x5t x5t#S256 k x y crv n e d p q dp dq qi oth r t'.split(' ')
const list = { type: 'array', elements: { type: 'string' } } as const

/** Fields of a JSON Web Key. */
const jwkFields: Fields = {
  kid: { type: 'string', required: true },
  key_ops: list,
  x5c: list,
  ...Object.fromEntries(texts.map(name => [name, { type: 'string' as const }])),
}

function jwkProblem({ jwk: text, kid }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof text !== 'string') return undefined
  let jwk: unknown
  try {
    jwk = JSON.parse(text)
  } catch {
    return 'could not json decode jwk string'
  }
  if (!isRecord(jwk) || jwk['kid'] !== kid) return 'kid in jwk.kid must be equal to keys.kid'
  try {
    createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return 'could not load JWK, likely not a valid key'
  }
  const lines = violationLines(checkFields(jwk, jwkFields, anyVersion))
  return lines.length === 0 ? undefined : `Validation error: ${lines.join('; ')}`
}

function pemProblem(pem: unknown): string | undefined {
  const { public_key, private_key } = pem as Readonly<Record<string, unknown>>
  if (isReference(public_key) || isReference(private_key)) return undefined
  const isPublic = typeof public_key === 'string' && !public_key.includes('PRIVATE KEY-----')
  const open = isPublic ? parseKey(public_key) : undefined
  const closed = typeof private_key === 'string' ? parseKey(private_key) : undefined
  if (typeof public_key === 'string' && open === undefined) return 'could not load public key'
  if (typeof private_key === 'string' && closed === undefined) return 'could not load private key'
  if (open === undefined || closed === undefined || sameKey(open, closed)) return undefined
  return 'public key does not match private key'
}

export const key = defineEntity({
  kind: 'key',
  optional: true,
  schema: 'keys',
  adminPath: 'keys',
  fileKey: 'keys',
  endpointKey: 'name',
  place: 12,
  jsonKeys: 'id set name kid jwk pem tags',
  since: '3.1',
  keys: [['name']],
  present: {
    one: 'Key',
    many: 'Keys',
    columns: 'name kid set tags',
    first: 'name kid set jwk pem tags',
    long: ['jwk', 'pem.private_key', 'pem.public_key'],
    about: 'A key is what plugins sign and check with.',
  },
  uniqueTogether: [{ fields: ['kid', 'set'] }],
  fields: {
    id,
    set: {
      type: 'foreign',
      reference: 'key_sets',
      required: false,
      on_delete: 'cascade',
      mapping: true,
      description: 'The id of the key-set with which to associate the key.',
    },
    name: {
      type: 'string',
      required: false,
      unique: true,
      description: 'The name to associate with the given keys.',
    },
    kid: { type: 'string', required: true, unique: false, description: 'A unique identifier for a key.' },
    jwk: {
      type: 'string',
      encrypted: true,
      referenceable: true,
      description: 'A JSON Web Key represented as a string.',
    },
    pem: {
      type: 'record',
      required: false,
      description:
        'A pair of PEM-encoded public and private keys, which can be either a string or a reference to a credential in Kong Vault. If provided as strings, they must be valid PEM-encoded keys.',
      fields: {
        private_key: { type: 'string', required: false, encrypted: true, referenceable: true },
        public_key: { type: 'string', required: false, referenceable: true },
      },
      entity_checks: [{ at_least_one_of: ['private_key', 'public_key'] }],
      check: pemProblem,
    },
    tags,
    created_at,
    updated_at,
  },
  entity_checks: [
    { mutually_exclusive: ['pem', 'jwk'] },
    { at_least_one_of: ['pem', 'jwk'] },
    { custom_entity_check: { field_sources: ['jwk', 'pem', 'kid'], fn: jwkProblem } },
  ],
})
