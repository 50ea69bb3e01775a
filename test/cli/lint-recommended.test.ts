/** `deck file lint --recommended`: what each rule finds and does not find, and how rules are turned off. */
import { describe, expect, it } from 'vitest'
import { rules } from '../../src/recommended/rules.ts'
import { deck, guide, newFile } from '../support/binary.ts'

const head = '_format_version: "3.0"\n'

/** `rule line:column`, in the order of the report. */
async function findings(text: string, argv: readonly string[] = [], rulesFile?: string): Promise<string[]> {
  const files = rulesFile === undefined ? ['--recommended'] : [newFile('rules.yaml', rulesFile)]
  const path = newFile('kong.yaml', head + text)
  const { stdout, stderr } = await deck(['file', 'lint', '-s', path, ...files, ...argv, '--format', 'json'])
  expect(stderr).toBe('')
  const { results } = JSON.parse(stdout) as {
    results: { Rule?: string; Message: string; Line: number; Column: number }[]
  }
  return results.map(one => `${one.Rule ?? one.Message} ${one.Line}:${one.Column}`)
}

/** Two files for each rule: one in which it finds something at a place, one that does better. */
const cases: Readonly<Record<string, readonly [bad: string, at: string, good: string]>> = {
  'plain-secret': [
    'consumers:\n- {username: a, keyauth_credentials: [{key: abc}]}\n',
    '3:45',
    `consumers:
- username: a
  keyauth_credentials:
  - key: \${{ env "DECK_KEY" }}
  basicauth_credentials:
  - {username: a, password: "{vault://env/p}"}
plugins:
- {name: http-log, config: {http_endpoint: "http://logs.example:9200/kong"}}
`,
  ],
  'no-authentication': [
    'services:\n- {name: a, host: h, routes: [{name: r, paths: [/a]}]}\nplugins:\n- {name: key-auth, enabled: false}\n',
    '3:31',
    'services:\n- {name: a, host: h, routes: [{name: r, paths: [/a]}], plugins: [{name: jwt}]}\n- {name: b, host: h, routes: [{name: s, paths: [/b], plugins: [{name: openid-connect}]}]}\n',
  ],
  'credentials-sent-upstream': [
    'plugins:\n- name: key-auth\n  config: {hide_credentials: false}\n',
    '4:30',
    'plugins:\n- {name: key-auth, config: {hide_credentials: true}}\n',
  ],
  'key-in-query': [
    'plugins:\n- name: key-auth\n',
    '3:3',
    'plugins:\n- {name: key-auth, config: {key_in_query: false}}\n',
  ],
  'any-origin-with-credentials': [
    'plugins:\n- name: cors\n  config: {credentials: true}\n',
    '4:25',
    'plugins:\n- {name: cors, config: {credentials: true, origins: ["https://a.example"]}}\n',
  ],
  'open-admin-api': [
    'services:\n- {name: a, url: "http://localhost:8001", routes: [{name: r, paths: [/a]}]}\n',
    '3:52',
    'services:\n- {name: a, url: "http://localhost:8001", plugins: [{name: key-auth}], routes: [{name: r, paths: [/a]}]}\n',
  ],
  'duplicate-route': [
    'routes:\n- {name: a, paths: [/a, /b], methods: [GET]}\n- {name: b, paths: [/b, /a], methods: [GET]}\n',
    '4:3',
    'routes:\n- {name: a, paths: [/a], methods: [GET]}\n- {name: b, paths: [/a], methods: [POST]}\n',
  ],
  'dead-route': [
    'routes:\n- {name: a, paths: [/a/b]}\n- {name: b, paths: ["~/a/.*"]}\n',
    '3:3',
    'routes:\n- {name: a, paths: [/a/b]}\n- {name: b, paths: ["~/a/\\\\d+$"]}\n- {name: c, paths: [/a], hosts: ["*.example"]}\n- {name: d, paths: [/]}\n',
  ],
  'ambiguous-routes': [
    'routes:\n- {name: a, paths: [/a], methods: [GET]}\n- {name: b, paths: [/a], methods: [GET, POST]}\n- {name: c, paths: [/a], methods: [GET, PUT]}\n',
    '3:3',
    'routes:\n- {name: a, paths: [/a], methods: [GET]}\n- {name: b, paths: [/a/b], methods: [GET, POST]}\n',
  ],
  'catch-all-route': [
    'routes:\n- {name: a, paths: [/]}\n',
    '3:20',
    'routes:\n- {name: a, paths: [/], hosts: [a.example]}\n',
  ],
  'service-without-route': [
    'services:\n- {name: a, host: h}\n',
    '3:3',
    'services:\n- {name: a, host: h, routes: [{name: r, paths: [/a]}]}\n',
  ],
  'plain-upstream': [
    'services:\n- name: a\n  url: http://h\n',
    '4:8',
    'services:\n- {name: a, url: "https://h"}\n- {name: b, url: "http://127.0.0.1"}\n',
  ],
  'unverified-certificate': [
    'services:\n- {name: a, url: "https://h", tls_verify: false}\n',
    '3:43',
    'services:\n- {name: a, url: "https://h", tls_verify: true}\n',
  ],
  'default-timeouts': [
    'services:\n- {name: a, host: h, connect_timeout: 1000, read_timeout: 1000}\n',
    '3:3',
    '_info:\n  defaults:\n    service: {connect_timeout: 1, read_timeout: 1, write_timeout: 1}\nservices:\n- {name: a, host: h}\n',
  ],
  'retries-of-writes': [
    'services:\n- {name: a, host: h, routes: [{name: r, paths: [/a], methods: [POST]}]}\n',
    '3:3',
    'services:\n- {name: a, host: h, retries: 2, routes: [{name: r, paths: [/a], methods: [POST]}]}\n- {name: b, host: h, routes: [{name: s, paths: [/b], methods: [GET]}]}\n',
  ],
  'no-health-checks': [
    'upstreams:\n- {name: u, targets: [{target: "a:80"}, {target: "b:80"}]}\n',
    '3:3',
    'upstreams:\n- {name: u, healthchecks: {passive: {unhealthy: {tcp_failures: 2}}}, targets: [{target: "a:80"}, {target: "b:80"}]}\n- {name: v, targets: [{target: "a:80"}]}\n',
  ],
  'no-targets': [
    'services:\n- {name: a, host: u}\nupstreams:\n- {name: u, targets: [{target: "a:80", weight: 0}]}\n',
    '5:3',
    'services:\n- {name: a, host: u}\nupstreams:\n- {name: u, targets: [{target: "a:80"}]}\n',
  ],
  'unused-upstream': [
    'upstreams:\n- {name: u}\n',
    '3:3',
    'services:\n- {name: a, host: u}\nupstreams:\n- {name: u}\n',
  ],
  'local-limit': [
    'plugins:\n- name: rate-limiting\n  config: {minute: 5, policy: local}\n',
    '4:31',
    'plugins:\n- {name: rate-limiting, config: {minute: 5, policy: redis, redis: {host: r}}}\n',
  ],
}

