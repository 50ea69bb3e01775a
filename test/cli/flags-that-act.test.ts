/** Flags of decK that choose, hide or slow: what each of them does. */
import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { deck, newFile, serve } from '../support/binary.ts'
import { certificate, privateKey } from '../support/client-certificate.ts'
import { faultyRelay } from '../support/faulty-relay.ts'

const indented = (text: string, by: number) => text.trimEnd().replaceAll('\n', `\n${' '.repeat(by)}`)
const whole = `_format_version: "3.0"
services:
- name: s
  host: upstream.example
  path: /secret/path
  routes: [{name: r, paths: [/a], methods: [GET]}]
  plugins: [{name: rate-limiting, config: {minute: 5, policy: local}}]
consumers:
- {username: c, keyauth_credentials: [{key: my-api-key}]}
ca_certificates:
- cert: |
    ${indented(certificate, 4)}
certificates:
- id: 4bd3b8c0-79a8-4f16-9c1c-2a3a34c62ee1
  cert: |
    ${indented(certificate, 4)}
  key: |
    ${indented(privateKey, 4)}
`

test('dump --sanitize keeps the form and no content, and what it writes can be synced', async () => {
  const gateway = await serve()
  try {
    const run = (...argv: string[]) => deck(['gateway', ...argv, '--kong-addr', gateway.admin])
    expect(await run('sync', newFile('whole.yaml', whole))).toMatchObject({ code: 0 })
    const { stdout } = await run('dump', '--sanitize', '--sanitization-salt', 'salt')
    expect(stdout).not.toMatch(/upstream\.example|secret\/path|my-api-key/)
    const content = parse(stdout)
    expect(content.services[0]).toMatchObject({
      protocol: 'http',
      path: expect.stringMatching(/^\/redacted\/path\/[\da-f]{64}$/),
      routes: [{ methods: ['GET'] }],
      plugins: [{ name: 'rate-limiting', config: { minute: 5, policy: 'local' } }],
    })
    expect(new X509Certificate(content.ca_certificates[0].cert).ca).toBe(true)
    expect(content.certificates[0].cert).not.toContain(certificate.split('\n')[1])
    expect((await run('dump', '--sanitize')).stdout).not.toBe(stdout)
    const other = await serve()
    const again = await deck(['gateway', 'sync', newFile('s.yaml', stdout), '--kong-addr', other.admin])
    await other.stop()
    expect(again).toMatchObject({ code: 0 })
  } finally {
    await gateway.stop()
  }
})

test('--skip-ca-certificates, --skip-consumers and --rbac-resources-only leave alone what they name', async () => {
  const gateway = await serve()
  try {
    const run = (...argv: string[]) => deck(['gateway', ...argv, '--kong-addr', gateway.admin])
    const file = newFile('whole.yaml', whole)
    const skipping = await run('sync', file, '--skip-ca-certificates', '--skip-consumers')
    expect(skipping.stdout).toContain('Created: 4')
    await run('sync', file)
    const { stdout } = await run('reset', '--force', '--skip-ca-certificates', '--skip-consumers')
    expect(stdout).toContain('Deleted: 4')
    const roles = await run('dump', '--rbac-resources-only')
    expect(roles.code).toBe(1)
    expect(roles.stderr).toContain('rbac/roles: HTTP status 404')
  } finally {
    await gateway.stop()
  }
})

test('a cookie jar, and the delay before what needs a change', async () => {
  const gateway = await serve()
  try {
    const relay = await faultyRelay(gateway.admin, () => undefined)
    const jar = newFile(
      'jar',
      '#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tabc\nother.example\tFALSE\t/\tFALSE\t0\tno\tno\n',
    )
    const file = newFile(
      'two.yaml',
      '_format_version: "3.0"\nservices:\n- {name: a, host: h, routes: [{name: r, paths: [/a]}]}\n- {name: b, host: h}\n',
    )
    const { code, stderr } = await deck([
      ...['gateway', 'sync', file, '--kong-addr', relay.address, '--db-update-propagation-delay', '1'],
      ...['--kong-cookie-jar-path', jar, '--verbose', '1'],
    ])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^> Cookie: /m)
    expect(stderr).not.toContain('session=abc')
    const at = (path: string) =>
      relay.seen.find(one => one.method === 'PUT' && one.path.startsWith(path))?.at ?? 0
    expect(at('/routes/') - at('/services/')).toBeGreaterThan(990)
  } finally {
    await gateway.stop()
  }
})

test('without preflight, kinds of Kong Enterprise are sent last, with a warning, and fail as the gateway says', async () => {
  const gateway = await serve()
  try {
    const text =
      '_format_version: "3.0"\nconsumer_groups: [{name: gold}]\nconsumers: [{username: c, groups: [{name: gold}]}]\nservices: [{name: s, host: h}]\n'
    const { code, stdout, stderr } = await deck([
      'gateway',
      'sync',
      '--skip-preflight',
      newFile('groups.yaml', text),
      '--kong-addr',
      gateway.admin,
    ])
    expect(code).toBe(1)
    expect(stdout).toBe(
      'creating consumer c\ncreating consumer-group gold\nSummary:\n  Created: 1\n  Updated: 0\n  Deleted: 0\n',
    )
    expect(stderr).toMatch(
      /groups\.yaml:2:19: warning: the gateway \(Kong 3\.9\.1\) has no consumer-group: it will refuse this/,
    )
    expect(stderr).toContain('Create consumer-group gold failed: HTTP status 404')
    expect(stderr).toContain('Not attempted (2):')
  } finally {
    await gateway.stop()
  }
})
