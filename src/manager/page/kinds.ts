/**
 * How each kind is presented: its words, the columns of its list, which fields of its form come first and which belong together. What fields there are, and of
 * which types, the gateway's schemas say; a field that is not named here stands under "Advanced".
 */
import { credentials } from './credentials.ts'
import type { Kind, Tab } from './presentation.ts'

export type { Kind, Tab } from './presentation.ts'

const pluginsTab: Tab = { slug: 'plugins', title: 'Plugins', lists: [{ schema: 'plugins', path: 'plugins' }] }

const tab = (title: string, schema: string, path = schema): Tab => ({
  slug: path,
  title,
  lists: [{ schema, path }],
})

const stream = { field: 'protocols', in: ['tcp', 'tls', 'udp', 'tls_passthrough'] }
const encrypted = { field: 'protocol', in: ['https', 'tls'] }
const web = { field: 'protocols', in: ['http', 'https', 'grpc', 'grpcs'] }

export const kinds: readonly Kind[] = [
  {
    schema: 'services',
    path: 'services',
    one: 'Service',
    many: 'Services',
    key: 'name',
    columns: ['name', 'protocol', 'host', 'port', 'path', 'enabled', 'tags'],
    first: ['name', 'protocol', 'host', 'port', 'path', 'enabled', 'tags'],
    groups: [
      {
        title: 'Time-outs and retries',
        fields: ['connect_timeout', 'write_timeout', 'read_timeout', 'retries'],
      },
      {
        title: 'TLS to the upstream',
        fields: ['client_certificate', 'tls_verify', 'tls_verify_depth', 'ca_certificates'],
      },
    ],
    tabs: [tab('Routes', 'routes'), pluginsTab],
    when: {
      client_certificate: encrypted,
      tls_verify: encrypted,
      tls_verify_depth: encrypted,
      ca_certificates: encrypted,
    },
    references: { ca_certificates: 'ca_certificates' },
    units: { connect_timeout: 'ms', write_timeout: 'ms', read_timeout: 'ms' },
    help: {
      host: 'A host name or address, or the name of an upstream, which spreads the traffic over its targets.',
    },
    about: 'A service is an API behind the gateway: where its traffic goes.',
  },
  {
    schema: 'routes',
    path: 'routes',
    one: 'Route',
    many: 'Routes',
    key: 'name',
    columns: ['name', 'methods', 'hosts', 'paths', 'service', 'tags'],
    first: [
      'name',
      'service',
      'protocols',
      'paths',
      'methods',
      'hosts',
      'strip_path',
      'preserve_host',
      'tags',
    ],
    groups: [
      {
        title: 'More to match on',
        fields: ['headers', 'snis', 'sources', 'destinations', 'regex_priority', 'expression', 'priority'],
      },
    ],
    tabs: [pluginsTab, { slug: 'try', title: 'Try it', lists: [] }],
    when: {
      sources: stream,
      destinations: stream,
      paths: web,
      methods: web,
      hosts: web,
      headers: web,
      strip_path: web,
      preserve_host: web,
    },
    about: 'A route says which requests go to a service: by path, host, method or header.',
  },
  {
    schema: 'consumers',
    path: 'consumers',
    one: 'Consumer',
    many: 'Consumers',
    key: 'username',
    columns: ['username', 'custom_id', 'tags'],
    first: ['username', 'custom_id', 'tags'],
    tabs: [
      {
        slug: 'credentials',
        title: 'Credentials',
        lists: [
          { schema: 'keyauth_credentials', path: 'key-auth' },
          { schema: 'basicauth_credentials', path: 'basic-auth' },
          { schema: 'hmacauth_credentials', path: 'hmac-auth' },
          { schema: 'jwt_secrets', path: 'jwt' },
          { schema: 'oauth2_credentials', path: 'oauth2' },
          { schema: 'acls', path: 'acls' },
        ],
      },
      pluginsTab,
    ],
    about: 'A consumer is who calls: a person, a program, a partner.',
  },
  {
    schema: 'plugins',
    path: 'plugins',
    one: 'Plugin',
    many: 'Plugins',
    key: 'name',
    columns: ['name', 'service', 'route', 'consumer', 'enabled', 'tags'],
    first: ['enabled', 'service', 'route', 'consumer', 'config', 'tags'],
    config: { by: 'name', from: 'plugins' },
    references: { 'config.anonymous': 'consumers' },
    long: [
      // Lua code of pre-function and post-function, by phase.
      ...['functions', 'certificate', 'rewrite', 'access', 'header_filter', 'body_filter', 'log'],
      ...['body', 'prompt', 'prompts.prepend.content', 'prompts.append.content', 'templates.template'],
      ...['custom_fields_by_lua', 'auth.gcp_service_account_json', 'llm.auth.gcp_service_account_json'],
    ].map(name => `config.${name}`),
    help: {
      service: 'For this service alone. Left empty: for all.',
      route: 'For this route alone. Left empty: for all.',
      consumer: 'For this consumer alone. Left empty: for all.',
    },
    about: 'A plugin does something on the way: it limits, caches, authenticates, logs.',
  },
  {
    schema: 'upstreams',
    path: 'upstreams',
    one: 'Upstream',
    many: 'Upstreams',
    key: 'name',
    columns: ['name', 'algorithm', 'tags'],
    first: ['name', 'algorithm', 'host_header', 'tags'],
    groups: [
      {
        title: 'Hashing',
        fields: [
          ...[
            'hash_on',
            'hash_on_header',
            'hash_on_cookie',
            'hash_on_cookie_path',
            'hash_on_query_arg',
            'hash_on_uri_capture',
          ],
          ...[
            'hash_fallback',
            'hash_fallback_header',
            'hash_fallback_query_arg',
            'hash_fallback_uri_capture',
          ],
        ],
      },
      { title: 'Health checks', fields: ['healthchecks'] },
    ],
    tabs: [{ ...tab('Targets', 'targets'), isBelowConfiguration: true }],
    when: {
      hash_on_header: { field: 'hash_on', in: ['header'] },
      hash_on_cookie: { field: 'hash_on', in: ['cookie'] },
      hash_on_cookie_path: { field: 'hash_on', in: ['cookie'] },
      hash_on_query_arg: { field: 'hash_on', in: ['query_arg'] },
      hash_on_uri_capture: { field: 'hash_on', in: ['uri_capture'] },
      hash_fallback: {
        field: 'hash_on',
        in: ['consumer', 'ip', 'header', 'path', 'query_arg', 'uri_capture'],
      },
      hash_fallback_header: { field: 'hash_fallback', in: ['header'] },
      hash_fallback_query_arg: { field: 'hash_fallback', in: ['query_arg'] },
      hash_fallback_uri_capture: { field: 'hash_fallback', in: ['uri_capture'] },
    },
    units: { interval: 's', timeout: 's' },
    about:
      'An upstream spreads the traffic of a service over several targets, and knows which of them are healthy.',
  },
  {
    schema: 'targets',
    path: 'targets',
    one: 'Target',
    many: 'Targets',
    key: 'target',
    columns: ['target', 'weight', 'tags'],
    first: ['target', 'weight', 'tags'],
    home: 'below',
    help: {
      target: 'A host name or address, alone or as host:port.',
      weight: 'Its share of the traffic, compared with the other targets. 0: none.',
    },
    about: 'A target is one address behind the upstream.',
  },
  {
    schema: 'certificates',
    path: 'certificates',
    one: 'Certificate',
    many: 'Certificates',
    key: 'id',
    columns: ['id', 'snis', 'tags'],
    first: ['cert', 'key', 'snis', 'tags'],
    groups: [{ title: 'A second pair', fields: ['cert_alt', 'key_alt'] }],
    tabs: [tab('SNIs', 'snis')],
    alias: 'snis',
    certificate: 'cert',
    long: ['cert', 'key', 'cert_alt', 'key_alt'],
    about: 'A certificate is shown to clients that ask for one of its names.',
  },
  {
    schema: 'ca_certificates',
    path: 'ca_certificates',
    one: 'CA Certificate',
    many: 'CA Certificates',
    key: 'id',
    columns: ['id', 'cert_digest', 'tags'],
    first: ['cert', 'tags'],
    certificate: 'cert',
    long: ['cert'],
    about: 'A CA certificate is what other certificates are checked with.',
  },
  {
    schema: 'snis',
    path: 'snis',
    one: 'SNI',
    many: 'SNIs',
    key: 'name',
    columns: ['name', 'certificate', 'tags'],
    first: ['name', 'certificate', 'tags'],
    about: 'An SNI is a server name that a certificate is shown for.',
  },
  {
    schema: 'vaults',
    path: 'vaults',
    one: 'Vault',
    many: 'Vaults',
    key: 'prefix',
    columns: ['prefix', 'name', 'description', 'tags'],
    first: ['name', 'prefix', 'description', 'config', 'tags'],
    config: { by: 'name', from: 'vaults' },
    help: {
      name: 'The kind of vault, for example env.',
      prefix: 'The name to refer to it by: {vault://prefix/secret}.',
    },
    about: 'A vault keeps secrets outside of the configuration.',
  },
  {
    schema: 'keys',
    path: 'keys',
    one: 'Key',
    many: 'Keys',
    key: 'name',
    columns: ['name', 'kid', 'set', 'tags'],
    first: ['name', 'kid', 'set', 'jwk', 'pem', 'tags'],
    long: ['jwk', 'pem.private_key', 'pem.public_key'],
    about: 'A key is what plugins sign and check with.',
  },
  {
    schema: 'key_sets',
    path: 'key-sets',
    one: 'Key Set',
    many: 'Key Sets',
    key: 'name',
    columns: ['name', 'tags'],
    first: ['name', 'tags'],
    tabs: [tab('Keys', 'keys')],
    about: 'A key set holds keys that belong together.',
  },
  ...credentials,
]

export const kindBySchema = (schema: string): Kind | undefined => kinds.find(kind => kind.schema === schema)
export const kindByPath = (path: string): Kind | undefined => kinds.find(kind => kind.path === path)

/** What the side bar offers: kinds with pages of their own. */
export const topKinds = kinds.filter(({ home }) => home === undefined)
