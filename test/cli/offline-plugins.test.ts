/**
 * `file validate` knows the plugins that Kong bundles: their names, their configuration, where they may
 * stand. Nothing is running.
 */
import { describe, expect, it } from 'vitest'
import { deck, newFile } from '../support/binary.ts'

async function validate(text: string, flags: readonly string[] = []) {
  const file = newFile('kong.yaml', text)
  const { code, stderr } = await deck(['file', 'validate', ...flags, file])
  return { code, stderr: stderr.replaceAll(file, 'kong.yaml') }
}

const plugins = (text: string, version = '3.0') => `_format_version: "${version}"\nplugins:\n${text}`

describe("a plugin of one's own", () => {
  const text = plugins('- name: my-plugin\n  config: {limit: many}\n')
  // As Kong answers at /schemas/plugins/my-plugin.
  const schema = newFile(
    'schema.json',
    JSON.stringify({
      fields: [
        { protocols: { type: 'set', elements: { type: 'string' } } },
        {
          config: {
            type: 'record',
            required: true,
            fields: [{ limit: { type: 'integer', between: [1, 9] } }],
          },
        },
      ],
    }),
  )

  it('is a warning, unless the file or a flag names it', async () => {
    expect(await validate(text)).toMatchObject({ code: 0, stderr: expect.stringContaining('"my-plugin"') })
    expect(await validate(text, ['--custom-plugin', 'my-plugin'])).toEqual({ code: 0, stderr: '' })
    const named = `${text}_info:\n  custom_plugins: [my-plugin]\n`
    expect(await validate(named, ['-E', 'unknown-plugin'])).toEqual({ code: 0, stderr: '' })
    const other = await validate(named.replace('name: my-plugin', 'name: my-plugins'))
    expect(other.stderr).toContain('did you mean "my-plugin"?')
  })

  it('is checked by its schema', async () => {
    const { code, stderr } = await validate(text, ['--custom-plugin', `my-plugin=${schema}`])
    expect(code).toBe(1)
    expect(stderr).toContain('kong.yaml:4:19: error')
    expect(stderr).toContain('config.limit: expected an integer')
    const good = text.replace('many', '5')
    expect(await validate(good, ['--custom-plugin', `my-plugin=${schema}`])).toEqual({ code: 0, stderr: '' })
  })

  it.each([
    ['nowhere.json', /nowhere\.json: no such file/],
    [newFile('bad.json', '{'), /bad\.json: it is not JSON/],
    [newFile('other.json', '{}'), /other\.json is not the schema of a plugin/],
  ])('says what is wrong with the schema in %s', async (file, message) => {
    const { code, stderr } = await validate(text, ['--custom-plugin', `my-plugin=${file}`])
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr).toContain('curl ADMIN-API/schemas/plugins/my-plugin')
  })
})

