/**
 * A state without identifying values: `dump --sanitize` (rules and hashes as decK's). Texts become SHA-256
 * of a salt and the text, so equal texts stay equal. Values listed in a schema (`protocol: http`), numbers,
 * ids and references to vaults stay. Certificates and keys are replaced by new ones.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { Definition, Field, Fields } from '../entities/language/define.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { entityFields } from '../entities/language/subschemas.ts'
import { isRecord } from '../entities/language/values.ts'
import { isVaultReference } from './secrets.ts'
import {
  type StandIn,
  type StandInPair,
  standInCertificate,
  standInKeyPair,
} from './stand-in-certificates.ts'
import { createState, type State, type StateEntity } from './state.ts'

type Values = Readonly<Record<string, unknown>>

export interface SanitizeOptions {
  /** The same salt gives the same hashes. Default: a random one. */
  readonly salt?: string | undefined
}

/** Fields that say which rules hold, or are code; hashed, the dump would be of no use. */
const unchangeable = new Set([
  ...['id', 'name of plugin', 'name of vault', 'prefix', 'type of partial', 'methods', 'dictionary_name'],
  ...[
    'lock_dictionary_name',
    'access',
    'request_jq_program',
    'response_jq_program',
    'log_by_lua',
    'shm_name',
  ],
  ...['schema_version', 'message_by_lua_functions', 'custom_fields_by_lua', 'api_spec', 'anthropic_version'],
  ...['schema', 'by_lua'],
])

export function sanitized(state: State, schemas: Schemas, { salt = randomUUID() }: SanitizeOptions): State {
  const hash = (text: string): string =>
    createHash('sha256')
      .update(salt + text)
      .digest('hex')
  const entities = schemas.kinds.flatMap(({ kind }) =>
    state.all(kind).map((entity): StateEntity => {
      const definition = schemas.of(kind)
      const fields = entityFields(definition, entity.fields, schemas)
      const how = { hash, standIn: standIns(entity, hash) }
      const values = sanitizedRecord(entity.fields, fields, kind, how)
      // Derived values (a digest) are computed again.
      return { ...entity, fields: digested(definition, values) }
    }),
  )
  return createState(entities, schemas)
}

type Hash = (text: string) => string

interface How {
  readonly hash: Hash
  /** The replacement of a certificate or a key; undefined for other texts. */
  readonly standIn: (text: string) => string | undefined
}

function digested({ transformations = [] }: Definition, values: Values): Values {
  const made = transformations.filter(({ input }) => String(values[input]).startsWith('-----BEGIN'))
  return Object.assign({ ...values }, ...made.map(({ on_write }) => on_write(values)))
}

function sanitizedRecord(values: Values, fields: Fields, kind: string, how: How): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const field = fields[name]
      if (unchangeable.has(name) || unchangeable.has(`${name} of ${kind}`) || isListed(field))
        return [name, value]
      return [name, sanitizedValue(name, value, field, how)]
    }),
  )
}

/** One of the words that the schema lists, or a list of them. */
const isListed = (field: Field | undefined): boolean =>
  field?.one_of !== undefined || field?.elements?.one_of !== undefined || field?.type === 'foreign'

function sanitizedValue(name: string, value: unknown, field: Field | undefined, how: How): unknown {
  if (typeof value === 'string') return sanitizedText(name, value, how)
  if (Array.isArray(value)) return value.map(item => sanitizedValue(name, item, field?.elements, how))
  if (!isRecord(value)) return value
  return sanitizedRecord(value, field?.fields ?? {}, '', how)
}

/** Keeps the form of the text: a path, an address, `name:value`, a mail address, a URL. */
function sanitizedText(name: string, text: string, { hash, standIn }: How): string {
  if (text === '' || isVaultReference(text)) return text
  const made = standIn(text)
  if (made !== undefined) return made
  const hashed = hash(text)
  if (/(?:uri|url|endpoint)$/i.test(name)) {
    const scheme = /^([^:]+):\/\//.exec(text)?.[1]
    return scheme === undefined ? hashed : `${scheme}://${hashed}`
  }
  if (/^[\w.%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$/.test(text)) return `email@${hashed}.redacted`
  if (/^[^:]+:.*$/.test(text)) return `${hashed}:redacted`
  if (!text.includes('/')) return hashed
  return /^~?\//.test(text) ? `/redacted/path/${hashed}` : `redacted/${hashed}`
}

/**
 * Kong would refuse hashes of certificates and keys: each entity gets one new pair of keys and one new
 * certificate.
 */
function standIns(entity: StateEntity, hash: Hash): (text: string) => string | undefined {
  const isAuthority = !JSON.stringify(entity.fields).includes('PRIVATE KEY-----')
  let certificate: StandIn | undefined
  let pair: StandInPair | undefined
  return text => {
    const label = /^-----BEGIN ([A-Z ]+)-----/.exec(text)?.[1]
    if (label === undefined && !isJwk(text)) return undefined
    const isOfCertificate = typeof entity.fields['cert'] === 'string'
    if (isOfCertificate) {
      certificate ??= standInCertificate({ isAuthority })
      return label === 'CERTIFICATE' ? certificate.cert : certificate.key
    }
    pair ??= standInKeyPair()
    if (label === undefined) return JSON.stringify({ ...pair.jwk, kid: hash(String(entity.fields['kid'])) })
    return label.includes('PRIVATE') ? pair.privatePem : pair.publicPem
  }
}

const isJwk = (text: string): boolean => text.trimStart().startsWith('{') && text.includes('"kty"')
