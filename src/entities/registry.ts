/**
 * The one list of kinds, in the order in which state files and reports show them. A new kind is a file in
 * `kinds/` and a line here; every stage and every Admin API endpoint reads this list.
 */

import { acl } from './kinds/acl.ts'
import { basicauthCredential } from './kinds/basicauth-credential.ts'
import { caCertificate } from './kinds/ca-certificate.ts'
import { certificate } from './kinds/certificate.ts'
import { consumer } from './kinds/consumer.ts'
import { hmacauthCredential } from './kinds/hmacauth-credential.ts'
import { jwtSecret } from './kinds/jwt-secret.ts'
import { key } from './kinds/key.ts'
import { keySet } from './kinds/key-set.ts'
import { keyauthCredential } from './kinds/keyauth-credential.ts'
import { oauth2Credential } from './kinds/oauth2-credential.ts'
import { plugin } from './kinds/plugin.ts'
import { route } from './kinds/route.ts'
import { service } from './kinds/service.ts'
import { sni } from './kinds/sni.ts'
import { target } from './kinds/target.ts'
import { upstream } from './kinds/upstream.ts'
import { vault } from './kinds/vault.ts'
import type { Definition } from './language/define.ts'

export const registry = [
  service,
  route,
  consumer,
  keyauthCredential,
  basicauthCredential,
  hmacauthCredential,
  jwtSecret,
  oauth2Credential,
  acl,
  upstream,
  target,
  certificate,
  sni,
  caCertificate,
  vault,
  keySet,
  key,
  plugin,
] as const satisfies readonly Definition[]
