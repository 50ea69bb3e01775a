/**
 * basic-auth: a consumer is known by a user name and a password, in Proxy-Authorization or Authorization
 * (behaviour: Kong 2.8.5, 3.9.1).
 */

import { createHash } from 'node:crypto'
import type { BasicauthCredential } from '../../entities/kinds/basicauth-credential.ts'
import type { Version } from '../../entities/language/define.ts'
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import { basicAuth as schema } from '../../entities/plugins/basic-auth.ts'
import type { Index } from '../exchange/configuration-view.ts'
import { type Exchange, headerOf, withoutHeader } from '../exchange/exchange.ts'
import type { Handler, Surroundings } from '../exchange/handler.ts'
import { authHandler, type Finding, identityOf, type Refusal } from './kit/authentication.ts'
import { decodeBase64 } from './kit/base64.ts'
import { sameBytes } from './kit/same-bytes.ts'

type Config = ConfigOf<typeof schema>

const byUsername: Index<BasicauthCredential> = {
  schema: 'basicauth_credentials',
  keyOf: credential => credential.username,
}

export function basicAuth(surroundings: Surroundings): Handler {
  return authHandler(schema, surroundings, config => {
    const refusals = refusalsOf(config, surroundings.version)
    return exchange => find(exchange, config, refusals)
  })
}

interface Refusals {
  /** Nothing was sent. */
  readonly missing: Refusal
  readonly wrong: Refusal
}

function refusalsOf({ realm }: Config, version: Version): Refusals {
  const isNew = version.major >= 3
  const headers = [['WWW-Authenticate', `Basic realm="${isNew ? realm : 'kong'}"`]] as const
  const missing = { status: 401, message: 'Unauthorized', headers }
  return { missing, wrong: isNew ? missing : { status: 401, message: 'Invalid authentication credentials' } }
}

function find(exchange: Exchange, { hide_credentials }: Config, { missing, wrong }: Refusals): Finding {
  const own = headerOf(exchange.headers, 'authorization')
  const proxys = headerOf(exchange.headers, 'proxy-authorization')
  if (own === undefined && proxys === undefined) return { refusal: missing }
  if (hide_credentials) exchange.headers = withoutHeader(exchange.headers, 'proxy-authorization')
  let given = credentialsIn(proxys)
  let credential = given && exchange.snapshot.find(byUsername, given.username)[0]
  if (credential === undefined) {
    if (hide_credentials) exchange.headers = withoutHeader(exchange.headers, 'authorization')
    given = credentialsIn(own)
    credential = given && exchange.snapshot.find(byUsername, given.username)[0]
  }
  if (given === undefined || credential === undefined) return { refusal: wrong }
  const digest = createHash('sha1').update(given.password).update(credential.consumer.id).digest()
  const { username } = credential
  const identity =
    sameBytes(digest, Buffer.from(credential.password, 'hex')) &&
    identityOf(exchange, credential, username, username)
  return identity ? { identity } : { refusal: wrong }
}

function credentialsIn(
  header: string | undefined,
): { readonly username: string; readonly password: Buffer } | undefined {
  const encoded = /\s*[Bb]asic\s*(.+)/.exec(header ?? '')?.[1]
  const decoded = encoded === undefined ? undefined : decodeBase64(encoded)?.toString('latin1')
  const [, username, password] = /([^:]+):(.*)/.exec(decoded ?? '') ?? []
  if (username === undefined || password === undefined) return undefined
  return {
    username: Buffer.from(username, 'latin1').toString('utf8'),
    password: Buffer.from(password, 'latin1'),
  }
}