describe('an old name of a field', () => {
  const limits = (config: string, shared = '') =>
    plugins(`- name: rate-limiting\n  config: {minute: 5, policy: redis, ${config}}\n${shared}`)

  it('is a warning at its line, with the new name', async () => {
    const { code, stderr } = await validate(limits('redis_host: a.example'))
    expect(code).toBe(0)
    expect(stderr).toContain(
      'kong.yaml:4:38: warning: config.redis_host is deprecated (plugin "rate-limiting")',
    )
    expect(stderr).toContain('hint: use config.redis.host instead')
    expect((await validate(limits('redis_host: a.example'), ['-E', 'deprecated-field'])).code).toBe(1)
  })

  it.each([
    ['beside the new name with the same value', 'redis_host: a.example, redis: {host: a.example}'],
    ['without a value', 'redis: {host: a.example}, redis_password: null'],
  ])('is no warning %s', async (_, config) => {
    expect(await validate(limits(config))).toEqual({ code: 0, stderr: '' })
  })

  it('is no warning for Kong 2.8, which has no other name', async () => {
    const file = plugins('- name: http-log\n  config: {http_endpoint: "http://a.example", queue_size: 5}\n')
    expect(await validate(file.replace('"3.0"', '"1.1"'), ['--kong-version', '2.8'])).toEqual({
      code: 0,
      stderr: '',
    })
    expect((await validate(file)).stderr).toContain('hint: use config.queue.max_batch_size instead')
  })

  it('is reported once where plugins share it, and never with a secret', async () => {
    const { code, stderr } = await validate(
      `_format_version: "3.0"
_plugin_configs:
  shared:
    storage: redis
    account_email: a@b.example
    tos_accepted: true
    storage_config: {redis: {host: a.example, auth: letmein}}
  limits: {minute: 5, policy: redis, redis_host: a.example}
services:
- {name: a, host: a.example, plugins: [{name: rate-limiting, _config: limits}]}
- {name: b, host: b.example, plugins: [{name: rate-limiting, _config: limits}]}
plugins:
- {name: acme, _config: shared}
`,
    )
    expect(code).toBe(0)
    expect(stderr.match(/warning: /g)).toHaveLength(2)
    expect(stderr).toContain('kong.yaml:7:47: warning: config.storage_config.redis.auth is deprecated')
    expect(stderr).not.toContain('letmein')
  })

  it.each([
    ['ip-restriction', 'whitelist', '["10.0.0.1"]', 'allow'],
    ['acl', 'blacklist', '[a]', 'deny'],
    ['pre-function', 'functions', '["return 1"]', 'access'],
  ])('of %s that Kong 3 does not have is an error with the new name', async (plugin, old, value, now) => {
    const text = plugins(`- name: ${plugin}\n  config: {${old}: ${value}}\n`)
    const { code, stderr } = await validate(text)
    expect(code).toBe(1)
    expect(stderr).toContain(`kong.yaml:4:12: error: unknown field "config.${old}"`)
    expect(stderr).toContain(`hint: renamed to config.${now}`)
  })
})

