/**
 * The gateway at work: requests in a row and as a consumer, and what the page does while the gateway is gone.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { newFolder, type Served, serve, startDeck } from '../support/binary.ts'
import { openPage, startBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'

const backends: Server[] = []
let gateway: Served
let browser: Browser
let page: Page
let complaints: readonly string[]
let route: string

async function backend(name: string): Promise<number> {
  const server = createServer((_request, response) => response.end(name))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  backends.push(server)
  return (server.address() as AddressInfo).port
}

beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([serve(), startBrowser()])
  const make = async (path: string, body: object) =>
    String((await ask(gateway.admin, 'POST', path, body)).json['id'])
  await make('/upstreams', { name: 'pool' })
  for (const name of ['one', 'two']) {
    await make('/upstreams/pool/targets', { target: `127.0.0.1:${await backend(name)}` })
  }
  const service = await make('/services', { name: 'behind-pool', host: 'pool' })
  route = await make('/routes', { name: 'open', paths: ['/open'], service: { id: service } })
})

afterAll(async () => {
  await browser.close()
  await gateway.stop()
  for (const server of backends) server.close()
})

beforeEach(async () => {
  ;({ page, complaints } = await openPage(browser))
})

test('ten requests in a row show how they are spread', async () => {
  await page.goto(`${gateway.manager}/routes/open/try`)
  await page.getByRole('button', { name: '10 in a row' }).click()
  await page.getByRole('heading', { name: '10 requests' }).waitFor()
  const rows = page.getByRole('region', { name: 'Requests in a row' })
  const targets = await rows.locator('tbody td:nth-child(3)').allTextContents()
  expect(new Set(targets).size).toBe(2)
  expect(targets.every((target, at) => at === 0 || target !== targets[at - 1])).toBe(true)
  await page.getByText(/127\.0\.0\.1:\d+: 5 · 127\.0\.0\.1:\d+: 5/).waitFor()
  expect(complaints).toEqual([])
})

test('a route that asks who is there is tried as a consumer', async () => {
  const consumer = await ask(gateway.admin, 'POST', '/consumers', { username: 'anna' })
  await ask(gateway.admin, 'POST', `/consumers/${consumer.json['id']}/key-auth`, { key: 'anna-s-own-key' })
  const plugin = { name: 'key-auth', route: { id: route }, config: { key_names: ['x-key'] } }
  const { json } = await ask(gateway.admin, 'POST', '/plugins', plugin)
  await page.goto(`${gateway.manager}/routes/open/try`)
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('401 Unauthorized').waitFor()
  await page.getByLabel('Ask as').selectOption('anna (key …-key)')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('200 OK').waitFor()
  expect(await page.getByRole('textbox', { name: 'Headers' }).inputValue()).toBe('x-key: anna-s-own-key')
  await ask(gateway.admin, 'DELETE', `/plugins/${json['id']}`)
})

test('a route that wants TLS is tried over it', async () => {
  await ask(gateway.admin, 'PATCH', `/routes/${route}`, { protocols: ['https'] })
  await page.goto(`${gateway.manager}/routes/open/try`)
  await page.getByText(`Through the proxy at ${gateway.proxyTls}`).waitFor()
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('200 OK').waitFor()
  await page.getByRole('button', { name: 'without TLS' }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  await page.locator('.status', { hasText: '426' }).waitFor()
  await ask(gateway.admin, 'PATCH', `/routes/${route}`, { protocols: ['http', 'https'] })
})

test('latency is shown in fractions of milliseconds', async () => {
  await page.goto(`${gateway.manager}/upstreams/pool/targets`)
  for (let sent = 0; sent < 6; sent++) await fetch(`${gateway.proxy}/open`)
  const cells = page.getByRole('region', { name: 'Targets at work' }).locator('td.latency')
  await cells
    .first()
    .getByText(/^\d+\.\d ms$/)
    .waitFor()
  // Health is not checked here: nothing can be marked, and the page says why.
  await page.getByRole('link', { name: 'Turn health checks on' }).waitFor()
  expect(await page.getByRole('button', { name: /^Mark/ }).count()).toBe(0)
})

test('the first page says which upstreams have usable targets', async () => {
  await page.goto(gateway.manager)
  await page.getByRole('listitem').filter({ hasText: 'pool' }).getByText('2 of 2 usable').waitFor()
  await page.getByRole('link', { name: 'pool', exact: true }).click()
  await page.getByRole('heading', { name: 'At work' }).waitFor()
})

describe('the gateway goes, and comes back', () => {
  test('the page says so, keeps what was typed, and goes on', async () => {
    const folder = newFolder()
    const first = await serve(['--data', folder])
    const { port } = new URL(first.admin)
    await ask(first.admin, 'POST', '/services', { name: 'kept', host: 'kept.example' })
    await ask(first.admin, 'POST', '/routes', { name: 'new-one', paths: ['/'] })
    const listen = ['--manager-listen', '127.0.0.1:0', '--kong-addr', first.admin]
    const manager = startDeck(['manager', ...listen])
    let output = ''
    manager.child.stdout?.on('data', text => {
      output += text
    })
    await until(() => output.includes('\n'), 'the Manager prints its address')
    const address = /Manager {2}(http:\S+)/.exec(output)?.[1] ?? ''
    await page.goto(`${address}/services`)
    await page.getByRole('link', { name: 'kept' }).waitFor()
    const typing = await page.context().newPage()
    await typing.goto(`${address}/services/new`)
    await typing.getByLabel('Host', { exact: true }).fill('typed.example')

    await first.stop()
    await typing.getByRole('button', { name: 'Create' }).click()
    await typing.getByText('cannot be reached').waitFor()
    await page.getByRole('link', { name: 'Routes' }).click()
    await page.getByText('The gateway does not answer').waitFor()

    const second = await serve(['--data', folder, '--admin-listen', `127.0.0.1:${port}`])
    await page.getByText('The gateway does not answer').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'new-one' }).waitFor()
    expect(await typing.getByLabel('Host', { exact: true }).inputValue()).toBe('typed.example')
    await typing.getByRole('button', { name: 'Create' }).click()
    await typing.getByRole('status').getByText('is created').waitFor()
    manager.child.kill('SIGTERM')
    await manager.result
    await second.stop()
  })
})

test('what changed in another tab is there when one comes back to this one', async () => {
  await page.goto(`${gateway.manager}/consumers`)
  await page.locator('main h1').waitFor()
  await ask(gateway.admin, 'POST', '/consumers', { username: 'from-elsewhere' })
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
  await page.getByRole('link', { name: 'from-elsewhere' }).waitFor()
})

test('a service is turned off and on where it is listed', async () => {
  const isOn = async () => (await ask(gateway.admin, 'GET', '/services/behind-pool')).json['enabled']
  await page.goto(`${gateway.manager}/services`)
  const button = page.getByRole('switch', { name: 'behind-pool enabled' })
  await button.click()
  await page.getByRole('status').getByText('is turned off').waitFor()
  expect(await isOn()).toBe(false)
  await button.click()
  await page.getByRole('status').getByText('is turned on').waitFor()
  expect(await isOn()).toBe(true)
})

test('a gateway without a database is looked at, and takes whole files', async () => {
  const withoutDatabase = await serve(['--db-less'])
  await page.goto(`${withoutDatabase.manager}/services`)
  await page.getByText('This gateway has no database').waitFor()
  await page.getByText('No services yet').waitFor()
  expect(await page.getByRole('button', { name: 'New Service' }).count()).toBe(0)
  await page.getByRole('main').getByRole('link', { name: 'State file' }).click()
  await page
    .getByRole('textbox', { name: 'State file' })
    .fill('_format_version: "3.0"\nservices:\n- name: loaded\n  host: h\n')
  await page.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('button', { name: 'Sync' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sync' }).click()
  await page.getByText('What was done').waitFor()
  await page.goto(`${withoutDatabase.manager}/services`)
  await page.getByRole('link', { name: 'View' }).click()
  await page.getByRole('heading', { name: 'loaded' }).waitFor()
  expect(await page.getByRole('button', { name: 'Edit' }).count()).toBe(0)
  expect(complaints).toEqual([])
  await withoutDatabase.stop()
})
