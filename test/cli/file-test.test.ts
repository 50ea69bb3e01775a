/**
 * `deck file test`: stand-in backends, a clock that tests move, expectations, reports, and mistakes at their
 * places.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deck, guide, newFile, repository, startDeck } from '../support/binary.ts'
import { until } from '../support/until.ts'

const state = `_format_version: "3.0"
services:
- name: plain
  url: http://plain.example:8080/base
  routes:
  - name: plain
    paths: [/plain]
  - name: secured
    paths: [/secured]
    plugins:
    - name: key-auth
      config: {hide_credentials: true}
- name: over-tls
  url: https://tls.example/x
  routes:
  - name: over-tls
    paths: [/tls]
    protocols: [https]
    snis: [api.example.com]
- name: hidden
  url: http://hidden.example
  routes:
  - name: hidden
    paths: [/hidden]
    plugins:
    - name: http-log
      config: {http_endpoint: "http://collector.example/x"}
    - name: request-transformer
      config: {add: {headers: ["x-secret:\${{ env "DECK_SECRET" }}"]}}
consumers:
- username: ann
  keyauth_credentials:
  - {key: the-key-of-ann, ttl: 60}
`
const file = newFile('kong.yaml', state)
const env = { DECK_SECRET: 'a-value-to-hide' }

const run = (tests: string, argv: readonly string[] = []) =>
  deck(['file', 'test', file, newFile('TESTS.yaml', tests), ...argv], { env })

const passes = async (tests: string) => {
  const { code, stdout, stderr } = await run(tests)
  expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: '' })
}

/** Each deviation, without the name of the file. */
const deviationsOf = async (tests: string) => {
  const { code, stdout } = await run(tests)
  expect(code).toBe(1)
  return [...stdout.matchAll(/TESTS\.yaml:(.*)/g)].map(([, text]) => text)
}

it("says what the guide's file promises", async () => {
  const { code, stdout } = await deck(['file', 'test', guide, join(repository, 'fixtures/guide/TESTS.yaml')])
  expect(stdout).toBe(`✓ requests alternate between the two targets
✓ a dead target does not fail a request
✓ the sixth request of a minute is refused, for each client
✓ the second response comes from the cache, for 30 seconds
4 tests: 4 passed
`)
  expect(code).toBe(0)
})

it('a backend stands in for the host of a service, over TLS as well', async () => {
  await passes(
    `
backends:
  Plain.example:8080:
  - {path: /base/made, method: POST, status: 201, headers: {x-a: 1}, body: made}
tests:
- name: all
  steps:
  - request: POST /plain/any?b=c
    json: {a: [1, {b: 2}]}
    expect:
      status: 2xx
      body: {contains: plain.example}
      targets: {plain.example:8080: 1}
      received: {method: POST, path: "/base/any?b=c", headers: {host: "plain.example:8080", x-none: null}, body: {json: {a: [1]}}}
  - request: POST /plain/made
    expect: {status: [200, 201], headers: {x-a: 1, Via: {matches: "kong/3\\\\.9"}}, body: made}
  - {request: GET http://api.example.com/tls, expect: {status: 426, service: over-tls}}
  - {request: GET https://api.example.com/tls/1, expect: {status: 200, received: {path: /x/1}, targets: {tls.example:443: 100%}}}
  - {request: GET /none, expect: {status: 404, route: null, service: null, body: {json: {message: no Route matched with those values}}}}
`.replace('body: {json: {a: [1]}}', 'body: {json: {a: [1, {b: 2}]}}'),
  )
})

it('the clock moves only as the test says, for keys as well', async () => {
  await passes(`
tests:
- name: a key expires
  steps:
  - {request: GET /secured, expect: {status: 401, plugins: [key-auth]}}
  - request: GET /secured
    headers: {apikey: the-key-of-ann}
    expect: {status: 200, received: {headers: {apikey: null, x-consumer-username: ann}}}
  - wait: 61
  - {request: GET /secured, headers: {apikey: the-key-of-ann}, expect: {status: 401}}
`)
})

it('a stopped backend refuses connections until it is started', async () => {
  await passes(`
tests:
- name: 'off and on'
  steps:
  - stop: plain.example:8080
  - {request: GET /plain, expect: {status: 502}}
  - start: plain.example:8080
  - {request: GET /plain, expect: {status: 200}}
`)
})