describe('each rule', () => {
  it('has its case', () => {
    expect(Object.keys(cases)).toEqual(rules.map(({ id }) => id))
  })

  it.each(Object.entries(cases))('%s', async (id, [bad, at, good]) => {
    expect(await findings(bad)).toContain(`${id} ${at}`)
    expect((await findings(good)).filter(one => one.startsWith(`${id} `))).toEqual([])
  })
})

describe('dead routes', () => {
  const dead = async (text: string, argv: readonly string[] = []) =>
    (await findings(text, argv)).filter(one => /^(dead|duplicate|ambiguous)/.test(one))

  it('a route of which one request only is left is not dead', async () => {
    expect(await dead('routes:\n- {name: a, paths: [/a]}\n- {name: b, paths: ["~/a/.*"]}\n')).toEqual([])
    expect(await dead('routes:\n- {name: a, paths: [/a, /b]}\n- {name: b, paths: ["~/a.*"]}\n')).toEqual([])
    expect(
      await dead('routes:\n- {name: a, paths: [/a]}\n- {name: b, paths: ["~/a.*"], methods: [GET]}\n'),
    ).toEqual([])
  })

  it('depends on the router', async () => {
    const text = `routes:
- {name: a, paths: [/a/b], hosts: ["*.example"]}
- {name: b, paths: ["~/a"], hosts: ["*.example"]}
`
    expect(await dead(text)).toEqual(['dead-route 3:3'])
    expect(await dead(text, ['--flavor', 'traditional'])).toEqual(['dead-route 3:3'])
    const old = 'routes:\n- {name: a, paths: [/a/b]}\n- {name: b, paths: ["/a/.*"]}\n'
    const path = newFile('kong.yaml', `_format_version: "1.1"\n${old}`)
    const { stdout } = await deck(['file', 'lint', '-s', path, '--recommended', '--kong-version', '2.8'])
    expect(stdout).toContain('[error][3:3] route "a" gets no request')
  })

  it('two routes with ids are not ambiguous: one of them is dead', async () => {
    const ids = ['aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa', 'bbbbbbbb-bbbb-4bbb-bbbb-bbbbbbbbbbbb']
    const [a, b] = ids
    expect(
      await dead(
        `routes:\n- {id: ${a}, name: a, paths: [/a], methods: [GET]}\n- {id: ${b}, name: b, paths: [/a], methods: [GET, POST]}\n`,
      ),
    ).toEqual(['dead-route 3:3'])
  })
})

