/**
 * Access to an MCP server: by an authentication plugin, or by ai-mcp-oauth2, which also serves the metadata
 * of a protected resource (RFC 9728).
 */
import type { Values } from '../../entities/language/values.ts'
import type { IdentityProvider, McpServer } from './document.ts'
import { type Notes, quoted, refuse } from './notes.ts'
import { proxyFields } from './oidc-proxy.ts'
import { configOf, type Named, type Plugin } from './plugins.ts'
import { given } from './settings.ts'

type Metadata = NonNullable<NonNullable<McpServer['access']>['metadata']>

const listeners = ['listener', 'conversion-listener', 'passthrough-listener']

/** @returns the plugins, and the path of the metadata, which the route serves too */
export function accessPlugins(
  server: McpServer,
  named: Named,
): { plugins: Plugin[]; path?: string | undefined } {
  const { identity_providers: references = [], metadata } = server.access ?? {}
  const which = `MCP server ${quoted(server.name)}`
  if (references.length === 0 && metadata === undefined) return { plugins: [] }
  if (!listeners.includes(server.type ?? '')) {
    refuse(
      `${which} has type ${quoted(server.type)}; access.identity_providers/metadata are only supported for listener, conversion-listener, and passthrough-listener`,
    )
  }
  const provider = firstKnown(references, which, named)
  if (metadata === undefined) {
    if (provider === undefined) return { plugins: [] }
    return { plugins: [{ name: provider.type ?? '', ...configOf(provider.config) }] }
  }
  if (provider?.type === 'key-auth') {
    refuse(
      `${which} references key-auth identity provider ${quoted(provider.name)} with access.metadata; OAuth Protected Resource Metadata is not supported for key-auth`,
    )
  }
  const config = oauth2Config(which, provider, metadata, named.notes)
  return { plugins: [{ name: 'ai-mcp-oauth2', config }], path: metadata.endpoint }
}

function firstKnown(
  references: readonly string[],
  which: string,
  { identityProviders, notes }: Named,
): IdentityProvider | undefined {
  for (const name of references) {
    const provider = identityProviders.get(name)
    if (provider !== undefined) return provider
    notes.push(`${which} references unknown identity provider ${quoted(name)}`)
  }
  return undefined
}

/** The metadata, and what it leaves out from the provider. */
function oauth2Config(
  which: string,
  provider: IdentityProvider | undefined,
  metadata: Metadata,
  notes: Notes,
): Values {
  const oidc = provider?.config ?? {}
  const issuer = firstText(oidc['issuer'])
  const { authorization_servers: servers = [], scopes_supported: scopes = [] } = metadata
  const authorization_servers = servers.length > 0 || issuer === undefined ? servers : [issuer]
  const scopes_supported = scopes.length > 0 ? scopes : textsIn(oidc['scopes'])
  if (metadata.resource === undefined)
    notes.push(`${which} access.metadata has no resource; ai-mcp-oauth2 requires one`)
  if (authorization_servers.length === 0) {
    notes.push(
      `${which} access.metadata has no authorization_servers and no issuer to fall back to; ai-mcp-oauth2 requires authorization_servers`,
    )
  }
  return given({
    resource: metadata.resource,
    authorization_servers: orAbsent(authorization_servers),
    scopes_supported: orAbsent(scopes_supported),
    metadata_endpoint: metadata.endpoint,
    metadata_discovery_endpoint: metadata.discovery_endpoint,
    ...providerFields(oidc),
    proxy_config: proxyFields(oidc, which),
    passthrough_credentials: oidc['hide_credentials'] === false ? true : undefined,
    insecure_relaxed_audience_validation: textsIn(oidc['audience_required']).length === 0,
  })
}

const orAbsent = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined)

/** Fields of openid-connect that ai-mcp-oauth2 has under the same names. */
const same = [
  ...['introspection_endpoint', 'mtls_introspection_endpoint', 'cache_introspection', 'jwks_endpoint'],
  ...['ssl_verify', 'consumer_by', 'consumer_optional', 'consumer_groups_claim', 'consumer_groups_optional'],
  ...['credential_claim', 'keepalive', 'timeout', 'http_version', 'upstream_headers'],
]

/** Fields that are a list there and one text here: the first counts. */
const firsts = ['client_id', 'client_secret', 'client_alg', 'client_auth']

function providerFields(oidc: Values): Values {
  const [claim] = Array.isArray(oidc['consumer_claims']) ? oidc['consumer_claims'] : []
  return {
    ...Object.fromEntries(same.filter(name => name in oidc).map(name => [name, oidc[name]])),
    ...('leeway' in oidc && { jwt_claims_leeway: oidc['leeway'] }),
    ...Object.fromEntries(firsts.map(name => [name, firstText(oidc[name])])),
    consumer_claim: Array.isArray(claim) && claim.length > 0 ? claim : undefined,
  }
}

function firstText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' && first !== '' ? first : undefined
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
