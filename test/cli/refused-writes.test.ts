/**
 * Entities that every gateway refuses at the time of a write are reported before anything is changed; a file
 * may contain them.
 */
import { expect, test } from 'vitest'
import { deck, newFile, serve } from '../support/binary.ts'
import { createAuthority } from '../support/certificates.ts'

test('a CA certificate that has expired passes in a file, and is an error where it would be written', async () => {
  const { cert } = await (await createAuthority()).expired('old')
  const file = newFile(
    'kong.yaml',
    `_format_version: "3.0"
services:
- {name: a, host: b}
ca_certificates:
- id: 00000000-0000-4000-8000-000000000001
  cert: ${JSON.stringify(cert)}
`,
  )
  expect((await deck(['file', 'validate', file])).code).toBe(0)
  const gateway = await serve()
  try {
    const { code, stderr } = await deck(['gateway', 'sync', file, '--kong-addr', gateway.admin])
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /:5:3: error: certificate expired, "Not After" time is in the past \(ca-certificate /,
    )
    expect(await (await fetch(`${gateway.admin}/services`)).json()).toMatchObject({ data: [] })
    const left = await deck(['gateway', 'sync', file, '--skip-ca-certificates', '--kong-addr', gateway.admin])
    expect(left.code).toBe(0)
  } finally {
    await gateway.stop()
  }
})
