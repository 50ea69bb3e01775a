/**
 * `deck file explain` says where each value comes from; `deck explain` what a field may be. Neither asks a
 * gateway.
 */
import { describe, expect, it } from 'vitest'
import { deck, newFile } from '../support/binary.ts'

const text = `_format_version: "3.0"
_info:
  select_tags: [team-a]
  defaults:
    service: {retries: 3}
_plugin_configs:
  shared: {minute: 7}
services:
- name: a
  url: http://b.example:8080/x
  connect_timeout: 100
  routes:
  - name: r
    paths: [/a]
    plugins:
    - name: rate-limiting
      _config: shared
      config:
        redis_host: \${{ env "DECK_REDIS" }}
        policy: redis
consumers:
- username: c
  keyauth_credentials: [{key: s3cret-key}]
`
const env = { DECK_REDIS: 'redis.internal' }
const file = newFile('kong.yaml', text)

/** What is printed, each run of blanks as one. */
async function explain(...argv: string[]) {
  const { code, stdout, stderr } = await deck(['file', 'explain', file, ...argv], { env })
  return { code, stderr, lines: stdout.replaceAll(file, 'kong.yaml').replaceAll(/ +/g, ' ') }
}

describe('file explain', () => {
  it('names the source of each value of a service', async () => {
    const { lines, code } = await explain('service', 'a')
    expect(code).toBe(0)
    for (const line of [
      'service "a" (kong.yaml:9:3)',
      'connect_timeout 100 kong.yaml:11:20',
      'host b.example kong.yaml:10:8 (url)',
      'retries 3 kong.yaml:5:24 (_info.defaults)',
      "write_timeout 60000 Kong's default",
      'tags ["team-a"] kong.yaml:3:16 (_info.select_tags)',
    ])
      expect(lines).toContain(line)
  })

  it('follows shared configurations and old names, and hides what a variable holds', async () => {
    const { lines } = await explain('plugin', 'rate-limiting')
    expect(lines).toContain('config.minute 7 kong.yaml:7:20 (_plugin_configs.shared)')
    expect(lines).toContain('config.redis.host [masked] kong.yaml:19:21 (environment DECK_REDIS)')
    expect(lines).toContain('config.policy redis kong.yaml:20:17')
    expect(lines).toContain('route r kong.yaml:13:5 (owner)')
    expect(lines).not.toContain('redis.internal')
  })

  it('takes a field, and hides secrets', async () => {
    const { lines } = await explain('services', 'a', 'retries')
    expect(lines).toBe('service "a" (kong.yaml:9:3)\n retries 3 kong.yaml:5:24 (_info.defaults)\n')
    const secret = await explain('key-auth', '--json')
    expect(secret.lines).not.toContain('s3cret')
    expect(JSON.parse(secret.lines)[0].values).toContainEqual(
      expect.objectContaining({ path: ['key'], value: '[masked]', source: 'file' }),
    )
  })

  it('explains beside a mistake, which is reported', async () => {
    const broken = newFile(
      'broken.yaml',
      '_format_version: "3.0"\nservices:\n- {name: a, host: b, hots: c, port: "x"}\n',
    )
    const { code, stdout, stderr } = await deck(['file', 'explain', broken, 'service', 'a', 'host'])
    expect({ code, stdout: stdout.replaceAll(broken, 'f') }).toEqual({
      code: 0,
      stdout: 'service "a" (f:3:3)\n  host  b  f:3:19\n',
    })
    expect(stderr).toContain('unknown field "hots"')
  })

  it.each([
    [['servce'], 'unknown kind "servce"', 'did you mean "service"?'],
    [['service', 'aa'], 'the file has no service "aa"', ''],
    [['service', 'a', 'hots'], 'no service in the file has a value at "hots"', ''],
  ])('%j is refused', async (argv, message, hint) => {
    const { code, stderr } = await explain(...argv)
    expect(stderr).toContain(message)
    expect(stderr).toContain(hint)
    expect(code).toBe(1)
  })
})

describe('explain', () => {
  const describes = async (...argv: string[]) =>
    (await deck(['explain', ...argv])).stdout.replaceAll(/ +/g, ' ')

  it('describes a field', async () => {
    expect(await describes('service.retries')).toBe(
      'FIELD: service.retries\nTYPE: integer\nDEFAULT: 5\nREQUIRED: no\nRANGE: 0 to 32767\n\nThe number of retries to execute upon failure to proxy.\n',
    )
    expect(await describes('plugin.instance_name')).toContain('SINCE: Kong 3.2')
    expect(await describes('rate-limiting.config.redis_host')).toContain('REPLACED: by redis.host')
    expect(await describes('route.protocols')).toContain('VALUES: grpc, grpcs, http')
  })

  it('lists the fields of a kind, a plugin or a record, and all names', async () => {
    expect(await describes('rate-limiting.redis')).toContain(' host string A string representing a host name')
    expect(await describes('key-auth')).toContain('deck explain plugin.key-auth')
    expect(await describes('plugin.key-auth')).toContain(' key_names array of string')
    expect(await describes('plugins.key-auth')).toContain(' key_names array of string')
    expect(await describes('plugins.key-auth.key_names')).toContain('TYPE: array of string')
    expect(await describes('plugins.instance_name')).toContain('TYPE: string')
    expect(await describes()).toContain('\n rate-limiting\n')
  })

  it('knows the version, and what may have been meant', async () => {
    expect(await describes('upstream')).toContain('hash_on_query_arg')
    expect(await describes('upstream', '--kong-version', '2.8')).not.toContain('hash_on_query_arg')
    const { code, stderr } = await deck(['explain', 'service.hots'])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'Error: service.hots: unknown field "hots"\nhint: did you mean "host"?\n',
    })
  })
})
