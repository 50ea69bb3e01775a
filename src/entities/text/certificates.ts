/** Certificates and keys as texts: what can be read of them. */
import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'

/** The first certificate of a text; undefined if there is none. */
export function parseCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text)
  } catch {
    return undefined
  }
}

/** The public half of a private or public key; undefined if the text is no key, or is encrypted. */
export function parseKey(text: string): KeyObject | undefined {
  // Node would read a certificate as its public key.
  if (text.includes('BEGIN CERTIFICATE')) return undefined
  try {
    return createPublicKey(text)
  } catch {
    return undefined
  }
}

export function sameKey(one: KeyObject, other: KeyObject): boolean {
  const bytes = (key: KeyObject) => key.export({ type: 'spki', format: 'der' })
  return bytes(one).equals(bytes(other))
}

/** SHA-256 of the certificate itself, as Kong writes it. */
export const digestOf = (certificate: X509Certificate): string =>
  createHash('sha256').update(certificate.raw).digest('hex')
