/** Who may ask the Manager what, what it sends, and what the page makes of names with markup in them. */
import { request } from 'node:http'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { type Served, serve } from '../support/binary.ts'
import { openPage, startBrowser } from '../support/browser.ts'

let gateway: Served

beforeAll(async () => {
  gateway = await serve()
})

afterAll(() => gateway.stop())

interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** fetch sets Host and Origin by itself: here they are what the test says. */
function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; bytes: Buffer }>(
    (resolve, reject) => {
      const sent = request(gateway.manager + path, { method, headers }, response => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes: Buffer.concat(chunks),
          }),
        )
      })
      sent.once('error', reject)
      sent.end(body)
    },
  )
}

const write = (headers: Record<string, string>) =>
  send('/api/admin/services', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ host: 'written.example' }),
  })

describe('who may ask', () => {
  test.each([
    ['evil.example'],
    ['evil.example:8002'],
    ['127.0.0.1.evil.example'],
    ['localhost.evil.example'],
  ])('no host called %j: a name can be made to point here', async host => {
    expect((await send('/', { headers: { host } })).status).toBe(421)
    expect((await send('/api/admin/services', { headers: { host } })).status).toBe(421)
  })

  test.each([['localhost:1'], ['127.0.0.1'], ['[::1]:8002'], ['manager.localhost']])('%s may', async host => {
    expect((await send('/', { headers: { host } })).status).toBe(200)
  })

  test('what writes must come from the page itself', async () => {
    const { host } = new URL(gateway.manager)
    const own = { origin: gateway.manager, 'sec-fetch-site': 'same-origin' }
    const refused: Record<string, string>[] = [
      {},
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: gateway.admin },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: gateway.manager },
      { 'sec-fetch-site': 'same-origin', origin: 'http://evil.example' },
      { origin: `https://${host}` },
    ]
    for (const headers of refused) expect((await write(headers)).status, JSON.stringify(headers)).toBe(403)
    expect((await ask(gateway.admin, 'GET', '/services')).json['data']).toEqual([])
    expect((await write(own)).status).toBe(201)
    expect((await write({ origin: gateway.manager })).status).toBe(201)
    for (const path of ['/api/sync', '/api/compare', '/api/try']) {
      expect((await send(path, { method: 'POST', body: '{}' })).status, path).toBe(403)
    }
  })

  test('another site’s page may not even read', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await send('/api/admin/services', { headers })).status).toBe(403)
    expect((await send('/api/export', { headers })).status).toBe(403)
    const { headers: answered } = await send('/api/admin/services')
    expect(answered).not.toHaveProperty('access-control-allow-origin')
  })

  test('nothing leads out of the Admin API, or of the page’s files', async () => {
    expect((await send('/api/nothing')).status).toBe(404)
    expect((await send('/app-old.js')).status).toBe(404)
    const files = await Promise.all(
      ['/../package.json', '/%2e%2e/package.json', '/..%2fdeck.cjs'].map(path => send(path)),
    )
    for (const { bytes } of files) expect(bytes.toString()).toContain('<div id="app">')
    expect((await send('/', { method: 'POST' })).status).toBe(405)
  })
})

describe('what it sends', () => {
  test('scripts and styles of its own only, and no frames', async () => {
    const { headers, bytes } = await send('/')
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*|http/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(bytes.toString()).not.toMatch(/style=|onload=|<script>|https?:\/\/(?!www\.w3\.org)/)
  })

  test('at most 100 KB compressed before anything is seen', async () => {
    const headers = { 'accept-encoding': 'gzip' }
    const page = await send('/')
    const assets = [...page.bytes.toString().matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    )
    expect(assets).toHaveLength(2)
    const all = await Promise.all(['/', ...assets].map(path => send(path, { headers })))
    for (const one of all) expect(one.headers['content-encoding']).toBe('gzip')
    expect(all.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(100_000)
    expect(all[1]?.headers['cache-control']).toContain('immutable')
    expect(all[0]?.headers['cache-control']).toBe('no-cache')
  })
})

describe('in a browser', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
  })

  afterAll(() => browser.close())

  test('a name with markup in it is a text like others', async () => {
    const markup = '<img src=x onerror=alert(1)>'
    await ask(gateway.admin, 'POST', '/consumers', {
      username: markup,
      custom_id: '"><script>alert(2)</script>',
    })
    const { page, complaints } = await openPage(browser)
    let asked = false
    page.on('dialog', dialog => {
      asked = true
      dialog.dismiss()
    })
    await page.goto(`${gateway.manager}/consumers`)
    await page.getByRole('link', { name: markup }).click()
    await page.getByRole('heading', { name: markup }).waitFor()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('status').getByText(markup).waitFor()
    expect(asked).toBe(false)
    expect(complaints).toEqual([])
  })

  test('another page can neither read nor write', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${gateway.admin}/status`)
    const tried = await page.evaluate(
      `Promise.allSettled([fetch('${gateway.manager}/api/admin/services'), fetch('${gateway.manager}/api/admin/services', { method: 'POST', body: '{"host":"h"}', mode: 'no-cors' })]).then(all => all[0].status)`,
    )
    expect(tried).toBe('rejected')
    const hosts = ((await ask(gateway.admin, 'GET', '/services')).json['data'] as { host: string }[]).map(
      ({ host }) => host,
    )
    expect(hosts).not.toContain('h')
  })
})
