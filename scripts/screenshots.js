// `node scripts/screenshots.js`: takes the pictures of docs/manager.md again, with the browser of the tests:
// a gateway with entities and traffic, each page in light and dark.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build as bundle } from 'esbuild'
import { build } from './build.js'
import { createBackend, startGateway } from './demo/stage.js'

const root = resolve(import.meta.dirname, '..')
const folder = process.argv[2] ?? join(root, 'docs/manager')

/** The browser's launcher is TypeScript, which Node 20 does not load. */
async function loadBrowser() {
  const outfile = join(root, 'test/support/.browser.mjs')
  await bundle({
    entryPoints: [join(root, 'test/support/browser.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(outfile)
  }
}

const { startBrowser } = await loadBrowser()

const changedFile = `_format_version: "3.0"
services:
- name: example_service
  host: example_upstream
  read_timeout: 30000
  routes:
  - name: mocking
    paths:
    - /mock
- name: orders
  host: orders.example
upstreams:
- name: example_upstream
  targets:
  - target: httpbin.konghq.com:80
`

const brokenFile = `_format_version: "3.0"
services:
- name: example_service
  hots: example_upstream
  port: eighty
`

/** @returns addresses of pages, by the name of their picture */
async function fill(admin) {
  const send = sender(admin)
  const upstream = await sendUpstream(send)
  const service = await send('/services', {
    name: 'example_service',
    host: 'example_upstream',
    tags: ['guide'],
  })
  await sendShop(send)
  const route = await send('/routes', {
    name: 'mocking',
    paths: ['/mock'],
    methods: ['GET', 'POST'],
    service: { id: service.id },
  })
  const consumer = await sendConsumers(send)
  await send('/plugins', {
    name: 'rate-limiting',
    config: { minute: 10_000, policy: 'local' },
    service: { id: service.id },
  })
  await send('/plugins', { name: 'proxy-cache', config: { strategy: 'memory', cache_ttl: 30 } })
  return {
    home: '/',
    services: '/services',
    'new-upstream': '/upstreams/new',
    service: `/services/${service.id}`,
    targets: `/upstreams/${upstream.id}/targets`,
    'try-it': `/routes/${route.id}/try`,
    'in-a-row': `/routes/${route.id}/try`,
    credentials: `/consumers/${consumer.id}/credentials`,
    catalogue: '/plugins/new',
    plugin: '/plugins/new?name=rate-limiting',
    'state-file-of-one': `/routes/${route.id}/code`,
    compare: '/compare',
    problems: '/compare',
    error: '/services/new',
    delete: `/upstreams`,
    'no-vaults': '/vaults',
  }
}

const sender = admin => async (path, body) => {
  const response = await fetch(admin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  return response.json()
}

async function sendUpstream(send) {
  const upstream = await send('/upstreams', {
    name: 'example_upstream',
    healthchecks: {
      passive: { unhealthy: { http_failures: 3, tcp_failures: 3 }, healthy: { successes: 1 } },
    },
    tags: ['guide'],
  })
  for (const [target, weight] of [
    ['httpbin.konghq.com:80', 100],
    ['httpbun.com:80', 50],
  ]) {
    await send(`/upstreams/${upstream.id}/targets`, { target, weight })
  }
  return upstream
}

async function sendShop(send) {
  await send('/services', {
    name: 'orders',
    host: 'orders.example',
    protocol: 'https',
    port: 443,
    path: '/v2',
    tags: ['shop'],
  })
  await send('/services', {
    name: 'payments',
    host: 'payments.example',
    enabled: false,
    tags: ['shop', 'pci'],
  })
}

async function sendConsumers(send) {
  const consumer = await send('/consumers', { username: 'anna', custom_id: '4711', tags: ['team-a'] })
  await send('/consumers', { username: 'bruno' })
  await send(`/consumers/${consumer.id}/key-auth`, { key: 'a-key-that-nobody-guesses' })
  await send(`/consumers/${consumer.id}/acls`, { group: 'readers' })
  return consumer
}

/** What is done on a page before its picture is taken. */
const acts = {
  targets: page => page.waitForTimeout(20_500),
  'try-it': async page => {
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Route', { exact: true }).waitFor()
  },
  'in-a-row': async page => {
    await page.getByRole('button', { name: '10 in a row' }).click()
    await page.getByRole('heading', { name: '10 requests' }).waitFor()
  },
  compare: async page => {
    await page.getByLabel('State file', { exact: true }).fill(changedFile)
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByText('What a sync would do').waitFor()
  },
  problems: async page => {
    await page.getByLabel('State file', { exact: true }).fill(brokenFile)
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByText('Problems').waitFor()
  },
  error: async page => {
    await page.getByLabel('Name', { exact: true }).fill('orders')
    await page.getByLabel('Port', { exact: true }).fill('eighty')
    await page.getByLabel('Path', { exact: true }).fill('v2')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('alert').waitFor()
  },
  delete: async page => {
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('This also deletes').waitFor()
  },
  catalogue: page => page.getByRole('link', { name: 'rate-limiting' }).waitFor(),
}

async function take(manager, pages, options, suffix) {
  const browser = await startBrowser()
  const context = await browser.newContext(options)
  for (const [name, path] of Object.entries(pages)) {
    const page = await context.newPage()
    page.on('pageerror', error => console.error(`${name}: ${error.message}`))
    await page.goto(manager + path)
    await page.locator('main h1').waitFor()
    await acts[name]?.(page)
    await page.waitForTimeout(400)
    await page.screenshot({ path: join(folder, `${name}${suffix}.png`) })
    await page.close()
  }
  await browser.close()
}

async function main() {
  await build()
  mkdirSync(folder, { recursive: true })
  const temporary = mkdtempSync(join(tmpdir(), 'deck-screenshots-'))
  const backends = [createBackend('httpbin'), createBackend('httpbun')]
  await Promise.all(backends.map(({ start }) => start()))
  const [one, two] = backends
  const resolved = [`httpbin.konghq.com:80=127.0.0.1:${one.port()}`, `httpbun.com:80=127.0.0.1:${two.port()}`]
  const listen = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const argv = ['serve', ...listen, ...resolved.flatMap(text => ['--resolve', text])]
  const gateway = await startGateway(argv, join(temporary, 'ready.json'))
  const traffic = setInterval(() => fetch(`${gateway.proxy}/mock`).catch(() => {}), 60)
  try {
    const pages = await fill(gateway.admin)
    const viewport = { width: 1120, height: 760 }
    for (const colorScheme of ['light', 'dark']) {
      await take(gateway.manager, pages, { viewport, colorScheme }, `-${colorScheme}`)
    }
    const { services, targets } = pages
    const narrow = { viewport: { width: 375, height: 760 }, colorScheme: 'light' }
    await take(gateway.manager, { services, targets, 'new-upstream': '/upstreams/new' }, narrow, '-narrow')
  } finally {
    clearInterval(traffic)
    await gateway.stop()
    await Promise.all(backends.map(({ stop }) => stop()))
    rmSync(temporary, { recursive: true, force: true })
  }
}

await main()
