/** Which certificate a TLS client is shown: that of the SNI it asks for, found as Kong finds it, else the default one. */
import { createPrivateKey } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Certificate } from '../../entities/kinds/certificate.ts'
import type { CertificateAndKey } from './self-signed.ts'

/** How certificates of the configuration in force are found. */
export interface CertificateSource {
  /** @param name of an SNI entity, perhaps with a wildcard */
  certificateOfSni(name: string): Certificate | undefined
}

/**
 * `a.b.example` is looked for as itself, then as `*.b.example`, `a.b.*`, and last as `*` (source: Kong's `runloop/certificate`,
 * the same in 2.8 and 3.9).
 */
function namesToTry(serverName: string): string[] {
  const name = serverName.toLowerCase()
  const first = name.indexOf('.')
  const last = name.lastIndexOf('.')
  // A wildcard stands for one label, and a name of two labels has none to spare at its begin.
  const prefixed = first > 0 && first < last ? [`*${name.slice(first)}`] : []
  const suffixed = last > 0 && last < name.length - 1 ? [`${name.slice(0, last)}.*`] : []
  return [name, ...prefixed, ...suffixed, '*']
}

export interface ServerCertificates {
  /** @returns undefined where none but the default one fits */
  contextFor(serverName: string): SecureContext | undefined
}

/** @param source looked at for each handshake, so that changes act at once */
export function createServerCertificates(
  source: () => CertificateSource,
  log: (line: string) => void,
): ServerCertificates {
  // A changed certificate is another object, and gets another context.
  const contexts = new WeakMap<Certificate, SecureContext>()
  const contextOf = (certificate: Certificate) => {
    const known = contexts.get(certificate)
    if (known !== undefined) return known
    const made = createSecureContext(pairsOf(certificate))
    contexts.set(certificate, made)
    return made
  }
  return {
    contextFor: serverName => {
      const { certificateOfSni } = source()
      for (const name of namesToTry(serverName)) {
        const certificate = certificateOfSni(name)
        if (certificate === undefined) continue
        try {
          return contextOf(certificate)
        } catch (error) {
          // What stands in a vault can not be read here: the default certificate is better than no connection.
          log(
            `certificate ${certificate.id} can not be used: ${error instanceof Error ? error.message : error}`,
          )
          return undefined
        }
      }
      return undefined
    },
  }
}

/**
 * The certificate and its alternative, of another type of key: the client's ciphers decide. Node puts the last one in the place of the default certificate, whose
 * key is an elliptic one: were that one of these, a client of TLS 1.2 that takes RSA alone would be shown none.
 */
function pairsOf({ cert, key, cert_alt, key_alt }: Certificate): { cert: string[]; key: string[] } {
  const pairs: CertificateAndKey[] = [{ cert, key }]
  if (cert_alt && key_alt) pairs.push({ cert: cert_alt, key: key_alt })
  const isRsa = (pair: CertificateAndKey) => Number(createPrivateKey(pair.key).asymmetricKeyType === 'rsa')
  if (pairs.length > 1) pairs.sort((a, b) => isRsa(a) - isRsa(b))
  return { cert: pairs.map(pair => pair.cert), key: pairs.map(pair => pair.key) }
}
