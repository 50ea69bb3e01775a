/** The least configuration that each bundled plugin accepts. */
import type { Field } from '../../src/entities/language/define.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { pluginSchema } from '../../src/entities/plugin-registry.ts'
import { sampleValue } from './sample-entity.ts'

/** What rules across fields demand, which no field says by itself. */
const demanded: Readonly<Record<string, Record<string, unknown>>> = {
  acl: { allow: ['group'] },
  acme: { account_email: 'a@example.com' },
  'ai-prompt-decorator': { prompts: { prepend: [{ role: 'system', content: 'short' }] } },
  'ai-prompt-template': { templates: [{ name: 't', template: '{}' }] },
  'ai-prompt-guard': { allow_patterns: ['.*'] },
  'ai-proxy': {
    route_type: 'llm/v1/chat',
    auth: { header_name: 'x', header_value: 'y' },
    model: { provider: 'openai', name: 'm' },
  },
  'aws-lambda': { function_name: 'f', aws_region: 'eu-west-1' },
  'file-log': { path: '/tmp/log' },
  'http-log': { http_endpoint: 'http://log.example/' },
  'ip-restriction': { allow: ['10.0.0.0/8'] },
  opentelemetry: { traces_endpoint: 'http://otel.example/' },
  'post-function': { access: ['return'] },
  'pre-function': { access: ['return'] },
  'rate-limiting': { minute: 5 },
  redirect: { location: 'http://there.example/' },
  'response-ratelimiting': { limits: { video: { minute: 5 } } },
  oauth2: { scopes: ['a'], enable_client_credentials: true },
  'proxy-cache': { strategy: 'memory' },
  zipkin: { http_endpoint: 'http://zipkin.example/' },
}

/** The fields that must be given, at any depth. */
function least(fields: Readonly<Record<string, Field>>, seed: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      if (field.required !== true || field.default !== undefined || field.auto === true) return []
      if (field.type !== 'record') return [[name, sampleValue(field, seed)]]
      const inside = least(field.fields ?? {}, seed)
      return Object.keys(inside).length === 0 ? [] : [[name, inside]]
    }),
  )
}

/** @param version `3.9` */
export function leastConfig(name: string, version: string): Record<string, unknown> {
  const parsed = parseVersion(version)
  const fields = parsed && pluginSchema(name, parsed)?.fields['config']?.fields
  return { ...least(fields ?? {}, 'sample'), ...demanded[name] }
}
