/** Every plugin that Kong bundles, in both versions: synced, then dumped in every form, and no diff of any of these finds a difference. */
import { describe, expect, it } from 'vitest'
import type { Field } from '../../src/entities/define.ts'
import { parseVersion } from '../../src/entities/versions.ts'
import { pluginSchema, pluginsAt } from '../../src/gateway/plugins/registry.ts'
import { sampleValue } from '../support/sample-entity.ts'
import { deck, newFile, serve } from './binary.ts'

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

describe.each(['2.8', '3.9'])('the plugins of Kong %s', version => {
  const parsed = parseVersion(version)
  const names = parsed === undefined ? [] : pluginsAt(parsed).map(({ name }) => name)
  const configOf = (name: string): Record<string, unknown> => {
    const fields = parsed && pluginSchema(name, parsed)?.fields['config']?.fields
    return { ...least(fields ?? {}, 'sample'), ...demanded[name] }
  }

  it('are quiet', async () => {
    const gateway = await serve(['--kong-version', version])
    try {
      const run = (...argv: string[]) => deck(['gateway', ...argv, '--kong-addr', gateway.admin])
      const all = names.map(name => ({ name, config: configOf(name) }))
      const isGlobal = ({ name }: { name: string }) =>
        parsed !== undefined && pluginSchema(name, parsed)?.fields['service'] !== undefined
      const plugins = all.filter(one => !isGlobal(one))
      const text = JSON.stringify({
        _format_version: '3.0',
        services: [{ name: 's', host: 'h', plugins }],
        plugins: all.filter(isGlobal),
      })
      const file = newFile('plugins.json', text)
      const synced = await run('sync', file)
      expect(synced.stderr).toBe('')
      expect(synced.stdout).toContain(`Created: ${names.length + 1}`)
      const quiet = 'Summary:\n  Created: 0\n  Updated: 0\n  Deleted: 0\n'
      expect((await run('diff', file)).stdout).toBe(quiet)
      for (const form of [[], ['--with-id'], ['--skip-defaults'], ['--format', 'json']]) {
        const dumped = await run('dump', ...form)
        expect(dumped.code).toBe(0)
        const again = await run('diff', newFile('dump.yaml', dumped.stdout))
        expect({ form, stdout: again.stdout, stderr: again.stderr }).toEqual({
          form,
          stdout: quiet,
          stderr: '',
        })
      }
    } finally {
      await gateway.stop()
    }
  })
})
