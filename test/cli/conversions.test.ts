/**
 * State files in other formats, as typed. Expected outputs are in fixtures/conversions; `UPDATE=1` writes them.
 * `conformance/peer-conversions.test.ts` compares the same with decK.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { deck, newFile, newFolder, repository } from '../support/binary.ts'

const folder = join(repository, 'fixtures/conversions')
const isUpdate = process.env['UPDATE'] === '1'

const kong = (text: string): string => newFile('kong.yaml', `_format_version: "3.0"\n${text}`)

const manifestsOf = async (text: string, ...argv: string[]) => {
  const result = await deck(['file', 'kong2kic', '-s', kong(text), ...argv])
  const documents = parseAllDocuments(result.stdout).map(document => document.toJS())
  return { ...result, manifests: documents.filter(document => document !== null) }
}

describe('fixtures/conversions', () => {
  it.each([
    [
      'orders.gateway-api.yaml',
      ['kong2kic', '-s', 'orders.yaml'],
      /^Warning: not in the manifests: 1 targets/,
    ],
    [
      'orders.ingress.yaml',
      ['kong2kic', '-s', 'orders.yaml', '--ingress', '--kic-version', '2'],
      /1 targets/,
    ],
    ['orders.ingress.json', ['kong2kic', '-s', 'orders.yaml', '--ingress', '-f', 'json'], /1 targets/],
    ['orders.tf', ['kong2tf', '-s', 'orders.yaml'], /^$/],
    ['assistant.yaml', ['ai2kong', '-s', 'assistant.ai-gateway.yaml'], /^$/],
  ])('%s', async (name, argv, warnings) => {
    const { code, stdout, stderr } = await deck(['file', ...argv], { cwd: folder })
    const path = join(folder, name)
    if (isUpdate) writeFileSync(path, stdout)
    expect(code).toBe(0)
    expect(stderr).toMatch(warnings)
    expect(stdout).toBe(readFileSync(path, 'utf8'))
  })
})

it('docs/other-formats.md shows what the commands print', async () => {
  const page = readFileSync(join(repository, 'docs/other-formats.md'), 'utf8')
  const shown = [...page.matchAll(/```console\n\$ deck (.*fixtures.*)\n([^`]*)```/g)]
  expect(shown).toHaveLength(3)
  for (const [, command = '', output = ''] of shown) {
    const argv = command.replace(/(?<=-o )\S+/, join(newFolder(), 'out')).split(' ')
    const { code, stdout, stderr } = await deck(argv, { cwd: repository })
    expect(code).toBe(0)
    expect((stderr + stdout).slice(0, output.length)).toBe(output)
  }
})

describe('kong2kic', () => {
  it('makes names that Kubernetes takes', async () => {
    const long = `the-${'long-'.repeat(20)}name`
    const { manifests } = await manifestsOf(
      `consumers: [${["Zoë & Müller's", 'a__b@c', '東京 🗼', 'Σ', long].map(name => `{username: "${name}"}`).join(', ')}]`,
    )
    expect(manifests.map(({ metadata }) => metadata.name)).toEqual([
      'zoe-and-mullers',
      'a--batc',
      'dong-jing',
      's',
      expect.stringMatching(/^the-(long-){7}long[\da-f]{10}$/),
    ])
  })

  it('names what Kubernetes would take for one object', async () => {
    const { code, stderr } = await manifestsOf(
      'consumers: [{username: a, keyauth_credentials: [{key: one}, {key: two}]}, {username: A}]',
    )
    expect(code).toBe(0)
    expect(stderr).toContain('2 manifests are the Secret "key-auth-a"')
    expect(stderr).toContain('2 manifests are the KongConsumer "a"')
    expect(stderr).not.toMatch(/one|two/)
  })

  it('names what is left out, and what acts on more than it did', async () => {
    const { manifests, stderr } = await manifestsOf(`services:
- id: 3f0d5f8a-6d6e-4c2e-9d0c-1d1f3f0b8a11
  host: h
routes: [{name: r, paths: [/]}]
vaults: [{name: env, prefix: mine}]
consumers:
- {custom_id: nameless}
- {username: c, groups: [{name: g}]}
plugins: [{name: cors, consumer: c}]
`)
    expect(manifests.map(({ kind }) => kind)).toEqual(['KongClusterPlugin', 'KongConsumer'])
    expect(stderr).toContain('services[0] has no name: it is left out')
    expect(stderr).toContain('consumers[0] has no username: it is left out')
    expect(stderr).toMatch(/not in the manifests: 1 vaults, 1 routes without a service of the file, 1 groups/)
    expect(stderr).toContain('1 plugins of consumers at the top of the file became KongClusterPlugins')
  })

  it('puts routes and plugins of the top into what they name, after what is inside', async () => {
    const { manifests } = await manifestsOf(`services:
- name: s
  host: h
  plugins: [{name: cors}]
  routes: [{name: inner, methods: [GET, POST]}]
routes: [{name: outer, service: {name: s}, paths: ['~/v\\d+', /v], headers: {x-b: [b], x-a: ['~*^a']}}]
plugins: [{name: key-auth, service: s}, {name: acl, route: outer, config: {allow: [a]}}]
`)
    const named = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(named).toEqual([
      'KongPlugin s-cors',
      'KongPlugin s-key-auth',
      'KongPlugin s-outer-acl',
      'HTTPRoute s-inner',
      'HTTPRoute s-outer',
      'Service s',
    ])
    expect(manifests[3].spec.rules).toHaveLength(2)
    expect(manifests[4].spec.rules.map(({ matches }: { matches: unknown }) => matches)).toEqual(
      [
        { type: 'RegularExpression', value: '/v\\d+' },
        { type: 'PathPrefix', value: '/v' },
      ].map(path => [
        {
          path,
          headers: [
            { type: 'RegularExpression', name: 'x-a', value: '^a' },
            { type: 'Exact', name: 'x-b', value: 'b' },
          ],
        },
      ]),
    )
  })

  it.each([
    [['--kic-version', '4'], "invalid KIC version '4'"],
    [['--format', 'xml'], "expected 'format' to be either 'yaml' or 'json', got: 'xml'"],
  ])('%j is refused', async (argv, reason) => {
    const { code, stdout, stderr } = await manifestsOf('services: []', ...argv)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(reason)
  })
})

describe('kong2tf', () => {
  it('imports what has an id, and leaves changes of credentials to others', async () => {
    const file = kong(`consumers:
- username: a-b
  id: 9f4f6f0e-2c3b-4d5a-8e6f-0a1b2c3d4e5f
  basicauth_credentials:
  - {id: 1b4e28ba-2fa1-41d2-883f-0016d3cca427, username: u, password: p}
  - {username: v, password: p}
`)
    const argv = ['file', 'kong2tf', '-s', file, '-g', 'plane', '--ignore-credential-changes']
    const { code, stdout } = await deck(argv)
    expect(code).toBe(0)
    expect(stdout.match(/^ {2}id = "\{.*$/gm)).toEqual([
      String.raw`  id = "{\"id\": \"9f4f6f0e-2c3b-4d5a-8e6f-0a1b2c3d4e5f\", \"control_plane_id\": \"plane\"}"`,
      String.raw`  id = "{\"consumer_id\": \"9f4f6f0e-2c3b-4d5a-8e6f-0a1b2c3d4e5f\", \"id\": \"1b4e28ba-2fa1-41d2-883f-0016d3cca427\", \"control_plane_id\": \"plane\"}"`,
    ])
    expect(stdout.match(/ignore_changes = \[\s+password\s+\]/g)).toHaveLength(2)
  })

  it('names the texts that Terraform would misread, and writes them correctly with --valid-hcl', async () => {
    const file = kong(`plugins:
- name: pre-function
  config: {access: ["a\\nb"]}
- name: mine
  config: {secret: "\${x}\\\\d", script: "one\\ntwo\\n", count: 1000000}
`)
    const plain = await deck(['file', 'kong2tf', '-s', file])
    expect(plain.stderr).toMatch(
      /^Warning: .* at plugins\[0\]\.config\.access\[0\], plugins\[1\]\.config\.secret, plugins\[1\]\.config\.script; --valid-hcl/,
    )
    expect(plain.stdout).toContain('script = \n<<EOF\none\ntwo\nEOF\n')
    const exact = await deck(['file', 'kong2tf', '-s', file, '--valid-hcl'])
    expect(exact.stderr).toBe('')
    expect(exact.stdout).toContain(String.raw`access = ["a\nb"]`)
    expect(exact.stdout).toContain('secret = "$${x}\\\\d"')
    expect(exact.stdout).toContain('script = <<EOF\none\ntwo\nEOF\n')
    expect(exact.stdout).toContain('count = 1e+06')
  })

  it('writes names, keys and lists that Terraform reads', async () => {
    const file = kong(`services:
- name: 1st
  host: h
  plugins:
  - {name: mine, config: {"a b": null, list: [[1, {x: z}], null]}}
  - {name: cors, consumer_group: 2nd}
`)
    const plain = await deck(['file', 'kong2tf', '-s', file])
    expect(plain.stderr).toContain(
      'the names of 2 resources, such as konnect_gateway_service.1st; --valid-hcl',
    )
    const { stdout, stderr } = await deck(['file', 'kong2tf', '-s', file, '--valid-hcl'])
    expect(stderr).toBe('')
    expect(stdout).toContain('resource "konnect_gateway_service" "_1st"')
    expect(stdout).toContain('id = konnect_gateway_service._1st.id')
    expect(stdout).toContain('"a b" = null')
    expect(stdout).toContain('list = [[1, { x = "z" }], null]')
    expect(stdout.match(/^ {2}consumer_group = /gm)).toHaveLength(1)
  })

  it('names resources of one address, and refuses what has no name', async () => {
    const twice = await deck(['file', 'kong2tf', '-s', kong('plugins: [{name: cors}, {name: cors}]')])
    expect(twice.code).toBe(0)
    expect(twice.stderr).toContain('2 resources have the address konnect_gateway_plugin_cors.cors')
    const id = '3f0d5f8a-6d6e-4c2e-9d0c-1d1f3f0b8a11'
    const nameless = kong(
      `services: [{id: ${id}, host: h}]\nroutes: [{id: ${id}, service: {id: ${id}}, paths: [/]}]`,
    )
    const { code, stdout, stderr } = await deck(['file', 'kong2tf', '-s', nameless])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('services[0] has no name')
    expect(stderr).toContain('routes[0] has no name')
    expect(stderr).toContain('routes[0].service has no name')
  })
})

const fromAi = (text: string, ...argv: string[]) =>
  deck(['file', 'ai2kong', '-s', newFile('ai.yaml', text), ...argv])

describe('ai2kong', () => {
  it('makes a state file that other commands take', async () => {
    const file = join(newFolder(), 'kong.yaml')
    const source = join(folder, 'assistant.ai-gateway.yaml')
    expect(await deck(['file', 'ai2kong', '-s', source, '-o', file])).toMatchObject({ code: 0, stdout: '' })
    const { code, stdout, stderr } = await deck(['file', 'render', file])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^ {2}name: ai-proxy-advanced$/m)
  })

  it('gives models routes of their own where clients do not reach them in the same way', async () => {
    const { code, stdout } = await fromAi(`model_providers: [{name: p, type: openai}]
models:
- {name: a, capabilities: [chat], targets: [{name: m, provider: p}]}
- {name: b, capabilities: [chat], targets: [{name: m, provider: p}], config: {max_request_body_size: 9000000, route: {model: {path_aliases: [alias]}}}}
- {name: c, capabilities: [chat], targets: [{name: m, provider: p}], config: {route: {hosts: [c.example]}}}
`)
    expect(code).toBe(0)
    const { services, plugins, ai_models } = parse(stdout)
    expect(services[0].routes.map(({ name }: { name: string }) => name)).toEqual([
      'openai-chat',
      'openai-chat-2',
    ])
    expect(plugins.map(({ name, route, model }: Record<string, string>) => [name, route, model])).toEqual([
      ['ai-model-selector', 'openai-chat', undefined],
      ['ai-proxy-advanced', 'openai-chat', 'a'],
      ['ai-proxy-advanced', 'openai-chat', 'b'],
      ['ai-model-selector', 'openai-chat-2', undefined],
      ['ai-proxy-advanced', 'openai-chat-2', 'c'],
    ])
    expect(plugins[0].config).toEqual({
      source: 'body',
      body_path: 'model',
      max_request_body_size: 9_000_000,
    })
    expect(plugins[1].config.targets[0].model).not.toHaveProperty('model_alias')
    expect(plugins[2].config.targets[0].model.model_alias).toBe('alias')
    expect(ai_models).toEqual([
      { name: 'a', alias: 'a' },
      { name: 'b', alias: 'alias' },
      { name: 'c', alias: 'c' },
    ])
  })

  it('takes the access of an MCP server from its config, else from the server', async () => {
    const { stdout } = await fromAi(`mcp_servers:
- {name: a, type: listener, access: {acls: {allow: [all]}}, config: {access: {acls: {allow: [staff]}}}}
- {name: b, type: listener, access: {acls: {allow: [all]}}, config: {access: {}}}
- {name: c, type: listener, access: {acls: {allow: [all]}, default_tool_acls: {allow: [staff]}}}
`)
    const services: { routes: { plugins: { config: object }[] }[] }[] = parse(stdout).services
    expect(services.map(({ routes: [route] }) => route?.plugins[0]?.config)).toMatchObject([
      { default_acl: [{ allow: ['staff'] }] },
      { include_consumer_groups: true },
      { default_acl: [{ allow: ['all', 'staff'] }] },
    ])
    expect(services[1]?.routes[0]?.plugins[0]?.config).not.toHaveProperty('default_acl')
  })

  it('serves videos by their id on a route of its own', async () => {
    const { stdout } = await fromAi(
      'models: [{name: a, capabilities: [video], targets: [{name: m, config: {type: openai}}]}]',
    )
    expect(parse(stdout).services[0].routes).toMatchObject([
      { name: 'openai-videos', paths: ['/ai/videos'], methods: ['POST'] },
      {
        name: 'openai-videos-lifecycle',
        paths: ['/ai/videos', '~/ai/videos/.+'],
        methods: ['GET', 'DELETE'],
      },
    ])
  })

  it.each([
    ['2023-06-01', '2023-06-01T00:00:00Z', 'is the time 2023-06-01T00:00:00Z; quotes make it a text'],
    ['2023-6-1 7:08:09.50', '2023-06-01T07:08:09.5Z', 'is the time'],
    ['"2023-06-01"', '2023-06-01', ''],
    ['2023-02-30', '2023-02-30', ''],
  ])('reads the version %s as decK does', async (version, value, warning) => {
    const { stdout, stderr } = await fromAi(
      `model_providers: [{name: p}]
models: [{name: a, capabilities: [chat], targets: [{name: m, provider: p, config: {type: anthropic, version: ${version}}}]}]`,
    )
    expect(parse(stdout).plugins[1].config.targets[0].model.options.anthropic_version).toBe(value)
    if (warning === '') expect(stderr).toBe('')
    else expect(stderr).toContain(`models.0.targets.0.config.version: ${version} ${warning}`)
  })

  it('takes texts as they are written, and words for true and false', async () => {
    const { stdout } = await fromAi(`agents:
- {name: 1.10, type: http, enabled: "no", config: {url: 0x10}, labels: {version: 2.0, on: true}}
`)
    expect(parse(stdout).services).toEqual([
      {
        name: '1.10',
        url: '0x10',
        enabled: false,
        routes: [{ name: '1.10-route' }],
        tags: ['on:true', 'version:2.0'],
      },
    ])
  })

  it('says what it could not find', async () => {
    const { code, stderr } = await fromAi(`agents: [{name: a, type: http, policies: [none]}]
models: [{name: b, capabilities: [fly], targets: [{name: m, provider: p}], access: {identity_providers: [nobody]}}]
`)
    expect(code).toBe(0)
    expect(stderr).toBe(`Warning: model "b" target "m" has no resolvable provider type
Warning: model "b" target "m" references unknown provider "p"; auth/options may be incomplete
Warning: model "b": provider section "openai" has no endpoint for capability "fly"; skipping
Warning: unknown identity provider reference "nobody"
Warning: unknown policy reference "none"
Warning: agent "a" has no config.url; the Service will be missing an upstream
`)
  })

  it.each([
    [
      'models: [{name: a, enabled: soon}]\nagents: {}',
      /ai\.yaml:1:29: error: models\.0\.enabled: expected true or false/,
    ],
    ['models: [{name: a, enabled: soon}]\nagents: {}', /ai\.yaml:2:9: error: agents: expected a list/],
    [
      'policies: [{name: p, type: key-auth}]\nmodels: [{name: a, policies: [p]}]',
      /^Error: conversion failed: model policy "p" has type "key-auth", but authentication policies/m,
    ],
    [
      'agents: [{name: a, access: {acls: {allow: [x], deny: [y, z]}}}]',
      /acl policy sets both allow \(\[x\]\) and deny \(\[y z\]\)/,
    ],
  ])('refuses %j', async (text, reason) => {
    const { code, stdout, stderr } = await fromAi(text)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(reason)
  })

  it('wants a source, and knows two formats', async () => {
    expect((await deck(['file', 'ai2kong'])).stderr).toContain('--source/-s flag is required')
    const { code, stderr } = await fromAi('models: []', '--format', 'xml')
    expect(code).toBe(1)
    expect(stderr).toContain(
      "Error: failed to write output: expected 'format' to be either 'yaml' or 'json', got: 'xml'",
    )
    const aFolder = await deck(['file', 'ai2kong', '-s', folder])
    expect(aFolder).toMatchObject({ code: 1, stdout: '' })
    expect(aFolder.stderr).toContain('is a directory')
    const json = await fromAi('', '--format', 'json')
    expect(json.stdout).toBe(
      '{\n  "_format_version": "3.0",\n  "_info": {\n    "select_tags": [\n      "managed_by:deck-ai"\n    ]\n  }\n}',
    )
  })
})

it.each([
  [['kong2kic'], '.kicv3_gateway'],
  [['kong2kic', '--ingress', '-f', 'json'], '.kicv3_ingress'],
  [['kong2kic', '--kic-version', '2'], '.kicv2_gateway'],
  [['kong2tf'], ''],
  [['render'], '.yaml'],
  [['render', '--format', 'json'], '.json'],
  [['convert', '--from', '2.8', '--to', '3.4', '--format', 'json'], '.json'],
] as const)('%j adds an ending to an output file that has none: %j', async ([command, ...flags], ending) => {
  const input = kong('services: [{name: a, host: h}]')
  const output = newFolder()
  const source = { render: [], convert: ['--input-file'] }[String(command)] ?? ['-s']
  for (const name of ['plain', '.hidden', 'a.txt']) {
    const { code, stderr } = await deck([
      'file',
      command,
      ...flags,
      ...source,
      input,
      '-o',
      join(output, name),
    ])
    expect({ code, stderr }).toMatchObject({ code: 0 })
  }
  expect(readdirSync(output).sort()).toEqual(['.hidden', 'a.txt', `plain${ending}`])
})

describe.each(['kong2kic', 'kong2tf'])('%s', command => {
  it.each([
    ['', /empty configuration/],
    ['servics: []', /unknown key "servics"/],
    ['services: [{name: a, hots: h}]', /unknown field "hots"/],
    ['services: [{name: a, host: "${{ env "DECK_NOT_SET" }}"}]', /DECK_NOT_SET/],
  ])('refuses %j', async (text, reason) => {
    const { code, stdout, stderr } = await deck(['file', command], { stdin: text })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(reason)
  })

  it('reads a folder, fills in the environment, and writes a file that others cannot read', async () => {
    const input = newFolder()
    mkdirSync(join(input, 'more'))
    writeFileSync(join(input, 'b.yaml'), 'services: [{name: b, host: "${{ env "DECK_HOST" }}"}]\n')
    writeFileSync(join(input, 'more/a.json'), '{"services": [{"name": "a", "host": "h"}]}')
    const out = join(newFolder(), 'out.txt')
    const { code } = await deck(['file', command, '-s', input, '-o', out], { env: { DECK_HOST: 'from.env' } })
    expect(code).toBe(0)
    const text = readFileSync(out, 'utf8')
    expect(text.indexOf('from.env')).toBeGreaterThan(-1)
    expect(text.indexOf('from.env')).toBeLessThan(text.search(/: h$|= "h"/m))
    expect(statSync(out).mode & 0o777).toBe(0o600)
  })
})
