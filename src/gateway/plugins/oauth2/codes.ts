/**
 * Authorization codes: issued at one endpoint, redeemed at the other within five minutes, once. They are in
 * memory only.
 */
import { createHash } from 'node:crypto'
import type { Oauth2Credential } from '../../../entities/kinds/oauth2-credential.ts'
import { base64url, decodeBase64 } from '../kit/base64.ts'
import type { Config } from './config.ts'
import { type Fault, fault, type Parameters, textIn } from './parameters.ts'

export interface Code {
  readonly serviceId: string | undefined
  readonly credentialId: string
  readonly pluginId: string
  readonly userId: string
  readonly scope: string | undefined
  /** The PKCE challenge; the redeeming client must know its verifier. */
  readonly challenge: string | undefined
}

const lifetime = 300_000

export interface Codes {
  add(text: string, code: Code): void
  get(text: string): Code | undefined
  /** @returns whether it was there: of several that take it one gets it */
  delete(text: string): boolean
}

export function createCodes(now: () => number): Codes {
  const known = new Map<string, { readonly code: Code; readonly until: number }>()
  return {
    add: (text, code) => {
      // They came in this order, so those that are over are first.
      for (const [old, { until }] of known) {
        if (until > now()) break
        known.delete(old)
      }
      known.set(text, { code, until: now() + lifetime })
    },
    get: text => {
      const found = known.get(text)
      return found !== undefined && found.until > now() ? found.code : undefined
    },
    delete: text => known.delete(text),
  }
}

const needsProof = ({ pkce }: Config, { client_type }: Oauth2Credential): boolean =>
  client_type === 'public' ? pkce !== 'none' : pkce === 'strict'

/** The challenge that a client sends along, without padding; S256 is the only method. */
export function challengeIn(
  parameters: Parameters,
  config: Config,
  client: Oauth2Credential | undefined,
  major: number,
): { readonly challenge?: string } | Fault {
  const challenge = textIn(parameters, 'code_challenge')
  const method = parameters['code_challenge_method']
  if (challenge === undefined) {
    if (method !== undefined)
      return fault('invalid_request', 'code_challenge is required when code_method is present')
    if (client === undefined || !needsProof(config, client)) return {}
    const type = major < 3 ? 'public' : client.client_type
    return fault('invalid_request', `code_challenge is required for ${type} clients`)
  }
  if (method !== undefined && method !== 'S256' && method !== 's256')
    return fault('invalid_request', 'code_challenge_method is not supported, must be S256')
  const decoded = decodeBase64(base64url(challenge), 'base64url')
  return { challenge: decoded?.toString('base64url') ?? challenge }
}

/** Undefined if the client proves with PKCE that it requested the code, or need not prove it. */
export function proofFault(
  parameters: Parameters,
  { challenge }: Code,
  config: Config,
  client: Oauth2Credential,
): Fault | undefined {
  if (challenge === undefined && !needsProof(config, client)) return undefined
  const verifier = parameters['code_verifier']
  const refuse = (said: string) => fault('invalid_request', `code_verifier ${said}`)
  if (verifier === undefined) return refuse('is required for PKCE authorization requests')
  if (typeof verifier !== 'string') return refuse('is not a string')
  if (verifier.length < 43 || verifier.length > 128) return refuse('must be between 43 and 128 characters')
  const made = createHash('sha256').update(verifier).digest('base64url')
  return made === challenge ? undefined : fault('invalid_grant', 'Invalid code')
}