it('reports each deviation at its line, once for all requests of a step', async () => {
  const found = await deviationsOf(`tests:
- name: a
  steps:
  - request: GET /plain
    times: 3
    expect:
      status: 201
      route: other
      service: null
      headers: {x-a: b, Content-Type: {contains: json}}
      body: {matches: ^x}
      plugins: [cors]
      targets: {other:80: 50%}
      alternates: true
      received: {path: /x, headers: {Host: x}}
`)
  const got = '"text/plain; charset=utf-8"'
  const where = '(GET /plain, request 1 of 3)'
  const targets = 'plain.example:8080'
  expect(found).toEqual([
    `7:15: error: status: expected 201, got 200 ${where}`,
    `8:14: error: route: expected other, got plain ${where}`,
    `9:16: error: service: expected none, got plain ${where}`,
    `10:22: error: headers x-a: expected "b", got none ${where}`,
    `10:39: error: headers Content-Type: expected a text that contains "json", got ${got} ${where}`.replace(
      '50',
      '40',
    ),
    `11:23: error: body matches: expected a match of "^x", got "plain.example:8080\\n" ${where}`,
    `12:16: error: plugins: expected cors, got none ${where}`,
    `15:24: error: received path: expected "/x", got "/base" ${where}`,
    `15:44: error: received headers Host: expected "x", got "plain.example:8080" ${where}`,
    `13:27: error: targets other:80: expected 50% of 3, got ${targets} 3 (GET /plain)`,
    `14:19: error: alternates: expected another target each time, got ${targets}, ${targets}, ${targets} (GET /plain)`,
  ])
})

it('never prints a value from the environment, and sends no logs', async () => {
  const { code, stdout, stderr } = await run(
    'tests:\n- {name: a, steps: [{request: GET /hidden, expect: {received: {headers: {x-secret: b}}}}]}\n',
  )
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(stdout).toContain('expected "b", got "[masked]"')
  expect(stdout).not.toContain(env.DECK_SECRET)
})

it('a request that takes too long fails the test', async () => {
  const found = await deviationsOf(`timeout: 0.2
backends: {plain.example:8080: [{delay: 30}]}
tests: [{name: a, steps: [{request: GET /plain}]}]
`)
  expect(found).toEqual(['3:37: error: GET /plain: no response within 0.2 s'])
})

describe('mistakes in the file with tests', () => {
  it('are reported all at once, each at its place', async () => {
    const { code, stderr } = await run(`backend: {}
tests:
- name: a
  steps:
  - {request: get /x, expect: {status: 2000, body: {contain: 1}}}
  - {wait: soon}
  - {}
- nam: b
`)
    expect(code).toBe(1)
    const places = [...stderr.matchAll(/TESTS\.yaml:(\d+:\d+): error: (.*)/g)].map(([, at, text]) => [
      at,
      text,
    ])
    expect(places).toEqual([
      ['1:1', 'unknown field "backend"'],
      ['5:15', 'expected a method and a URL such as GET /mock, found "get /x"'],
      [
        '5:40',
        'expected a whole number from 100 to 599 or a class of statuses such as 2xx or a list, found 2000',
      ],
      ['5:52', 'exactly one of contains, matches, json is expected'],
      ['5:53', 'unknown field "contain"'],
      ['6:12', 'expected a number from 0 to 31622400 or a duration such as 90s or 2m, found "soon"'],
      ['7:5', 'exactly one of request, wait, pause, stop, start is expected'],
      ['8:3', 'unknown field "nam"'],
      ['8:3', '"name" is missing'],
      ['8:3', '"steps" is missing'],
    ])
    expect(stderr).toContain('hint: did you mean "backends"?')
  })

  it('are reported for backends, steps and patterns too', async () => {
    const { stderr } = await run(`backends: {nowhere.example:80: []}
tests:
- {name: a, steps: [{stop: other.example:80}]}
`)
    expect(stderr).toContain('TESTS.yaml:1:12: error: no backend stands in for "nowhere.example:80"')
    expect(stderr).toContain('TESTS.yaml:3:28: error: no backend stands in for "other.example:80"')
    const more = await run(`tests:
- {name: a, steps: [{wait: 1, expect: {status: 200}}]}
- {name: a, steps: [{request: GET /, expect: {body: {matches: "("}}}]}
`)
    expect(more.stderr).toContain('TESTS.yaml:2:31: error: "expect" belongs to a request')
    expect(more.stderr).toContain('TESTS.yaml:3:10: error: a test before this one has the name "a"')
    expect(more.stderr).toContain('TESTS.yaml:3:63: error: Invalid regular expression')
  })

  it('the order of the arguments', async () => {
    const { stderr } = await deck(['file', 'test', newFile('TESTS.yaml', 'tests: []'), guide])
    expect(stderr).toContain('hint: the file with tests is the last argument')
    expect((await deck(['file', 'test', guide])).stderr).toContain('a state file and a file with tests')
  })
})

