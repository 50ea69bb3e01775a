/** `deck file route`: its output, exit codes, and that a gateway with the same file finds the same route. */
import { expect, it } from 'vitest'
import { deck, guide, newFile, serve } from '../support/binary.ts'

const state = `_format_version: "3.0"
services:
- name: orders
  url: http://orders-upstream:8080/base
  plugins:
  - name: rate-limiting
    config: {minute: 5, policy: local}
  routes:
  - name: list
    paths: [/orders]
    methods: [GET]
  - name: one
    paths: ["~/orders/(\\\\d+)$"]
  - name: versioned
    paths: [/orders/list]
    hosts: [api.example.com]
    headers: {x-version: ["2"]}
  - name: secure
    paths: [/secure]
    protocols: [https]
- name: disabled
  enabled: false
  url: http://off.example
  routes:
  - name: disabled
    paths: [/off]
upstreams:
- name: orders-upstream
  targets:
  - {target: "one.example:80", weight: 10}
  - {target: "two.example:81", weight: 30}
plugins:
- name: cors
- name: rate-limiting
  config: {minute: 50, policy: local}
- name: key-auth
consumers:
- username: ann
  plugins:
  - name: rate-limiting
    config: {minute: 500, policy: local}
`
const file = newFile('kong.yaml', state)

const route = async (argv: readonly string[], path = file) => {
  const { code, stdout, stderr } = await deck(['file', 'route', path, ...argv, '--json'])
  expect(stderr).toBe('')
  return { code, ...JSON.parse(stdout) }
}

