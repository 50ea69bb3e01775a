/** What the Admin API has answered, the proxy does: with the next request, not a moment later. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { anyPort } from '../support/bare-gateway.ts'

describe.each([
  { major: 2, minor: 8, text: '2.8' },
  { major: 3, minor: 9, text: '3.9' },
])('a change to Kong $text', version => {
  let gateway: Gateway
  let backend: Server
  beforeAll(async () => {
    backend = createServer((_request, response) => response.end('from the backend'))
    await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
    gateway = await startGateway({ ...anyPort, version })
  })
  afterAll(async () => {
    await gateway.close()
    await new Promise(resolve => backend.close(resolve))
  })

  it('acts at once, and is gone at once', async () => {
    const { port } = backend.address() as AddressInfo
    const status = async (path: string) => (await fetch(gateway.proxy + path)).status
    await ask(gateway.admin, 'PUT', '/services/s', { host: '127.0.0.1', port })
    for (let n = 0; n < 20; n++) {
      expect(await status(`/r${n}-end`)).toBe(404)
      await ask(gateway.admin, 'PUT', `/routes/r${n}`, { paths: [`/r${n}-end`], service: { name: 's' } })
      expect(await status(`/r${n}-end`)).toBe(200)
    }
    await ask(gateway.admin, 'POST', '/services/s/plugins', { name: 'key-auth' })
    expect(await status('/r1-end')).toBe(401)
    await ask(gateway.admin, 'PUT', '/consumers/c', {})
    await ask(gateway.admin, 'POST', '/consumers/c/key-auth', { key: 'k' })
    expect(await status('/r1-end?apikey=k')).toBe(200)
    await ask(gateway.admin, 'DELETE', '/consumers/c')
    expect(await status('/r1-end?apikey=k')).toBe(401)
    await ask(gateway.admin, 'DELETE', '/routes/r1')
    expect(await status('/r1-end')).toBe(404)
  })
})