describe('a plugin in a file', () => {
  it.each([
    [
      'a text where a list belongs, at its line',
      '- name: key-auth\n  config:\n    key_names: apikey\n',
      'kong.yaml:5:16',
      'config.key_names: expected an array',
    ],
    [
      'an unknown field, with the one that may be meant',
      '- name: rate-limiting\n  config: {minut: 5}\n',
      'kong.yaml:4:12',
      'did you mean "minute"?',
    ],
    [
      'a configuration that is missing',
      '- name: tcp-log\n',
      'kong.yaml:3:3',
      'config.host: required field missing',
    ],
    [
      'a rule across fields',
      '- name: acl\n  config: {allow: [a], deny: [b]}\n',
      'kong.yaml:4:30',
      "exactly one of these fields must be non-empty: 'config.allow', 'config.deny'",
    ],
    [
      'a place where it may not stand',
      '- name: key-auth\n  consumer: c\n',
      'kong.yaml:4:13',
      'consumer: value must be null',
    ],
    [
      'an old name of a field, at its line',
      '- name: rate-limiting\n  config:\n    minute: 5\n    redis:\n      port: 1\n    redis_host: ""\n',
      'kong.yaml:8:17',
      'config.redis_host: length must be at least 1',
    ],
    [
      'what it names in no quotes',
      '- name: aws-lambda\n  config:\n    function_name: f\n    aws_region: r\n    proxy_url: ftp://a\n',
      'kong.yaml:7:16',
      'proxy_url scheme must be http',
    ],
  ])('is refused for %s', async (_, text, place, message) => {
    const { code, stderr } = await validate(`${plugins(text)}consumers: [{username: c}]\n`)
    expect(stderr).toContain(place)
    expect(stderr).toContain(message)
    expect(code).toBe(1)
  })

  it('and a route whose regular expression cannot be read are pointed at', async () => {
    const { stderr, code } = await validate(
      `_format_version: "3.0"\nroutes:\n- name: r\n  paths:\n  - /a\n  - ~/(?=x)\n  headers:\n    a: [b]\n`,
    )
    expect(stderr).toContain('kong.yaml:6:5: error: Router Expression failed validation')
    expect(code).toBe(1)
  })

  it.each([
    ['a boolean in quotes', 'hide_client_headers: "true"', 'write it without quotes'],
    ['a value in the wrong case', 'policy: Local', 'did you mean "local"?'],
  ])('has a hint for %s', async (_, field, hint) => {
    const { stderr } = await validate(plugins(`- name: rate-limiting\n  config: {minute: 5, ${field}}\n`))
    expect(stderr).toContain(`hint: ${hint}`)
  })

  it('with null where that has no effect, or a time that Kong sets, is taken with a warning', async () => {
    const { stderr, code } = await validate(plugins('- name: cors\n  tags: null\n  updated_at: today\n'))
    expect(stderr).toContain('kong.yaml:4:9: warning: tags: null has no effect')
    expect(stderr).toContain('kong.yaml:5:15: warning: updated_at: Kong ignores this value')
    expect(code).toBe(0)
  })

  it('is named when Kong does not bundle it, with the one that may be meant', async () => {
    const { code, stderr } = await validate(plugins('- name: rate-limitng\n  config: {anything: 1}\n'))
    expect(stderr).toContain('kong.yaml:3:9')
    expect(stderr).toContain('Kong bundles no plugin "rate-limitng": its configuration is not checked')
    expect(stderr).toContain('did you mean "rate-limiting"?')
    expect(code).toBe(0)
    const strict = await validate(plugins('- name: rate-limitng\n'), ['-E', 'unknown-plugin'])
    expect(strict.stderr).toContain('-E: warning (unknown-plugin) is an error')
    expect(strict.code).toBe(1)
  })

  it('is judged with what _plugin_configs adds, where that is written', async () => {
    const { stderr } = await validate(
      `_format_version: "3.0"\n_plugin_configs:\n  shared:\n    minute: five\nplugins:\n- {name: rate-limiting, _config: shared}\n`,
    )
    expect(stderr).toContain('kong.yaml:4:13')
    expect(stderr).toContain('config.minute: expected a number')
  })

  it('is judged by the Kong that the file is for', async () => {
    const old = '- name: ip-restriction\n  config: {whitelist: [10.0.0.0/8]}\n'
    expect((await validate(plugins(old, '1.1'))).code).toBe(0)
    expect((await validate(plugins(old, '1.1'), ['--kong-version', '2.8'])).code).toBe(0)
    const newer = await validate(plugins(old))
    expect(newer.stderr).toContain('config.whitelist')
    expect(newer.code).toBe(1)
    const refused = await validate(plugins(old), ['--kong-version', 'new'])
    expect(refused.stderr).toContain('--kong-version: expected a version of Kong from 2.8 on, got "new"')
  })
})

describe('what Kong Enterprise alone has', () => {
  const upstream = '_format_version: "3.0"\nupstreams:\n- {name: u, algorithm: sticky-sessions}\n'

  it('is refused as by Kong OSS, with a text of that version', async () => {
    const { code, stderr } = await validate(upstream)
    expect(code).toBe(1)
    expect(stderr).toContain(
      'algorithm: expected one of: consistent-hashing, least-connections, round-robin, latency (upstream "u")',
    )
    expect(stderr).toContain(
      'hint: if the file is for Kong Enterprise, check with --kong-version 3.9-enterprise',
    )
    const field = await validate(plugins('- {name: key-auth, ordering: {before: {access: [cors]}}}\n'))
    expect(field.stderr).toContain('kong.yaml:3:20: error: unknown field "ordering" (plugin "key-auth")')
  })

  it('is accepted where the version or the file says Kong Enterprise', async () => {
    expect(await validate(upstream, ['--kong-version', '3.9-enterprise'])).toEqual({ code: 0, stderr: '' })
    const open =
      '- name: mtls-auth\n- {name: acl, protocols: [ws], config: {allow: [a], include_consumer_groups: true}}\n'
    const { code, stderr } = await validate(plugins(open))
    expect(code).toBe(0)
    expect(stderr).toContain('warning: "mtls-auth" is a plugin of Kong Enterprise')
    expect(stderr).toContain('warning: unknown field "config.include_consumer_groups"')
  })
})

