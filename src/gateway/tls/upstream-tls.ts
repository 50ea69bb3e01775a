/**
 * TLS settings of a service for connections to its upstream: verification, trusted certificates, and the
 * client certificate.
 */
import { createHash } from 'node:crypto'
import type { CaCertificate } from '../../entities/kinds/ca-certificate.ts'
import type { Certificate } from '../../entities/kinds/certificate.ts'
import type { Service } from '../../entities/kinds/service.ts'
import type { Upstream } from '../../entities/kinds/upstream.ts'
import type { CertificateAndKey } from './self-signed.ts'

export interface UpstreamTls {
  readonly verify: boolean
  /** Maximum number of certificates between the upstream's own and a trusted one. */
  readonly depth: number
  /** PEM; without any, no certificate is trusted. */
  readonly trusted: readonly string[]
  readonly client: CertificateAndKey | undefined
  /** Equal for equal settings: their connections may be shared. */
  readonly key: string
}

export interface KnownCertificates {
  readonly certificates: ReadonlyMap<string, Certificate>
  readonly authorities: ReadonlyMap<string, CaCertificate>
}

export type UpstreamTlsOf = (service: Service, upstream: Upstream | undefined) => UpstreamTls

/** The pair of a referenced certificate. */
export function pairOf(
  reference: { readonly id: string } | null | undefined,
  certificates: KnownCertificates['certificates'],
): CertificateAndKey | undefined {
  const found = reference ? certificates.get(reference.id) : undefined
  return found && { cert: found.cert, key: found.key }
}

/** nginx's `proxy_ssl_verify_depth`, the default for a service without a depth. */
const usualDepth = 1

/**
 * Put together once for each service of a configuration; a service's client certificate goes before its
 * upstream's.
 */
export function createUpstreamTls({ certificates, authorities }: KnownCertificates): UpstreamTlsOf {
  const made = new Map<Service, UpstreamTls>()
  return (service, upstream) => {
    const known = made.get(service)
    if (known !== undefined) return known
    const settings = {
      verify: service.tls_verify === true,
      depth: service.tls_verify_depth ?? usualDepth,
      trusted: (service.ca_certificates ?? []).flatMap(id => authorities.get(id)?.cert ?? []),
      client: pairOf(service.client_certificate ?? upstream?.client_certificate, certificates),
    }
    const key = createHash('sha256').update(JSON.stringify(settings)).digest('base64')
    const tls = { ...settings, key }
    made.set(service, tls)
    return tls
  }
}