it("prints what a request of the guide's file meets", async () => {
  const { code, stdout, stderr } = await deck(['file', 'route', guide, 'GET', '/mock/json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.replaceAll(guide, 'kong.yaml')).toBe(`GET /mock/json

route     mocking  (kong.yaml:8:5)
          matched path /mock
service   example_service  (kong.yaml:3:3)  http://example_upstream:80
plugins   1. rate-limiting: global  (kong.yaml:28:3)
          2. proxy-cache: global  (kong.yaml:32:3)
          disabled: key-auth: route mocking  (kong.yaml:13:7)
upstream  GET /json, Host: the target's own name
          example_upstream  (kong.yaml:21:3), round-robin
targets   httpbin.konghq.com:80  weight 100, 50 %  (kong.yaml:23:7)
          httpbun.com:80  weight 100, 50 %  (kong.yaml:25:7)
`)
})

it('names the instance of each plugin that counts, in the order of execution', async () => {
  const { plugins } = await route(['GET', '/orders'])
  expect(plugins.map(({ name, scope }: { name: string; scope: string }) => [name, scope])).toEqual([
    ['cors', 'global'],
    ['key-auth', 'global'],
    ['rate-limiting', 'service orders'],
  ])
  expect(plugins[2].replaces).toMatchObject([{ scope: 'global' }])
  expect(plugins[2].for_consumers).toMatchObject([{ consumer: 'ann', scope: 'consumer ann' }])
  const forAnn = await route(['GET', '/orders', '--consumer', 'ann'])
  expect(forAnn.plugins[2]).toMatchObject({ scope: 'consumer ann' })
})

it('says where the request goes on to, and the share of each target', async () => {
  const found = await route(['GET', '/orders/7?x=1'])
  expect(found.route).toMatchObject({ name: 'one', matched_path: '/orders/7' })
  expect(found.upstream_request).toEqual({ method: 'GET', path: '/base?x=1', host: null })
  expect(found.targets).toMatchObject([
    { name: 'one.example:80', share: 0.25 },
    { name: 'two.example:81', share: 0.75 },
  ])
})

it('gives every condition that is not met, and exits with 1 where no route matches', async () => {
  const found = await route(['POST', 'http://api.example.com/orders/list'])
  expect(found).toMatchObject({ code: 1, route: null })
  expect(found.nearest.slice(0, 2)).toMatchObject([
    {
      name: 'versioned',
      reasons: [{ condition: 'header', message: 'header x-version is missing; the route wants 2' }],
    },
    { name: 'list', reasons: [{ condition: 'method', message: 'method POST does not match GET' }] },
  ])
  const off = await route(['GET', '/off'])
  expect(off.nearest[0]).toMatchObject({ name: 'disabled', reasons: [{ condition: 'service' }] })
})

it('says why a route that matches as well comes later', async () => {
  const found = await route(['GET', '/orders/7'])
  expect(found.nearest[0]).toMatchObject({
    name: 'list',
    reasons: [{ condition: 'order', message: 'matches too, but one has a regular expression' }],
  })
})

it('says what Kong answers by itself', async () => {
  expect(await route(['GET', '/secure'])).toMatchObject({ answered: { status: 426 }, upstream_request: null })
  expect(await route(['GET', 'https://a.example/secure'])).toMatchObject({ answered: null })
})

it('never prints a value from the environment', async () => {
  const text = `_format_version: "3.0"
services:
- name: a
  host: \${{ env "DECK_HOST" }}
  routes:
  - name: r
    paths: [/]
    headers: {x-key: ["\${{ env "DECK_KEY" }}"]}
`
  const env = { DECK_HOST: 'hidden-host.example', DECK_KEY: 'hidden-key' }
  const argv = ['file', 'route', newFile('kong.yaml', text), 'GET', '/']
  const refused = await deck(argv, { env })
  expect(refused.stdout).toContain('header x-key is missing; the route wants [masked]')
  const found = await deck([...argv, '-H', 'x-key: hidden-key'], { env })
  expect(found.code).toBe(0)
  expect(refused.stdout + found.stdout).not.toContain('hidden-')
})

it('refuses arguments that are not a request', async () => {
  for (const [argv, message] of [
    [['GET'], 'a method and a URL are missing'],
    [['GET', 'orders'], 'URL "orders" is neither http://HOST/PATH nor /PATH'],
    [['GET', '/', '-H', 'x'], '--header: "x" is not of the form name: value'],
    [['GET', '/', '--consumer', 'anne'], 'hint: did you mean "ann"?'],
    [
      ['GET', '/', '--kong-version', '1.9'],
      '--kong-version: expected a version of Kong from 2.8 on, got "1.9"',
    ],
  ] as const) {
    const { code, stderr } = await deck(['file', 'route', ...(argv.length > 1 ? [file] : []), ...argv])
    expect(code).toBe(1)
    expect(stderr).toContain(message)
  }
})

it('finds the route that the gateway finds', async () => {
  const gateway = await serve([file])
  try {
    for (const [method, url] of [
      ['GET', '/orders'],
      ['GET', '/orders/7'],
      ['POST', '/orders/7'],
      ['GET', '/orders/7/8'],
      ['POST', '/orders/list'],
      ['GET', '/off'],
      ['GET', '//orders/%37'],
    ] as const) {
      const answer = await fetch(`${gateway.proxy}${url}`, { method, headers: { 'x-deck-trace': '1' } })
      const trace = JSON.parse(decodeURIComponent(answer.headers.get('x-deck-trace') ?? '{}'))
      const found = await route([method, url])
      expect([method, url, found.route?.name]).toEqual([method, url, trace.route?.name])
    }
  } finally {
    await gateway.stop()
  }
})

it('works on a file whose variables are not set, and names these', async () => {
  const variables = {
    DECK_URL: 'http://a.example/base',
    DECK_PORT: '8080',
    DECK_MINUTE: '5',
    DECK_PATH: '/b',
    DECK_HOST: 'b',
    DECK_DOMAIN: 'example',
  }
  const templates = newFile(
    'kong.yaml',
    `_format_version: "3.0"
_plugin_configs:
  shared: {minute: \${{ env "DECK_MINUTE" }}}
services:
- name: a
  url: \${{ env "DECK_URL" }}
  routes:
  - {name: a, paths: [/a]}
  plugins:
  - {name: rate-limiting, _config: shared}
- name: b
  host: \${{ printf "%s.%s" (env "DECK_HOST") (env "DECK_DOMAIN") }}
  \${{ $port := env "DECK_PORT" }}
  port: \${{ toInt $port }}
  routes:
  - {name: b, paths: ['\${{ env "DECK_PATH" }}']}
certificates:
- id: 11111111-1111-4111-8111-111111111111
  cert: |
    \${{ env "DECK_CERT" | indent 4 }}
  key: |
    \${{ env "DECK_KEY" | indent 4 }}
`,
  )
  const { code, stdout, stderr } = await deck(['file', 'route', templates, 'GET', '/a'], { env: {} })
  expect(stdout).toContain('route     a')
  expect(stdout).toContain('service   a')
  expect(stdout).toContain('1. rate-limiting')
  expect(stdout).not.toMatch(/DECK_/)
  expect(code).toBe(0)
  expect(stderr).not.toContain('error')
  for (const name of [...Object.keys(variables), 'DECK_CERT', 'DECK_KEY'])
    expect(stderr).toContain(`warning: environment variable '${name}' present in state file but not set`)
  const explained = await deck(['file', 'explain', templates, 'service', 'a', 'host'], { env: {} })
  expect(explained.stdout).toMatch(/host +\[masked\] .*\(environment DECK_URL\)/)
  expect(explained.code).toBe(0)
  const env = { ...variables, DECK_URL: 'nonsense' }
  // A value that is set is judged where all are.
  const short = newFile(
    'kong.yaml',
    '_format_version: "3.0"\nservices: [{name: a, url: "${{ env \\"DECK_URL\\" }}"}]\n',
  )
  const judged = await deck(['file', 'route', short, 'GET', '/a'], { env })
  expect(judged.code).toBe(1)
  expect(judged.stderr).toContain('url: expected protocol://host')
  expect((await deck(['file', 'validate', templates], { env: {} })).code).toBe(1)
})

it('judges the values of variables that are set where others are not', async () => {
  const file = newFile(
    'kong.yaml',
    `_format_version: "3.0"
services:
- {name: a, url: \${{ env "DECK_URL" }}, routes: [{name: r, paths: [/a]}]}
- {name: b, url: \${{ env "DECK_OTHER" }}}
- {name: c, host: c, port: \${{ env "DECK_PORT" | toInt }}, path: \${{ print (env "DECK_OTHER") "/c" }}}
`,
  )
  const argv = [
    ['route', file, 'GET', '/a'],
    ['explain', file, 'service', 'a'],
  ]
  for (const command of argv) {
    const bad = await deck(['file', ...command], { env: { DECK_URL: 'nonsense', DECK_PORT: '70000' } })
    // `explain` shows an entity of a file with errors too.
    expect(bad.code).toBe(command[0] === 'route' ? 1 : 0)
    expect(bad.stderr).toMatch(/kong\.yaml:3:\d+: error: url: expected protocol:\/\/host/)
    expect(bad.stderr).toMatch(/kong\.yaml:5:\d+: error: port: /)
    expect(bad.stderr).not.toMatch(/kong\.yaml:4:\d+: error/)
    expect(bad.stderr).not.toContain('bug')
    expect(bad.stderr).not.toMatch(/nonsense|70000/)
    const good = await deck(['file', ...command], { env: { DECK_URL: 'http://a.example', DECK_PORT: '80' } })
    expect(good.code).toBe(0)
    expect(good.stderr).toContain("environment variable 'DECK_OTHER' present in state file but not set")
  }
})