it('--strict makes every warning an error', async () => {
  const text = plugins('- name: rate-limitng\n')
  expect((await validate(text)).code).toBe(0)
  const { code, stderr } = await validate(text, ['--strict'])
  expect(code).toBe(1)
  expect(stderr).toContain('--strict: warning (unknown-plugin) is an error')
})

it('warnings are listed beside errors, in the order of the file', async () => {
  const { stderr } = await validate(plugins('- name: rate-limitng\n- {name: cors, tags: x}\n- name: cros\n'))
  const lines = stderr.split('\n').filter(line => line.startsWith('kong.yaml:'))
  expect(lines.map(line => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'kong.yaml:3:9: warning:',
    'kong.yaml:4:22: error:',
    'kong.yaml:5:9: warning:',
  ])
})

describe('an expression', () => {
  const text = `_format_version: "3.0"\nroutes:\n- {name: r, expression: 'http.path == "/a"', priority: 1}\n`

  it('is a warning, which a flavor decides', async () => {
    const { code, stderr } = await validate(text)
    expect(code).toBe(0)
    expect(stderr).toContain(
      'kong.yaml:3:13: warning: expression: a gateway with router_flavor = expressions alone',
    )
    expect(await validate(text, ['--flavor', 'expressions'])).toEqual({ code: 0, stderr: '' })
    const stock = await validate(text, ['--flavor', 'traditional_compatible'])
    expect(stock.code).toBe(1)
    expect(stock.stderr).toContain('unknown field "expression" (route "r")')
  })
})

describe('hints', () => {
  it('no other case is suggested for a value that another rule refuses', async () => {
    const { stderr } = await validate('_format_version: "3.0"\nroutes: [{name: r, paths: ["~/(a)\\\\1"]}]\n')
    expect(stderr).toContain('backreferences are not supported')
    expect(stderr).not.toContain('hint')
  })

  it.each([
    ['routes: [{name: r, paths: [/a], methods: [get]}]', 'did you mean "GET"?'],
    ['services: [{name: s, url: "http://a", enabled: "true"}]', 'write it without quotes'],
    ['services: [{name: s, host: $HOST}]', 'a variable of the environment is written ${{ env "DECK_NAME" }}'],
    ['services: [{name: s, host: h, protocol: HTTPS}]', 'did you mean "https"?'],
    ['routes: [{name: r, protocols: [tcp], destinations: [{host: x}]}]', 'its fields are ip, port'],
  ])('of %s', async (text, hint) => {
    const { stderr } = await validate(`_format_version: "3.0"\n${text}\n`)
    expect(stderr).toContain(`hint: ${hint}\n`)
  })

  it('a boolean in quotes is shown, also under a name with "credentials"', async () => {
    const { stderr } = await validate(plugins('- {name: key-auth, config: {hide_credentials: "true"}}\n'))
    expect(stderr).toContain('hide_credentials: "true"}')
  })
})

it('--kong-version 3.9 refuses an older format, as a sync to that Kong does', async () => {
  const text = '_format_version: "1.1"\nservices: [{name: s, url: "http://a.test"}]\n'
  expect((await validate(text)).code).toBe(0)
  expect((await validate(text, ['--kong-version', '2.8'])).code).toBe(0)
  const { code, stderr } = await validate(text, ['--kong-version', '3.9'])
  expect(code).toBe(1)
  expect(stderr).toContain(
    "kong.yaml:1:18: error: cannot apply '1.1' config format version to Kong version 3.0",
  )
})

it('a required field that is missing is reported once', async () => {
  const { code, stderr } = await validate(
    '_format_version: "3.0"\npartials:\n- name: a\n  config: {host: a}\n',
  )
  expect(code).toBe(1)
  expect(stderr.match(/: error: /g)).toEqual([': error: '])
  expect(stderr).toContain('kong.yaml:3:3: error: type: required field missing (partial "a")')
})