it("lints the guide's file, with what to do", async () => {
  const { code, stdout } = await deck(['file', 'lint', '-s', guide, '--recommended'])
  expect(code).toBe(1)
  expect(stdout).toContain('Linting Violations: 6\nFailures: 1\n')
  expect(stdout).toContain(`[warn][8:5] route "mocking" has no authentication (no-authentication)
  how: add an authentication plugin`)
  expect(stdout).not.toContain('apikey')
})

it('fails from the severity on that is chosen', async () => {
  const path = newFile('kong.yaml', `${head}services:\n- {name: a, url: "http://h"}\n`)
  const lint = (severity: string) => deck(['file', 'lint', '-s', path, '--recommended', '-F', severity, '-D'])
  expect(await lint('error')).toMatchObject({ code: 0, stdout: '' })
  const warned = await lint('warn')
  expect(warned.code).toBe(1)
  expect(warned.stdout).toContain('Failures: 1\n')
})

describe('turning rules off', () => {
  const text = `services:
- name: a   # deck-lint: ignore plain-upstream, service-without-route
  url: http://h
# deck-lint: ignore
- name: b
  url: http://h
- name: c
  url: http://h # deck-lint: ignore plain-upstream
  tags: [x]
`

  it('by comments, for one entity', async () => {
    expect(await findings(text)).toEqual([
      'service-without-route 8:3',
      'default-timeouts 3:3',
      'default-timeouts 8:3',
    ])
  })

  it('by a ruleset, which may turn them on and have rules of its own', async () => {
    const ruleset = `extends: [deck:recommended]
rules:
  default-timeouts: off
  service-without-route: false
  plain-upstream: error
  tagged:
    given: $.services[*]
    then: {field: tags, function: truthy}
`
    const plain = 'services:\n- {name: a, url: "http://h"}\n'
    expect(await findings(plain, [], ruleset)).toEqual([': `tags` must be set 3:3', 'plain-upstream 3:18'])
    const only = 'rules: {default-timeouts: off, service-without-route: off, plain-upstream: off}\n'
    expect(await findings(plain, ['--recommended'], only)).toEqual([])
  })
})

it('needs no variables, and reads standard input', async () => {
  const stdin = `${head}services:\n- name: a\n  host: \${{ env "DECK_HOST" }}\n  port: \${{ env "DECK_PORT" | toInt }}\n`
  const { stdout, stderr } = await deck(['file', 'lint', '--recommended'], { stdin })
  expect(stderr).toBe('')
  expect(stdout).toContain('service "a" uses http')
})

it('refuses what is no state file, and needs rules', async () => {
  const path = newFile('kong.yaml', `${head}services:\n- {name: a, hots: h}\n`)
  const { code, stderr } = await deck(['file', 'lint', '-s', path, '--recommended'])
  expect(code).toBe(1)
  expect(stderr).toContain('kong.yaml:3:13: error: unknown field "hots"')
  expect((await deck(['file', 'lint', '-s', path])).stderr).toContain('accepts 1 arg(s), received 0')
})
