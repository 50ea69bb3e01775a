/** Every kind, from a state file to the gateway and back: a second run of the same file changes nothing. */
import { describe, expect, it } from 'vitest'
import { certificate, privateKey } from '../support/client-certificate.ts'
import { counts, desk } from '../support/client-desk.ts'

const indented = (text: string, by: number) => text.trimEnd().replaceAll('\n', `\n${' '.repeat(by)}`)

const file = (version: string) => `_format_version: "${version}"
consumers:
- username: c
  basicauth_credentials: [{username: b, password: secret}]
  hmacauth_credentials: [{username: h, secret: s}]
  jwt_secrets: [{key: j, secret: s, algorithm: HS256}]
  oauth2_credentials: [{name: o, client_id: i, client_secret: s, hash_secret: true}]
  acls: [{group: g}]
certificates:
- id: 4bd3b8c0-79a8-4f16-9c1c-2a3a34c62ee1
  cert: |
    ${indented(certificate, 4)}
  key: |
    ${indented(privateKey, 4)}
  snis: [{name: a.example}, {name: b.example}]
ca_certificates:
- cert: |
    ${indented(certificate, 4)}
`

const newer = `vaults: [{name: env, prefix: my-env, config: {prefix: A_}}]
key_sets: [{name: ks}]
keys:
- name: k
  kid: one
  set: {name: ks}
  pem:
    private_key: |
      ${indented(privateKey, 6)}
`

describe.each([
  ['2.8.5', file('1.1'), 10],
  ['3.9.1', file('3.0') + newer, 13],
])('all kinds in Kong %s', (version, text, count) => {
  it('are made, and are then as they are wanted', async () => {
    const { go } = await desk(version)
    const first = await go(text)
    expect(first.err).toBe('')
    expect(first.out).toContain('creating basic-auth b for consumer c')
    expect(first.out).toContain(`Created: ${count}`)
    expect(counts(await go(text))).toBe('0/0/0')
  })

  it('keep the names of a changed certificate, and are distinguished by their passwords', async () => {
    const { go } = await desk(version)
    await go(text)
    const other = text.replace('password: secret', 'password: other').replace('snis:', 'tags: [t]\n  snis:')
    expect((await go(other)).out).toContain('Updated: 2')
    expect(counts(await go(other))).toBe('0/0/0')
    const fewer = other.replace(', {name: b.example}', '')
    expect(counts(await go(fewer))).toBe('0/0/1')
  })
})
