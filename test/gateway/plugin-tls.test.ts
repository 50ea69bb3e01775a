/** Plugins behind TLS, with HTTP/1.1 and HTTP/2. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { connect } from 'node:http2'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { plugin, startPlugged } from '../support/plugged-proxy.ts'
import { kong39 } from '../support/proxy-sets.ts'
import { until } from '../support/until.ts'

interface TlsResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

const over1 = (port: number, target: string, headers: Record<string, string>) =>
  new Promise<TlsResponse>((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path: target, headers, rejectUnauthorized: false, agent: false },
      response => {
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        )
      },
    )
    asked.on('error', reject).end()
  })

const over2 = (port: number, target: string, headers: Record<string, string>) =>
  new Promise<TlsResponse>((resolve, reject) => {
    const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
    session.on('error', reject)
    const stream = session.request({ ':path': target, ...headers })
    let head: Record<string, unknown> = {}
    let body = ''
    stream.on('response', answer => {
      head = answer
    })
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    stream.on('end', () => {
      session.close()
      resolve({ status: Number(head[':status']), headers: head, body })
    })
    stream.end()
  })

it.each([
  ['HTTP/1.1', over1],
  ['HTTP/2', over2],
])('%s: keys, bodies that are encoded again, and logs', async (_name, ask) => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'deck-tls-')), 'log')
  const { proxy } = await startPlugged(kong39, {
    consumer: [{ id: 'c', username: 'c' }],
    'key-auth': [{ key: 'k', consumer: { id: 'c' } }],
    plugin: [
      plugin('key-auth', {}),
      plugin('rate-limiting', { minute: 5 }),
      plugin('response-transformer', { add: { headers: ['x-added:1'], json: ['added:1'] } }),
      plugin('file-log', { path: file }),
    ],
  })
  const refused = await ask(proxy.tlsPort, '/a', {})
  expect([refused.status, refused.headers['www-authenticate'], refused.headers['x-added']]).toEqual([
    401,
    'Key',
    '1',
  ])
  expect(JSON.parse(refused.body)).toMatchObject({ message: 'No API key found in request', added: '1' })
  const passed = await ask(proxy.tlsPort, '/a?b=1', { apikey: 'k' })
  expect([passed.status, passed.headers['x-ratelimit-remaining-minute']]).toEqual([200, '4'])
  expect(JSON.parse(passed.body)).toMatchObject({ path: '/a?b=1', added: '1' })
  const lines = () => readFileSync(file, 'utf8').trim().split('\n')
  await until(() => lines().length === 2, 'both are written')
  expect(JSON.parse(lines()[1] ?? '')).toMatchObject({
    request: {
      url: expect.stringMatching(new RegExp(`^https://127\\.0\\.0\\.1:${proxy.tlsPort}/a\\?b=1$`)),
      tls: { version: 'TLSv1.3', cipher: expect.stringMatching(/^TLS_AES_/), client_verify: 'NONE' },
    },
    response: { status: 200 },
  })
  expect(proxy.logged).toEqual([])
})
