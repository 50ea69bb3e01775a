/**
 * JSON Web Tokens as Kong's jwt plugin reads and verifies them: three parts, one algorithm the credential is
 * for, two claims with a time.
 */
import { constants, createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { base64url, decodeBase64 } from '../kit/base64.ts'
import { sameBytes } from '../kit/same-bytes.ts'

export interface Token {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly signature: Buffer
  readonly algorithm: string
  /** The signed part. */
  readonly signed: string
}

type Verifier = (signed: Buffer, signature: Buffer, key: string | Buffer) => boolean

const hmac =
  (digest: string): Verifier =>
  (signed, signature, key) =>
    sameBytes(createHmac(digest, key).update(signed).digest(), signature)

const rsa =
  (digest: string): Verifier =>
  (signed, signature, key) =>
    verify(digest, signed, publicKey(key), signature)

const elliptic =
  (digest: string, length: number): Verifier =>
  (signed, signature, key) => {
    if (signature.length !== length) throw new Error(`Signature must be ${length} bytes.`)
    return verify(digest, signed, { key: publicKey(key), dsaEncoding: 'ieee-p1363' }, signature)
  }

const pss =
  (digest: string): Verifier =>
  (signed, signature, key) => {
    if (signature.length !== 256) throw new Error('Signature must be 256 bytes')
    const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_AUTO: saltLength } = constants
    return verify(digest, signed, { key: publicKey(key), padding, saltLength }, signature)
  }

const verifiers: Readonly<Record<string, Verifier>> = {
  HS256: hmac('sha256'),
  HS384: hmac('sha384'),
  HS512: hmac('sha512'),
  RS256: rsa('sha256'),
  RS384: rsa('sha384'),
  RS512: rsa('sha512'),
  ES256: elliptic('sha256', 64),
  ES384: elliptic('sha384', 96),
  ES512: elliptic('sha512', 132),
  PS256: pss('sha256'),
  PS384: pss('sha384'),
  PS512: pss('sha512'),
  EdDSA: (signed, signature, key) => verify(null, signed, publicKey(key), signature),
}

/** The algorithms of 2.8. */
const verifiersOf2 = new Set(['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'ES256', 'ES384'])

const publicKey = (pem: string | Buffer): KeyObject => createPublicKey(pem)

/** @returns the token, or what Kong says of it after `Bad token; ` */
export function readToken(text: string, major: number): Token | string {
  const [header64 = '', claims64 = '', ...rest] = text.split('.')
  // 2.8 reads both alphabets.
  const bytes = (encoded: string) => decodeBase64(major < 3 ? base64url(encoded) : encoded, 'base64url')
  const header = jsonIn(bytes(header64))
  const claims = jsonIn(bytes(claims64))
  if (header === undefined || claims === undefined) return 'invalid JSON'
  const algorithm = header['alg']
  if (typeof algorithm !== 'string' || verifiers[algorithm] === undefined) return 'invalid alg'
  if (major < 3 && !verifiersOf2.has(algorithm)) return 'invalid alg'
  const signature = rest.length === 0 ? undefined : bytes(rest.join('.'))
  if (signature === undefined) return rest.length === 0 ? 'invalid JSON' : 'invalid signature'
  return { header, claims, signature, algorithm, signed: `${header64}.${claims64}` }
}

function jsonIn(bytes: Buffer | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes?.toString('utf8') ?? '')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** @throws if the key is invalid, or the signature does not have its algorithm's length */
export function isSignedBy({ algorithm, signed, signature }: Token, key: string | Buffer): boolean {
  return verifiers[algorithm]?.(Buffer.from(signed), signature, key) ?? false
}

/** Problems of the claims, by name; undefined if there are none. */
export function claimProblems(
  { claims }: Token,
  wanted: readonly string[],
  longest: number,
  now: number,
): Record<string, string> | undefined {
  const seconds = Math.floor(now / 1000)
  const problems: Record<string, string> = {}
  for (const name of wanted) {
    const time = claims[name]
    if (typeof time !== 'number') problems[name] = 'must be a number'
    else if (name === 'nbf' && time > seconds) problems[name] = 'token not valid yet'
    else if (name === 'exp' && time <= seconds) problems[name] = 'token expired'
  }
  if (Object.keys(problems).length > 0) return problems
  const end = claims['exp']
  const isTooLong = longest > 0 && (typeof end !== 'number' || end - seconds > longest)
  return isTooLong ? { exp: 'exceeds maximum allowed expiration' } : undefined
}
