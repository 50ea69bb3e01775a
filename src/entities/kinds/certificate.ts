/** A certificate and its key, chosen for a TLS client by the SNIs that refer to it. */
import { parseCertificate, parseKey, sameKey } from '../certificates.ts'
import { defineEntity, type EntityOf, type Violations } from '../define.ts'
import { created_at, id, tags, updated_at_since_3 } from '../fields.ts'

const pem = { type: 'string', referenceable: true } as const
const cert = { ...pem, format: 'certificate', description: 'A string representing a certificate.' } as const
const key = {
  ...pem,
  format: 'pem-key',
  encrypted: true,
  description: 'A string representing a key.',
} as const

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A key belongs to a certificate when both have the same public key. References to vaults can not be looked at. */
function isPair(certText: unknown, keyText: unknown): boolean {
  const certificate = parseCertificate(text(certText))
  const key = parseKey(text(keyText))
  return certificate === undefined || key === undefined || sameKey(certificate.publicKey, key)
}

function check({ cert, key, cert_alt, key_alt }: Readonly<Record<string, unknown>>): Violations | undefined {
  const problems: string[] = []
  if (!isPair(cert, key)) problems.push('certificate does not match key')
  if (!isPair(cert_alt, key_alt)) problems.push('alternative certificate does not match key')
  const type = parseCertificate(text(cert))?.publicKey.asymmetricKeyType
  if (type !== undefined && type === parseCertificate(text(cert_alt))?.publicKey.asymmetricKeyType) {
    problems.push(
      'certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), the provided certificates were both of the same type',
    )
  }
  return problems.length === 0 ? undefined : { '@entity': problems }
}

export const certificate = defineEntity({
  kind: 'certificate',
  schema: 'certificates',
  adminPath: 'certificates',
  fileKey: 'certificates',
  keys: [['cert', 'key']],
  demandedInFiles: ['id'],
  fields: {
    id,
    created_at,
    updated_at: updated_at_since_3,
    cert: { ...cert, required: true },
    key: { ...key, required: true },
    cert_alt: { ...cert, required: false },
    key_alt: { ...key, required: false },
    tags,
    snis: {
      type: 'array',
      required: false,
      transient: true,
      was: { until: '3.0', hidden: true },
      elements: {
        type: 'string',
        format: 'wildcard-sni',
        description: 'A string representing a wildcard host name, such as *.example.com.',
      },
    },
  },
  entity_checks: [
    { mutually_required: ['cert_alt', 'key_alt'] },
    { custom_entity_check: { field_sources: ['cert', 'key'] } },
    { custom_entity_check: { field_sources: ['cert_alt', 'key_alt'] } },
    { custom_entity_check: { field_sources: ['cert', 'cert_alt'] } },
  ],
  check,
})

export type Certificate = EntityOf<typeof certificate>
