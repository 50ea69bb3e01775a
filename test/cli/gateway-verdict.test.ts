/**
 * `gateway validate`: each of Kong's sentences at the line of its value, with the hints of `file validate`;
 * a gateway that fails on one entity says the rest.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deck, newFile, type Served, serve } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'

let gateway: Served
beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway?.stop())

const text = `_format_version: "3.0"
plugins:
- name: rate-limiting
  config:
    minute: "5"
    limit_by: heade
- name: key-auth
  config:
    key_names: apikey
    anonymos: x
routes:
- name: r
  paths: [/a]
  sources: [{ip: 10.0.0.1}]
`

async function validate(where: 'file' | 'gateway', content: string, address = gateway.admin) {
  const file = newFile('kong.yaml', content)
  const flags = where === 'gateway' ? ['--kong-addr', address] : []
  const { code, stderr } = await deck([where, 'validate', file, ...flags])
  return { code, stderr: stderr.replaceAll(file, 'kong.yaml') }
}

it('says what file validate says, all of it', async () => {
  const [offline, online] = [await validate('file', text), await validate('gateway', text)]
  expect(online.stderr).toBe(offline.stderr)
  expect(online.code).toBe(1)
  for (const place of [
    'kong.yaml:5:13: error: config.minute: expected a number (plugin "rate-limiting")',
    'kong.yaml:6:15: error: config.limit_by: expected one of',
    'kong.yaml:9:16: error: config.key_names: expected an array (plugin "key-auth")',
    'hint: did you mean "anonymous"?',
    'kong.yaml:14:12: error: sources: cannot set',
  ])
    expect(online.stderr).toContain(place)
})

it('says once what the gateway refuses too', async () => {
  const { stderr } = await validate(
    'gateway',
    '_format_version: "3.0"\nservices:\n- name: a\n  host: a.example\n  prot: 80\n',
  )
  expect(stderr).toBe(`kong.yaml:5:3: error: unknown field "prot" (service "a")
    prot: 80
    ^^^^
hint: did you mean "port"?
Error: 1 problem in the state file
`)
})

it('names the new names of fields that Kong has no more, and of those that it will drop', async () => {
  const content = `_format_version: "3.0"
plugins:
- name: bot-detection
  config:
    whitelist: [a]
- name: http-log
  config:
    http_endpoint: http://a.example
    queue_size: 5
`
  for (const where of ['file', 'gateway'] as const) {
    const { stderr } = await validate(where, content)
    expect(stderr).toContain(
      'kong.yaml:5:5: error: unknown field "config.whitelist" (plugin "bot-detection")',
    )
    expect(stderr).toContain('hint: renamed to config.allow')
    expect(stderr).toContain('kong.yaml:9:5: warning: config.queue_size is deprecated (plugin "http-log")')
    expect(stderr).toContain('hint: use config.queue.max_batch_size instead')
  }
})

it('a missing field that a rule demands is at the field that the rule depends on', async () => {
  const content =
    '_format_version: "3.0"\nplugins:\n- name: rate-limiting\n  config:\n    minute: 5\n    limit_by: header\n'
  for (const where of ['file', 'gateway'] as const) {
    const { stderr } = await validate(where, content)
    expect(stderr).toContain('kong.yaml:6:15: error: config.header_name: required field missing')
  }
})

it('a 500 is the answer about one entity, not retried, and what is known here is reported', async () => {
  const relay = await faultyRelay(gateway.admin, ({ path }) =>
    path === '/schemas/plugins/validate'
      ? { what: 'status', status: 500, body: '{"message":"An unexpected error occurred"}' }
      : undefined,
  )
  const unknown = `${text}- name: fine\n  paths: [/b]\n  plugins: [{name: cors}]\n`
  const { stderr, code } = await validate('gateway', unknown, relay.address)
  expect(relay.seen.filter(({ path }) => path === '/schemas/plugins/validate')).toHaveLength(3)
  expect(stderr).toContain('kong.yaml:5:13: error: config.minute: expected a number')
  expect(stderr).toContain('kong.yaml:14:12: error: sources: cannot set')
  expect(stderr).toContain('kong.yaml:17:13: error: the gateway refuses this: HTTP status 500')
  expect(code).toBe(1)
})

it('a file with an error that needs no gateway has all others reported too', async () => {
  const content = `${text}upstreams:\n- {name: u, slots: 1, hash_on_cookie: "kük"}\nservices:\n- {name: s, hots: x}\n`
  const [offline, online] = [await validate('file', content), await validate('gateway', content)]
  expect(online.stderr).toBe(offline.stderr)
  for (const part of ['unknown field "hots"', 'config.minute: expected a number', 'slots: value should be'])
    expect(online.stderr).toContain(part)
})

it('of a map, the key with the mistake is the place', async () => {
  const content = `_format_version: "3.0"
plugins:
- name: file-log
  config:
    path: /tmp/x
    custom_fields_by_lua:
      fine: return 1
      bad: return return
`
  const [offline, online] = [await validate('file', content), await validate('gateway', content)]
  expect(online.stderr).toBe(offline.stderr)
  expect(online.stderr).toContain(
    'kong.yaml:8:12: error: config.custom_fields_by_lua.bad: Error parsing function',
  )
})
