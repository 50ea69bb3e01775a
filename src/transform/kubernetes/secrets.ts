/** Certificates and credentials as Secrets. */
import { createHash } from 'node:crypto'
import { isRecord, type Values } from '../../entities/language/values.ts'
import { annotationsOf, ingressClass, type Manifest, type Target } from './manifest.ts'

const secret = (name: string, type: string, data: Values, target: Target, labels: Values = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: target.nameOf(name),
    annotations: ingressClass(target),
    ...(Object.keys(labels).length > 0 && { labels }),
  },
  type,
  stringData: data,
})

const digestOf = (text: unknown): string => createHash('sha256').update(String(text)).digest('hex')

/** The secret of a certificate authority, named by the digest of its text. */
export const authoritySecret = (authority: Values, target: Target): Manifest =>
  tagged(
    authority,
    secret(
      `ca-cert-${digestOf(authority['cert'])}`,
      'Opaque',
      { 'ca.crt': authority['cert'], 'ca.digest': authority['cert_digest'] },
      target,
    ),
  )

export const certificateSecret = (certificate: Values, target: Target): Manifest =>
  tagged(
    certificate,
    secret(
      `cert-${digestOf(certificate['cert'])}`,
      'kubernetes.io/tls',
      { 'tls.crt': certificate['cert'], 'tls.key': certificate['key'] },
      target,
    ),
  )

function tagged(entity: Values, manifest: Manifest): Manifest {
  Object.assign(manifest.metadata.annotations ?? {}, annotationsOf(entity, ['tags']))
  return manifest
}

/**
 * The credentials of a consumer, in the order of its object: their list, the controller's word, their
 * fields.
 */
export const credentials: readonly (readonly [list: string, word: string, fields: readonly string[]])[] = [
  ['keyauth_credentials', 'key-auth', ['key']],
  ['hmacauth_credentials', 'hmac-auth', ['username', 'secret']],
  ['jwt_secrets', 'jwt', ['key', 'algorithm', 'rsa_public_key', 'secret']],
  ['basicauth_credentials', 'basic-auth', ['username', 'password']],
  ['oauth2_credentials', 'oauth2', ['name', 'client_id', 'client_secret', 'client_type', 'hash_secret']],
  ['acls', 'acl', ['group']],
  ['mtls_auth_credentials', 'mtls-auth', ['subject_name', 'id', 'ca_certificate']],
]

/** The controller's version 3 knows a credential's kind by a label, version 2 by a field. */
export function credentialSecret(
  credential: Values,
  [, word, fields]: (typeof credentials)[number],
  consumer: string,
  target: Target,
): Manifest {
  const data = fields.map(field => [field, dataText(credential[field])] as const)
  const [labels, kind] =
    target.version === '3' ? [{ 'konghq.com/credential': word }, {}] : [{}, { kongCredType: word }]
  return secret(`${word}-${consumer}`, 'Opaque', { ...kind, ...Object.fromEntries(data) }, target, labels)
}

/** For an authority's certificate, its text. */
function dataText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return isRecord(value) ? dataText(value['cert']) : String(value)
}
