/**
 * How the configuration of plugins changed between versions of Kong, as data (the lists of decK 1.65's `file
 * convert`). A field is named by its path in `config`; `plugins` are those that have it, absent for all.
 */

/** The change of one field. */
export type FieldChange =
  | { readonly rename: string; readonly to: string }
  | { readonly remove: string }
  /** One value became a list. */
  | { readonly list: string }
  /** The default became true: what was false by default is said from now on. */
  | { readonly keepFalse: string }

export interface PluginChange {
  readonly plugins?: readonly string[]
  readonly changes: readonly FieldChange[]
}

export const since34: readonly PluginChange[] = [
  {
    changes: [
      { rename: 'blacklist', to: 'deny' },
      { rename: 'whitelist', to: 'allow' },
    ],
  },
  { plugins: ['aws-lambda'], changes: [{ remove: 'proxy_scheme' }] },
  { plugins: ['pre-function', 'post-function'], changes: [{ rename: 'functions', to: 'access' }] },
]

const withRedisNodes = [
  'rate-limiting-advanced',
  'ai-rate-limiting-advanced',
  'graphql-proxy-cache-advanced',
  'graphql-rate-limiting-advanced',
  'proxy-cache-advanced',
]

const withModel = [
  'ai-proxy',
  'ai-proxy-advanced',
  'ai-rag-injector',
  'ai-request-transformer',
  'ai-response-transformer',
  'ai-semantic-cache',
  'ai-semantic-prompt-guard',
]

export const since310: readonly PluginChange[] = [
  {
    plugins: withRedisNodes,
    changes: [
      { rename: 'redis.cluster_addresses', to: 'redis.cluster_nodes' },
      { rename: 'redis.sentinel_addresses', to: 'redis.sentinel_nodes' },
    ],
  },
  {
    plugins: ['ai-rate-limiting-advanced'],
    changes: [{ list: 'llm_providers.window_size' }, { list: 'llm_providers.limit' }],
  },
  {
    plugins: withModel,
    changes: [{ rename: 'model.options.upstream_path', to: 'model.options.upstream_url' }],
  },
]

const keepFalse = (...paths: string[]): FieldChange[] => paths.map(path => ({ keepFalse: path }))
const registry = 'schema_registry.confluent.authentication.oauth2_client.ssl_verify'

/** Fields, by path, that verify certificates by default from 3.14 on. */
const verifying: readonly (readonly [plugins: string, ...paths: string[]])[] = [
  ['ace', 'rate_limiting.redis.ssl_verify'],
  ['acme', 'storage_config.redis.ssl_verify'],
  [
    'ai-aws-guardrail ai-azure-content-safety aws-lambda header-cert-auth http-log mtls-auth tcp-log',
    'ssl_verify',
  ],
  [
    'ai-proxy-advanced ai-rag-injector ai-semantic-cache',
    'vectordb.pgvector.ssl_verify',
    'vectordb.redis.ssl_verify',
  ],
  [
    'ai-semantic-prompt-guard ai-semantic-response-guard',
    'vectordb.pgvector.ssl_verify',
    'vectordb.redis.ssl_verify',
  ],
  [
    'ai-rate-limiting-advanced graphql-proxy-cache-advanced graphql-rate-limiting-advanced',
    'redis.ssl_verify',
  ],
  ['proxy-cache-advanced rate-limiting rate-limiting-advanced response-ratelimiting', 'redis.ssl_verify'],
  ['saml service-protection', 'redis.ssl_verify'],
  ['azure-functions forward-proxy', 'https_verify'],
  ['basic-auth', 'brute_force_protection.redis.ssl_verify'],
  ['confluent confluent-consume kafka-log kafka-upstream', 'security.ssl_verify', registry],
  ['kafka-consume', 'security.ssl_verify', registry, `topics.${registry}`],
  ['datakit', 'nodes[].ssl_verify', 'resources.cache.redis.ssl_verify'],
  ['jwt-signer', 'access_token_endpoints_ssl_verify', 'channel_token_endpoints_ssl_verify'],
  ['ldap-auth ldap-auth-advanced', 'verify_ldap_host'],
  [
    'openid-connect',
    'ssl_verify',
    'cluster_cache_redis.ssl_verify',
    'redis.ssl_verify',
    'session_memcached_ssl_verify',
  ],
  ['redis-partials', 'ssl_verify'],
  ['request-callout', 'cache.redis.ssl_verify', 'callouts.request.http_opts.ssl_verify'],
  ['solace-consume solace-log solace-upstream', 'session.ssl_validate_certificate'],
  ['upstream-oauth', 'client.ssl_verify', 'cache.redis.ssl_verify'],
]

const hidingCredentials = [
  'key-auth',
  'key-auth-enc',
  'basic-auth',
  'hmac-auth',
  'ldap-auth',
  'oauth2',
  'oauth2-introspection',
  'vault-auth',
  'ldap-auth-advanced',
]

export const since314: readonly PluginChange[] = [
  { plugins: hidingCredentials, changes: keepFalse('hide_credentials') },
  ...verifying.map(([plugins, ...paths]) => ({ plugins: plugins.split(' '), changes: keepFalse(...paths) })),
]
