/** The facts of a certificate: subject, issuer and validity. */
import { X509Certificate } from 'node:crypto'

export interface CertificateFacts {
  /** `CN=api.example, O=Example` */
  readonly subject: string
  readonly issuer: string
  /** The names that it is for: `DNS:api.example`. */
  readonly names: readonly string[]
  /** Seconds since 1970, as Kong counts. */
  readonly from: number
  readonly until: number
}

/** @param pem facts are undefined for a text that is not a certificate, such as `{vault://…}` */
export function certificateFacts(pem: unknown): CertificateFacts | undefined {
  if (typeof pem !== 'string' || !pem.includes('-----BEGIN')) return undefined
  try {
    const { subject, issuer, subjectAltName = '', validFrom, validTo } = new X509Certificate(pem)
    return {
      subject: onOneLine(subject),
      issuer: onOneLine(issuer),
      names: subjectAltName.split(', ').filter(name => name !== ''),
      from: Date.parse(validFrom) / 1000,
      until: Date.parse(validTo) / 1000,
    }
  } catch {
    return undefined
  }
}

const onOneLine = (name: string | undefined): string => (name ?? '').split('\n').reverse().join(', ')
