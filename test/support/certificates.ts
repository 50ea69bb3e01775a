/** Certificates for tests: an authority of its own, and what it signs, made by openssl in a folder that goes away with the test. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Pair {
  readonly cert: string
  readonly key: string
}

export interface Authority extends Pair {
  /** A certificate for a name (of a server, or a client), signed by this authority. */
  sign(name: string, algorithm?: 'ec' | 'rsa'): Pair
  /** An authority below this one. */
  below(name: string): Authority
  /** The certificate of another authority, whose time is over. */
  expired(name: string): Pair
}

export function createAuthority(name = 'Test CA'): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'deck-certificates-'))
  try {
    const key = newKey(folder)
    run(folder, [
      'req',
      '-x509',
      '-new',
      '-key',
      'key.pem',
      '-out',
      'cert.pem',
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
    ])
    return authority({ cert: read(folder, 'cert.pem'), key })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const ofAuthority = 'basicConstraints=critical,CA:TRUE'

const authority = (own: Pair): Authority => ({
  ...own,
  sign: (name, algorithm) => signed(own, name, `subjectAltName=DNS:${name}`, { algorithm }),
  below: name => authority(signed(own, name, ofAuthority)),
  expired: name => signed(own, name, ofAuthority, { days: -1 }),
})

interface Wishes {
  readonly days?: number
  readonly algorithm?: 'ec' | 'rsa' | undefined
}

function signed(by: Pair, name: string, extension: string, { days = 30, algorithm }: Wishes = {}): Pair {
  const folder = mkdtempSync(join(tmpdir(), 'deck-certificates-'))
  try {
    writeFileSync(join(folder, 'ca.pem'), by.cert)
    writeFileSync(join(folder, 'ca.key'), by.key)
    writeFileSync(join(folder, 'extensions'), extension)
    const key = newKey(folder, algorithm)
    run(folder, ['req', '-new', '-key', 'key.pem', '-out', 'request.pem', '-subj', `/CN=${name}`])
    const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial']
    run(folder, [
      'x509',
      '-req',
      '-in',
      'request.pem',
      ...authority,
      '-out',
      'cert.pem',
      '-days',
      String(days),
      '-extfile',
      'extensions',
    ])
    return { cert: read(folder, 'cert.pem'), key }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function newKey(folder: string, algorithm: 'ec' | 'rsa' = 'ec'): string {
  if (algorithm === 'rsa') run(folder, ['genrsa', '-out', 'key.pem', '2048'])
  else run(folder, ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'key.pem'])
  return read(folder, 'key.pem')
}

const run = (cwd: string, args: readonly string[]): void => {
  execFileSync('openssl', args, { cwd, stdio: 'pipe' })
}

const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8')
