/** An AI Gateway document, read by its shape. */
import { isRecord, type Values } from '../../entities/language/values.ts'
import * as shapes from './document-shape.ts'
import { type Decoded, decode, type Mismatch, type Reading, type TextAsTime } from './shape.ts'

export type AiDocument = NonNullable<Decoded<typeof shapes.document>>
type Item<Key extends keyof AiDocument> = NonNullable<AiDocument[Key]>[number]
export type Model = Item<'models'>
export type Target = NonNullable<Model['targets']>[number]
export type Provider = Item<'model_providers'>
export type McpServer = Item<'mcp_servers'>
export type Agent = Item<'agents'>
export type Policy = Item<'policies'>
export type IdentityProvider = Item<'identity_providers'>
export type Acls = Decoded<typeof shapes.acls>
export type Logging = Decoded<typeof shapes.logging>
export type OutboundProxy = Decoded<typeof shapes.proxy>
export type RouteSettings = Decoded<{ readonly record: typeof shapes.route }>
export type ModelRoute = NonNullable<NonNullable<Model['config']>['route']>

/** @returns what the document says, what in it has another type than its field, and texts that became times */
export function readAiDocument(
  content: Values,
  plainTextAt?: Reading['plainTextAt'],
): { document: AiDocument; mismatches: readonly Mismatch[]; times: readonly TextAsTime[] } {
  const reading = { mismatches: [], times: [], plainTextAt }
  const read = decode(content, shapes.document, reading) ?? {}
  const written = content['model_providers']
  const providers = (read.model_providers ?? []).map((one, index) =>
    withFlatAuth(one, Array.isArray(written) ? written[index] : undefined, path =>
      plainTextAt?.(['model_providers', index, 'config', ...path]),
    ),
  )
  return { document: { ...read, model_providers: providers }, ...reading }
}

/** Fields by which authentication is seen to be there. */
const authenticating = [
  ...['type', 'headers', 'params', 'access_key_id'],
  ...['service_account_json', 'client_id', 'use_managed_identity', 'use_gcp_service_account'],
]

/** The authentication may be in `config` itself, without `auth` around it. */
function withFlatAuth(
  provider: Provider,
  written: unknown,
  plainTextAt: NonNullable<Reading['plainTextAt']>,
): Provider {
  const config = isRecord(written) ? written['config'] : undefined
  const auth: Values = provider.config?.auth ?? {}
  const isGiven = authenticating.some(name => {
    const value = auth[name]
    return Array.isArray(value) ? value.length > 0 : value !== undefined
  })
  if (isGiven || !isRecord(config)) return provider
  const mismatches: Mismatch[] = []
  const flat = decode(config, shapes.providerAuth, { mismatches, plainTextAt })
  return mismatches.length > 0 || flat === undefined
    ? provider
    : { ...provider, config: { ...provider.config, auth: flat } }
}
