/** The TLS port of the proxy: as configured, else 443 above its plain port, as Kong's 8443 and 8000. */
import { expect, it } from 'vitest'
import { gatewayOptions } from '../../src/cli/serve-options.ts'

const given = (flags: Readonly<Record<string, string>>) =>
  gatewayOptions(
    {
      'admin-listen': '127.0.0.1:0',
      'manager-listen': '127.0.0.1:0',
      'proxy-listen': '127.0.0.1:8000',
      'kong-version': '3.9',
      ...flags,
    },
    () => {},
  )

it.each([
  [{}, { host: '127.0.0.1', port: 8443, implied: true }],
  [{ 'proxy-listen': '0.0.0.0:0' }, { host: '0.0.0.0', port: 0, implied: true }],
  [{ 'proxy-listen': '127.0.0.1:65300' }, undefined],
  [{ 'proxy-tls-listen': '127.0.0.1:9443' }, { host: '127.0.0.1', port: 9443 }],
  [{ 'proxy-tls-listen': 'off' }, undefined],
])('%j: %j', async (flags, expected) => {
  expect((await given(flags)).proxyTlsListen).toEqual(expected)
})

it('an invalid TLS address is reported', async () => {
  await expect(given({ 'proxy-tls-listen': 'here' })).rejects.toThrow(/^--proxy-tls-listen: "here"/)
})
