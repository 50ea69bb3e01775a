/**
 * The certificate that is shown where no other fits, as Kong makes one for itself: for `localhost`, signed
 * with its own key, new at each start. Node reads certificates and does not make them, so the few bytes of
 * X.509 around the key are written here.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** PEM. */
export interface CertificateAndKey {
  readonly cert: string
  readonly key: string
}

const day = 24 * 60 * 60 * 1000

/** @param now milliseconds since 1970; valid from the day before, for ten years */
export function selfSigned(name: string, now: number): CertificateAndKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const body = toBeSigned(name, publicKey, new Date(now - day), new Date(now + 3650 * day))
  const signature = sign('sha256', body, privateKey)
  const certificate = sequence(body, ecdsaWithSha256, bitString(signature))
  return {
    cert: pem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function toBeSigned(name: string, publicKey: KeyObject, from: Date, until: Date): Buffer {
  const version3 = der(0xa0, integer(Buffer.from([2])))
  const who = sequence(der(0x31, sequence(commonName, text(0x0c, name))))
  const alternativeName = sequence(subjectAlternativeName, der(0x04, sequence(text(0x82, name))))
  return sequence(
    version3,
    integer(serialNumber()),
    ecdsaWithSha256,
    who,
    sequence(time(from), time(until)),
    who,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(alternativeName)),
  )
}

/** Positive: its first bit is not set. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes
}

/** One value in ASN.1's distinguished encoding: what it is, how long, and its bytes. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts)
const integer = (bytes: Buffer): Buffer => der(0x02, bytes)
const bitString = (bytes: Buffer): Buffer => der(0x03, Buffer.from([0]), bytes)
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value))
const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))

const commonName = objectId('550403')
const subjectAlternativeName = objectId('551d11')
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'))

/** GeneralizedTime, which has four digits for the year; up to 2049 X.509 demands the one with two. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return date.getUTCFullYear() < 2050 ? text(0x17, digits.slice(2)) : text(0x18, digits)
}

const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${bytes.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`
