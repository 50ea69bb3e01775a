/**
 * Certificates and keys that replace real ones: valid, new, not stored. Node can read X.509 certificates
 * but not write them, so this module does.
 */
import { createPublicKey, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

const days = 24 * 60 * 60 * 1000

/** A tag, the length, what is in it (DER). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content])
  const bytes = Buffer.from(length.toString(16).padStart(length > 255 ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length]), bytes, content])
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts)
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
const bits = (content: Buffer): Buffer => der(0x03, Buffer.from([0]), content)
const octets = (content: Buffer): Buffer => der(0x04, content)

/** `20261121100000Z` */
const time = (milliseconds: number): Buffer =>
  der(0x18, Buffer.from(`${new Date(milliseconds).toISOString().replace(/\D/g, '').slice(0, 14)}Z`))

const commonName = oid('550403')
const sha256WithRsa = sequence(oid('2a864886f70d01010b'), der(0x05))
const basicConstraints = oid('551d13')

const named = (name: string): Buffer =>
  sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(name)))))

function extensions(isAuthority: boolean): Buffer {
  const isOne = isAuthority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence()
  return der(0xa3, sequence(sequence(basicConstraints, der(0x01, Buffer.from([0xff])), octets(isOne))))
}

const pem = (label: string, content: Buffer): string =>
  `-----BEGIN ${label}-----\n${content.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`

export interface StandIn {
  /** PEM, valid from now for a year. */
  readonly cert: string
  /** Its private key, PEM. */
  readonly key: string
}

/** Self-signed. */
export function standInCertificate({ isAuthority }: { readonly isAuthority: boolean }): StandIn {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const name = named(isAuthority ? 'Test CA Certificate' : 'Test Certificate')
  const now = Date.now()
  const toSign = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    sha256WithRsa,
    name,
    sequence(time(now - days), time(now + 365 * days)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions(isAuthority),
  )
  const signature = createSign('sha256').update(toSign).sign(privateKey)
  return {
    cert: pem('CERTIFICATE', sequence(toSign, sha256WithRsa, bits(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

export interface StandInPair {
  readonly publicPem: string
  readonly privatePem: string
  /** The public half as JSON. */
  readonly jwk: Readonly<Record<string, unknown>>
}

export function standInKeyPair(): StandInPair {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicKey: KeyObject = createPublicKey(privateKey)
  return {
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    jwk: { ...publicKey.export({ format: 'jwk' }) },
  }
}
