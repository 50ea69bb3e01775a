/** A certificate of an authority that upstream servers' certificates are checked against. */
import type { X509Certificate } from 'node:crypto'
import { defineEntity, type Violations } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { created_at, id, tags, updated_at_since_3 } from '../language/fields.ts'
import { digestOf, parseCertificate } from '../text/certificates.ts'

function check({ cert }: Readonly<Record<string, unknown>>): Violations | undefined {
  if (typeof cert !== 'string') return undefined
  if ((cert.match(/-----BEGIN CERTIFICATE-----/g) ?? []).length > 1) {
    return { '@entity': ['please submit only one certificate at a time'] }
  }
  const parsed = parseCertificate(cert)
  if (parsed === undefined || parsed.ca || isExpired(parsed)) return undefined
  return {
    '@entity': ['certificate does not appear to be a CA because it is missing the "CA" basic constraint'],
  }
}

/** Kong reports this for every certificate that is not an authority's. */
function checkWrite({ cert }: Readonly<Record<string, unknown>>): Violations | undefined {
  const parsed = typeof cert === 'string' ? parseCertificate(cert) : undefined
  if (parsed === undefined || !isExpired(parsed)) return undefined
  return { '@entity': ['certificate expired, "Not After" time is in the past'] }
}

const isExpired = ({ validTo }: X509Certificate): boolean => Date.parse(validTo) < Date.now()

/** Kong computes the digest and ignores one in the input. */
function digest({ cert }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const parsed = typeof cert === 'string' ? parseCertificate(cert) : undefined
  return parsed === undefined ? {} : { cert_digest: digestOf(parsed) }
}

export const caCertificate = defineEntity({
  kind: 'ca-certificate',
  schema: 'ca_certificates',
  adminPath: 'ca_certificates',
  fileKey: 'ca_certificates',
  onlineName: 'CACertificates',
  place: 9,
  jsonKeys: 'id cert cert_digest tags',
  keys: [['cert']],
  present: {
    one: 'CA Certificate',
    many: 'CA Certificates',
    columns: 'id cert_digest tags',
    first: 'cert tags',
    certificate: 'cert',
    long: ['cert'],
    about: 'A CA certificate is what other certificates are checked with.',
  },
  fields: {
    id,
    created_at,
    updated_at: updated_at_since_3,
    cert: {
      type: 'string',
      required: true,
      format: 'certificate',
      description: 'A string representing a certificate.',
    },
    cert_digest: { type: 'string', unique: true },
    tags,
  },
  entity_checks: [{ custom_entity_check: { field_sources: ['cert'] } }],
  check,
  checkWrite,
  transformations: [{ input: 'cert', on_write: digest }],
})

export type CaCertificate = EntityOf<typeof caCertificate>
