/** What a TLS client says first, as real clients say it. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type ConnectionOptions, connect } from 'node:tls'
import { expect, it } from 'vitest'
import { readHello } from '../../src/gateway/tls/client-hello.ts'

async function saidBy(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ...options })
  client.on('error', () => {})
  const [socket] = (await once(server, 'connection')) as [Socket]
  const [said] = (await once(socket, 'data')) as [Buffer]
  client.destroy()
  socket.destroy()
  server.close()
  return said
}

it.each<[ConnectionOptions, string | undefined]>([
  [{ servername: 'a.example' }, 'a.example'],
  [{ servername: 'a.example', maxVersion: 'TLSv1.2', ALPNProtocols: ['h2'] }, 'a.example'],
  [{}, undefined],
])('%o: %s', async (options, serverName) => {
  const said = await saidBy(options)
  expect(readHello(said)).toEqual({ serverName })
  for (let length = 0; length < said.length; length++)
    expect(readHello(said.subarray(0, length))).toBe('more')
  expect(readHello(Buffer.concat([said, Buffer.from('more of it')]))).toEqual({ serverName })
})

it('reads nothing else, and nothing that is broken', async () => {
  expect(readHello(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBe('unread')
  const said = await saidBy({ servername: 'a.example' })
  const record = said.readUInt16BE(3)
  for (let length = 0; length < record; length += 7) {
    const cut = Buffer.from(said.subarray(0, 5 + length))
    cut.writeUInt16BE(length, 3)
    expect(readHello(cut)).toBe('unread')
  }
})
