/** Certificates for tests: an authority of its own, and what it signs. */
import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

export interface Pair {
  readonly cert: string
  readonly key: string
}

export interface Authority extends Pair {
  /** A certificate for a name (of a server, or a client), signed by this authority. */
  sign(name: string, algorithm?: 'ec' | 'rsa'): Promise<Pair>
  /** An authority below this one. */
  below(name: string): Promise<Authority>
  /** The certificate of another authority, whose time is over. */
  expired(name: string): Promise<Pair>
}

const algorithms = {
  ec: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
}

const day = 24 * 60 * 60 * 1000
const hour = 60 * 60 * 1000

/** An authority's name and keys, which sign. */
interface Issuer {
  readonly name: string
  readonly keys: webcrypto.CryptoKeyPair
}

interface Wishes {
  /** The issuer of an authority that signs itself is left out. */
  readonly issuer?: Issuer
  readonly algorithm?: keyof typeof algorithms
  /** How long the certificate is valid from now, or has not been any more. */
  readonly days?: number
  readonly extension: x509.Extension
}

interface Made extends Issuer {
  readonly pair: Pair
}

async function make(name: string, { issuer, algorithm = 'ec', days = 30, extension }: Wishes): Promise<Made> {
  const keys = await webcrypto.subtle.generateKey(algorithms[algorithm], true, ['sign', 'verify'])
  const signer = issuer ?? { name, keys }
  const end = Date.now() + days * day
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomBytes(16).toString('hex'),
    subject: [{ CN: [name] }],
    issuer: [{ CN: [signer.name] }],
    notBefore: new Date(Math.min(Date.now(), end) - hour),
    notAfter: new Date(end),
    publicKey: keys.publicKey,
    signingKey: signer.keys.privateKey,
    signingAlgorithm: algorithms.ec,
    extensions: [extension],
  })
  const key = x509.PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    'PRIVATE KEY',
  )
  return { name, keys, pair: { cert: `${certificate.toString('pem')}\n`, key: `${key}\n` } }
}

const ofAuthority = new x509.BasicConstraintsExtension(true, undefined, true)
const ofName = (name: string) => new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }])

export const createAuthority = async (name = 'Test CA'): Promise<Authority> =>
  authority(await make(name, { extension: ofAuthority }))

function authority(issuer: Made): Authority {
  return {
    ...issuer.pair,
    sign: async (name, algorithm) =>
      (await make(name, { issuer, extension: ofName(name), ...(algorithm && { algorithm }) })).pair,
    below: async name => authority(await make(name, { issuer, extension: ofAuthority })),
    expired: async name => (await make(name, { issuer, extension: ofAuthority, days: -1 })).pair,
  }
}
