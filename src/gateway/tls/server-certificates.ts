/**
 * The certificate for a TLS client: the one of the requested SNI, found as Kong finds it, else the default
 * one.
 */
import { createSecureContext } from 'node:tls'
import type { Certificate } from '../../entities/kinds/certificate.ts'

/** How certificates of the configuration in force are found. */
export interface CertificateSource {
  /** @param name of an SNI entity, perhaps with a wildcard */
  certificateOfSni(name: string): Certificate | undefined
}

/**
 * `a.b.example` is looked for as itself, then as `*.b.example`, `a.b.*`, and last as `*` (source: Kong's
 * `runloop/certificate`, the same in 2.8 and 3.9).
 */
function namesToTry(serverName: string): string[] {
  const name = serverName.toLowerCase()
  const first = name.indexOf('.')
  const last = name.lastIndexOf('.')
  // A wildcard replaces one label, and a name of two labels cannot lose its first one.
  const prefixed = first > 0 && first < last ? [`*${name.slice(first)}`] : []
  const suffixed = last > 0 && last < name.length - 1 ? [`${name.slice(0, last)}.*`] : []
  return [name, ...prefixed, ...suffixed, '*']
}

/** Certificates with their keys, each of another type of key: the client decides which it is shown. PEM. */
export interface Pairs {
  readonly cert: readonly string[]
  readonly key: readonly string[]
}

export interface ServerCertificates {
  /** @returns undefined where none but the default one fits; the same object for the same certificate */
  pairsFor(serverName: string): Pairs | undefined
}

/** @param source looked at for each handshake, so that changes act at once */
export function createServerCertificates(
  source: () => CertificateSource,
  log: (line: string) => void,
): ServerCertificates {
  // A changed certificate is another object.
  const known = new WeakMap<Certificate, Pairs>()
  const usablePairsOf = (certificate: Certificate) => {
    const found = known.get(certificate)
    if (found !== undefined) return found
    const pairs = pairsOf(certificate)
    createSecureContext({ cert: [...pairs.cert], key: [...pairs.key] })
    known.set(certificate, pairs)
    return pairs
  }
  return {
    pairsFor: serverName => {
      const { certificateOfSni } = source()
      for (const name of namesToTry(serverName)) {
        const certificate = certificateOfSni(name)
        if (certificate === undefined) continue
        try {
          return usablePairsOf(certificate)
        } catch (error) {
          // Values in a vault cannot be read here: the default certificate is better than no connection.
          log(
            `certificate ${certificate.id} cannot be used: ${error instanceof Error ? error.message : error}`,
          )
          return undefined
        }
      }
      return undefined
    },
  }
}

/** The certificate and its alternative. */
function pairsOf({ cert, key, cert_alt, key_alt }: Certificate): Pairs {
  return cert_alt && key_alt ? { cert: [cert, cert_alt], key: [key, key_alt] } : { cert: [cert], key: [key] }
}
