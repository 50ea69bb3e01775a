/**
 * Names of the plugins that Kong Enterprise bundles and Kong OSS does not (source: Kong's documentation of
 * 3.9 to 3.12). Such a name is no typing error, and a file with one is for Kong Enterprise.
 */
const names = `
ace ai-aws-guardrails ai-azure-content-safety ai-gcp-model-armor ai-llm-as-judge ai-mcp-oauth2 ai-mcp-proxy
ai-prompt-compressor ai-proxy-advanced ai-rag-injector ai-rate-limiting-advanced ai-sanitizer
ai-semantic-cache ai-semantic-prompt-guard ai-semantic-response-guard app-dynamics application-registration
canary confluent confluent-consume datakit degraphql exit-transformer forward-proxy
graphql-proxy-cache-advanced graphql-rate-limiting-advanced header-cert-auth injection-protection jq
json-threat-protection jwe-decrypt jwt-signer kafka-consume kafka-log kafka-upstream key-auth-enc
konnect-application-auth ldap-auth-advanced metering-and-billing mocking mtls-auth oas-validation
oauth2-introspection opa openid-connect proxy-cache-advanced rate-limiting-advanced request-callout
request-transformer-advanced request-validator response-transformer-advanced route-by-header
route-transformer-advanced saml service-protection solace-consume solace-log solace-upstream statsd-advanced
tls-handshake-modifier tls-metadata-headers upstream-oauth upstream-timeout vault-auth
websocket-size-limit websocket-validator xml-threat-protection
`

const all: ReadonlySet<string> = new Set(names.trim().split(/\s+/))

export const isEnterprisePlugin = (name: string): boolean => all.has(name)
