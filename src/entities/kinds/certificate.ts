/** A certificate and its key, chosen for a TLS client by the SNIs that refer to it. */

import { defineEntity } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { created_at, id, tags, updated_at_since_3 } from '../language/fields.ts'
import { parseCertificate, parseKey, sameKey } from '../text/certificates.ts'

const pem = { type: 'string', referenceable: true } as const
const cert = { ...pem, format: 'certificate', description: 'A string representing a certificate.' } as const
const key = {
  ...pem,
  format: 'pem-key',
  encrypted: true,
  description: 'A string representing a key.',
} as const

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/**
 * A key belongs to a certificate when both have the same public key. References to vaults cannot be looked
 * at.
 */
function isPair(certText: unknown, keyText: unknown): boolean {
  const certificate = parseCertificate(text(certText))
  const key = parseKey(text(keyText))
  return certificate === undefined || key === undefined || sameKey(certificate.publicKey, key)
}

const typeOf = (certText: unknown): string | undefined =>
  parseCertificate(text(certText))?.publicKey.asymmetricKeyType

const sameTypes =
  'certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), the provided certificates were both of the same type'

export const certificate = defineEntity({
  kind: 'certificate',
  schema: 'certificates',
  adminPath: 'certificates',
  fileKey: 'certificates',
  onlineName: 'Certificates',
  place: 8,
  jsonKeys: 'id cert key tags snis',
  keys: [['cert', 'key']],
  present: {
    one: 'Certificate',
    many: 'Certificates',
    columns: 'id snis tags',
    first: 'cert key snis tags',
    groups: { 'A second pair': 'cert_alt key_alt' },
    alias: 'snis',
    certificate: 'cert',
    long: ['cert', 'key', 'cert_alt', 'key_alt'],
    about: 'A certificate is shown to clients that ask for one of its names.',
  },
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
    {
      custom_entity_check: {
        field_sources: ['cert', 'key'],
        fn: ({ cert, key }) => (isPair(cert, key) ? undefined : 'certificate does not match key'),
      },
    },
    {
      custom_entity_check: {
        field_sources: ['cert_alt', 'key_alt'],
        fn: ({ cert_alt, key_alt }) =>
          isPair(cert_alt, key_alt) ? undefined : 'alternative certificate does not match key',
      },
    },
    {
      custom_entity_check: {
        field_sources: ['cert', 'cert_alt'],
        fn: ({ cert, cert_alt }) =>
          typeOf(cert) !== undefined && typeOf(cert) === typeOf(cert_alt) ? sameTypes : undefined,
      },
    },
  ],
})

export type Certificate = EntityOf<typeof certificate>
