/**
 * The rules that Kong's plugins keep as Lua functions, each broken once: what is said, where, and in which
 * versions (the sentences are those of Kong 2.8.5's and 3.9.1's own schemas).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pluginSchema, pluginsAt } from '../../src/entities/plugin-registry.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { startBareGateway } from '../support/bare-gateway.ts'

type Case = readonly [plugin: string, config: object, fields: object]

const both: readonly Case[] = [
  [
    'request-termination',
    { message: 'a', body: 'b' },
    { config: 'message cannot be used with content_type or body' },
  ],
  ['request-termination', { content_type: 'text/plain' }, { config: 'content_type requires a body' }],
  [
    'request-termination',
    { echo: true, body: 'b' },
    { config: 'echo cannot be used with content_type and body' },
  ],
  [
    'oauth2',
    {},
    {
      config:
        'at least one of these fields must be true: enable_authorization_code, enable_implicit_grant, enable_client_credentials, enable_password_grant',
    },
  ],
  [
    'oauth2',
    { enable_password_grant: true, mandatory_scope: true },
    {
      config: {
        scopes: 'required field missing',
        '@entity': ["failed conditional validation given value of field 'mandatory_scope'"],
      },
    },
  ],
  [
    'rate-limiting',
    { minute: 5, second: 6 },
    { config: 'The limit for minute(5.0) cannot be lower than the limit for second(6.0)' },
  ],
  [
    'response-ratelimiting',
    { limits: { video: { minute: 5, second: 6 } } },
    { config: { limits: 'the limit for minute(5.0) cannot be lower than the limit for second(6.0)' } },
  ],
  [
    'response-ratelimiting',
    { limits: { video: {} } },
    {
      config: {
        limits: {
          '@entity': [
            "at least one of these fields must be non-empty: 'second', 'minute', 'hour', 'day', 'month', 'year'",
          ],
        },
      },
    },
  ],
  ['cors', { origins: ['*', '('] }, { config: { origins: [null, "'(' is not a valid regex"] } }],
  [
    'zipkin',
    {
      static_tags: [
        { name: 'a', value: '1' },
        { name: 'a', value: '2' },
      ],
    },
    { config: { static_tags: 'repeated tags are not allowed: a' } },
  ],
  [
    'request-transformer',
    { remove: { headers: ['a b'] } },
    { config: { remove: { headers: ["'a b' is not a valid header"] } } },
  ],
  [
    'request-transformer',
    { rename: { headers: ['a:b c'] } },
    { config: { rename: { headers: ["'b c' is not a valid header"] } } },
  ],
  [
    'request-transformer',
    { rename: { headers: ['a'] } },
    { config: { rename: { headers: ['invalid value: a'] } } },
  ],
  ['request-transformer', { add: { body: ['a'] } }, { config: { add: { body: ["key 'a' has no value"] } } }],
  [
    'request-transformer',
    { replace: { querystring: ['a:'] } },
    { config: { replace: { querystring: ["key 'a' has no value"] } } },
  ],
  [
    'response-transformer',
    { rename: { headers: ['a b:c'] } },
    { config: { rename: { headers: ["'a b' is not a valid header"] } } },
  ],
  ['aws-lambda', { proxy_url: 'https://proxy.example' }, { '@entity': ['proxy_url scheme must be http'] }],
  [
    'aws-lambda',
    { aws_key: 'k' },
    { '@entity': ["all or none of these fields must be set: 'config.aws_key', 'config.aws_secret'"] },
  ],
  [
    'proxy-cache',
    { strategy: 'memory', memory: { dictionary_name: 'nope' } },
    { '@entity': ["missing shared dict 'nope'"] },
  ],
  [
    'acme',
    { account_email: 'a@b.c', tos_accepted: true, storage_config: { shm: { shm_name: 'nope' } } },
    { config: { storage_config: { shm: { shm_name: 'failed validating: nope' } } } },
  ],
  [
    'acme',
    { account_email: 'a@b.c', tos_accepted: true, domains: ['a b'] },
    { config: { domains: ['invalid hostname: a b'] } },
  ],
  [
    'acme',
    { account_email: 'a@b.c', api_uri: 'https://acme-v02.api.letsencrypt.org' },
    {
      config: { tos_accepted: 'value must be true' },
      '@entity': ['terms of service must be accepted, see https://letsencrypt.org/repository/'],
    },
  ],
  ['http-log', { http_endpoint: '//c.example' }, { config: { http_endpoint: 'missing scheme in url' } }],
  ['http-log', { http_endpoint: 'c.example' }, { config: { http_endpoint: 'missing host in url' } }],
  [
    'post-function',
    { log: ['x('] },
    { config: { log: [`error parsing post-function: [string "x("]:1: unexpected symbol near '<eof>'`] } },
  ],
  [
    'file-log',
    { path: '/tmp/x', custom_fields_by_lua: { a: 'return (' } },
    {
      config: {
        custom_fields_by_lua: `Error parsing function: [string "return ("]:1: unexpected symbol near '<eof>'`,
      },
    },
  ],
  [
    'jwt',
    { maximum_expiration: 5, claims_to_verify: ['nbf'] },
    {
      config: { claims_to_verify: 'expected to contain: exp' },
      '@entity': ["failed conditional validation given value of field 'config.maximum_expiration'"],
    },
  ],
  [
    'ldap-auth',
    { ldap_host: 'a', base_dn: 'd', attribute: 'c', ldaps: true, start_tls: true },
    {
      config: {
        start_tls: 'value must be false',
        '@entity': ["'ldaps' and 'start_tls' cannot be enabled simultaneously"],
      },
    },
  ],
  [
    'datadog',
    { metrics: [{ name: 'latency', stat_type: 'counter' }] },
    {
      config: {
        metrics: [
          {
            sample_rate: 'required field missing',
            '@entity': ["failed conditional validation given value of field 'stat_type'"],
          },
        ],
      },
    },
  ],
]

const only28: readonly Case[] = [
  [
    'http-log',
    { http_endpoint: 'http://a:b@c.example', headers: { Authorization: ['x'] } },
    { config: "specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed" },
  ],
  ['rate-limiting', { minute: 5, redis_host: 'a b' }, { config: { redis_host: 'invalid value: a b' } }],
  [
    'pre-function',
    { functions: ['return 1'], access: ['return 2'] },
    { '@entity': ["these sets are mutually exclusive: ('config.functions'), ('config.access')"] },
  ],
  [
    'aws-lambda',
    { aws_region: 'r', host: 'h' },
    { '@entity': ["only one or none of these fields must be set: 'config.aws_region', 'config.host'"] },
  ],
  [
    'statsd',
    {
      metrics: [
        { name: 'unique_users', stat_type: 'gauge', sample_rate: 1, consumer_identifier: 'custom_id' },
      ],
    },
    {
      config: {
        metrics: [
          {
            stat_type: 'value must be set',
            '@entity': ["failed conditional validation given value of field 'name'"],
          },
        ],
      },
    },
  ],
]

const llm = { route_type: 'llm/v1/chat', model: { provider: 'openai' } }

const only39: readonly Case[] = [
  [
    'http-log',
    { http_endpoint: 'http://a:b@c.example', headers: { Authorization: 'x' } },
    { config: "specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed" },
  ],
  [
    'rate-limiting',
    { minute: 5, sync_rate: 1 },
    { config: 'sync_rate can only be used with the redis policy' },
  ],
  [
    'rate-limiting',
    { minute: 5, sync_rate: 0.01, policy: 'redis', redis: { host: 'a' } },
    { config: 'sync_rate must be greater than 0.02, or -1 to disable' },
  ],
  ['rate-limiting', { minute: 5, redis_host: 7 }, { redis_host: 'expected a string' }],
  [
    'acme',
    {
      account_email: 'a@b.c',
      tos_accepted: true,
      storage_config: { redis: { extra_options: { namespace: 'kong_acme:cert_key:x' } } },
    },
    {
      config: {
        storage_config: {
          redis: {
            extra_options: {
              namespace: "namespace can't be prefixed with reserved word: kong_acme:cert_key:",
            },
          },
        },
      },
    },
  ],
  ['opentelemetry', { endpoint: 'nope' }, { endpoint: 'missing host in url' }],
  ['session', { cookie_lifetime: 'long' }, { cookie_lifetime: 'expected a number' }],
  [
    'ai-proxy',
    { ...llm, model: { provider: 'llama2' } },
    {
      config: {
        '@entity': [
          "must set 'model.options.llama2_format' for llama2 provider",
          "must set 'model.options.upstream_url' for self-hosted providers/models",
        ],
      },
    },
  ],
  [
    'ai-proxy',
    {
      route_type: 'llm/v1/completions',
      model: { provider: 'anthropic', options: { anthropic_version: '1' } },
      logging: { log_statistics: true },
    },
    {
      config: { '@entity': ['anthropic does not support statistics when route_type is llm/v1/completions'] },
    },
  ],
  [
    'ai-proxy',
    { ...llm, auth: { header_name: 'a' } },
    {
      config: {
        '@entity': ["all or none of these fields must be set: 'auth.header_name', 'auth.header_value'"],
      },
    },
  ],
  [
    'ai-prompt-guard',
    { allow_patterns: ['a'], match_all_roles: true, allow_all_conversation_history: true },
    {
      config: { allow_all_conversation_history: 'value must be false' },
      '@entity': ["failed conditional validation given value of field 'config.match_all_roles'"],
    },
  ],
]

for (const [text, minor, major, cases] of [
  ['2.8.5', 8, 2, [...both, ...only28]],
  ['3.9.1', 9, 3, [...both, ...only39]],
] as const) {
  describe(`rules of plugins, Kong ${text}`, () => {
    let gateway: Gateway
    beforeAll(async () => {
      gateway = await startBareGateway({ version: { major, minor, text } }, { pluginSchema, pluginsAt })
    })
    afterAll(() => gateway.close())

    it.each(cases)('%s %j', async (name, config, fields) => {
      const { status, json } = await ask(gateway.admin, 'POST', '/plugins', { name, config })
      expect(json['fields']).toEqual(fields)
      expect({ status, name: json['name'], code: json['code'] }).toEqual({
        status: 400,
        name: 'schema violation',
        code: 2,
      })
    })
  })
}

describe('names that plugins had before', () => {
  it('of 2.8 and 3.9 stand for the new ones', async () => {
    const parts = { pluginSchema, pluginsAt }
    const old = await startBareGateway({ version: { major: 2, minor: 8, text: '2.8.5' } }, parts)
    const now = await startBareGateway({ version: { major: 3, minor: 9, text: '3.9.1' } }, parts)
    const configOf = async (gateway: Gateway, name: string, config: object) =>
      (await ask(gateway.admin, 'POST', '/plugins', { name, config })).json['config']
    try {
      expect(await configOf(old, 'acl', { whitelist: ['a'] })).toMatchObject({ allow: ['a'], deny: null })
      expect(
        await configOf(now, 'session', { cookie_lifetime: 10, cookie_samesite: 'off', cookie_renew: 3 }),
      ).toMatchObject({ rolling_timeout: 10, cookie_same_site: 'Lax' })
      expect(await configOf(now, 'opentelemetry', { endpoint: 'http://a.example' })).toMatchObject({
        traces_endpoint: 'http://a.example',
      })
    } finally {
      await Promise.all([old.close(), now.close()])
    }
  })
})

describe('a change to a plugin', () => {
  it('also words nested rules for a change', async () => {
    const gateway = await startBareGateway(
      { version: { major: 3, minor: 9, text: '3.9.1' } },
      { pluginSchema, pluginsAt },
    )
    try {
      const config = { traces_endpoint: 'http://a.example' }
      const { json } = await ask(gateway.admin, 'POST', '/plugins', { name: 'opentelemetry', config })
      const changed = await ask(gateway.admin, 'PATCH', `/plugins/${json['id']}`, {
        config: { traces_endpoint: null },
      })
      expect(changed.json['fields']).toEqual({
        config: {
          '@entity': [
            "when updating, at least one of these fields must be non-empty: 'traces_endpoint', 'logs_endpoint'",
          ],
        },
      })
    } finally {
      await gateway.close()
    }
  })
})
