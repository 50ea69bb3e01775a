/**
 * Secrets of what the journal holds: each is cut out of its entity, and is either encrypted with the user's
 * key or left out. What counts as a secret is what reports mask (report/mask.ts).
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { isRecord } from '../entities/language/values.ts'
import { DeckError } from '../errors.ts'

type Values = Readonly<Record<string, unknown>>
type Path = readonly (string | number)[]

/** An entity as the journal holds it. */
export interface Recorded {
  /** Null where a secret was cut out. */
  readonly values: Values
  /** The places of the secrets. */
  readonly hidden: readonly Path[]
  /** The secrets in the order of `hidden`, encrypted; absent where the run had no key. */
  readonly sealed?: string
}

/** @param masked the same entity as reports show it */
export function conceal(entity: Values, masked: Values, seal?: (secrets: unknown) => string): Recorded {
  const hidden = entity === masked ? [] : differingPaths(entity, masked, [])
  if (hidden.length === 0) return { values: entity, hidden }
  const values = hidden.reduce<unknown>((rest, path) => withValue(rest, path, null), entity) as Values
  return { values, hidden, ...(seal && { sealed: seal(hidden.map(path => valueAt(entity, path))) }) }
}

/** The whole entity; without `open`, or where nothing was sealed, its secrets stay null. */
export function reveal({ values, hidden, sealed }: Recorded, open?: (sealed: string) => unknown): Values {
  if (sealed === undefined || open === undefined) return values
  const secrets = open(sealed)
  if (!Array.isArray(secrets)) return values
  return hidden.reduce<unknown>(
    (rest, path, index) => withValue(rest, path, secrets[index]),
    values,
  ) as Values
}

function differingPaths(one: unknown, other: unknown, path: Path): Path[] {
  if (Object.is(one, other)) return []
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length)
    return one.flatMap((item, index) => differingPaths(item, other[index], [...path, index]))
  if (isRecord(one) && isRecord(other))
    return Object.entries(one).flatMap(([name, item]) => differingPaths(item, other[name], [...path, name]))
  return [path]
}

export function valueAt(value: unknown, path: Path): unknown {
  let found: unknown = value
  for (const step of path)
    found = Array.isArray(found) ? found[Number(step)] : isRecord(found) ? found[step] : undefined
  return found
}

/** A copy with another value at a path that exists. */
export function withValue(value: unknown, [step, ...rest]: Path, inner: unknown): unknown {
  if (step === undefined) return inner
  if (Array.isArray(value))
    return value.map((item, index) => (index === step ? withValue(item, rest, inner) : item))
  const record = isRecord(value) ? value : {}
  return { ...record, [step]: withValue(record[step], rest, inner) }
}

const [ivLength, tagLength] = [12, 16]

export interface Cipher {
  /** @param context must be the same for `open`: a sealed text is worth nothing in another place */
  seal(secrets: unknown, context: string): string
  /** @throws DeckError for another key, or a text that was changed */
  open(sealed: string, context: string): unknown
}

/**
 * AES-256-GCM; scrypt makes the key, so that a short one cannot be tried out quickly.
 * @param salt of the run, in hex
 */
export function createCipher(key: string, salt: string): Cipher {
  const secret = scryptSync(key, Buffer.from(salt, 'hex'), 32)
  return {
    seal: (secrets, context) => {
      const iv = randomBytes(ivLength)
      const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(context))
      const text = Buffer.concat([cipher.update(JSON.stringify(secrets)), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64')
    },
    open: (sealed, context) => {
      const bytes = Buffer.from(sealed, 'base64')
      try {
        const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, ivLength))
        decipher.setAAD(Buffer.from(context))
        decipher.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength))
        const text = Buffer.concat([decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()])
        return JSON.parse(text.toString('utf8'))
      } catch (cause) {
        throw new DeckError('DECK_JOURNAL_KEY does not open the secrets of this run', {
          cause,
          hint: 'set the key that the run was recorded with',
        })
      }
    },
  }
}