const two = `tests:
- {name: "one <&> # \\"two\\"", steps: [{request: GET /plain, expect: {status: 200}}]}
- {name: other, steps: [{request: GET /plain, expect: {status: 404}}]}
`

it('writes TAP', async () => {
  const { code, stdout } = await run(two, ['--format', 'tap'])
  expect(code).toBe(1)
  expect(stdout.replace(/"[^"]*TESTS/, '"TESTS')).toBe(`TAP version 14
1..2
ok 1 - one <&> \\# "two"
not ok 2 - other
  ---
  message: "status: expected 404, got 200 (GET /plain)"
  at: "TESTS.yaml:3:64"
  ...
`)
})

it('writes JUnit', async () => {
  const output = newFile('results.xml', '')
  const { code, stdout } = await run(two, ['--format', 'junit', '-o', output])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  const xml = readFileSync(output, 'utf8')
  expect(xml).toContain('<testsuites tests="2" failures="1" errors="0" skipped="0">')
  expect(xml).toContain('name="one &lt;&amp;&gt; # &quot;two&quot;"')
  expect(xml).toContain('<failure message="status: expected 404, got 200 (GET /plain)">')
})

it('--real-backends sends requests to the hosts of the file', async () => {
  const backend = createServer((_, response) => response.end('the real one'))
  await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
  const { port } = backend.address() as AddressInfo
  const own = newFile(
    'kong.yaml',
    `_format_version: "3.0"\nservices:\n- {name: a, url: "http://127.0.0.1:${port}", routes: [{name: r, paths: [/]}]}\n`,
  )
  const tests = newFile(
    'TESTS.yaml',
    'tests:\n- {name: a, steps: [{request: GET /, expect: {body: the real one}}]}\n',
  )
  try {
    expect((await deck(['file', 'test', own, tests, '--real-backends'])).stdout).toContain('1 passed')
    expect((await deck(['file', 'test', own, tests])).stdout).toContain('1 failed')
  } finally {
    backend.close()
  }
})

it('--watch runs again after a change, and goes on after a mistake', async () => {
  const tests = newFile('TESTS.yaml', two)
  const { child, result } = startDeck(['file', 'test', file, tests, '--watch'], { env })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', chunk => {
      text += chunk
    })
  const seen = (part: string) => until(() => text.includes(part), part)
  await seen('2 tests: 1 passed, 1 failed')
  await seen('watching')
  text = ''
  writeFileSync(tests, 'tests: [}')
  await seen('problem')
  await seen('watching')
  text = ''
  writeFileSync(tests, two.replace('status: 404', 'status: 200'))
  await seen('2 tests: 2 passed')
  child.kill('SIGINT')
  expect((await result).code).not.toBe(1)
})

describe('a plugin that the gateway does not run', () => {
  const text = `_format_version: "3.0"
services:
- name: s
  url: http://s.example
  routes:
  - name: r
    paths: [/a]
    plugins:
    - {name: oidc, config: {client_id: x}}
    - name: grpc-web
    - {name: zipkin, enabled: false}
`
  const other = newFile('kong.yaml', text)
  const tests = newFile(
    'TESTS.yaml',
    'tests:\n- name: t\n  steps:\n  - {request: GET /a, expect: {status: 200, route: r}}\n',
  )

  it('is named with its line, and the tests go on', async () => {
    const { code, stdout, stderr } = await deck(['file', 'test', other, tests])
    expect({ code, stdout }).toEqual({ code: 0, stdout: '✓ t\n1 test: 1 passed\n' })
    const lines = stderr.split('\n').filter(line => line.includes(': warning:'))
    expect(lines.map(line => line.replace(other, 'kong.yaml'))).toEqual([
      'kong.yaml:9:14: warning: plugin "oidc" is not run: requests pass as if it were not there',
      'kong.yaml:10:13: warning: plugin "grpc-web" is not run: requests pass as if it were not there',
    ])
    expect(stderr).not.toContain('this proxy does not run it')
  })

  it('fails with --strict', async () => {
    const { code, stdout, stderr } = await deck(['file', 'test', '--strict', other, tests])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('error: plugin "oidc" is not run')
  })
})
