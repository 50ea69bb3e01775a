/**
 * Kong's guide to load balancing, its steps "Using Kong Manager", in its own words and in a real browser;
 * then requests to /mock.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { type Served, serve } from '../support/binary.ts'
import { openPage, startBrowser } from '../support/browser.ts'

const servers: Server[] = []

async function backend(name: string): Promise<number> {
  const server = createServer((_request, response) => response.end(name))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  return (server.address() as AddressInfo).port
}

let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
})

afterAll(async () => {
  await browser.close()
  for (const server of servers) server.close()
})

describe.each(['3.9', '2.8'])('the guide on Kong %s', version => {
  let gateway: Served

  beforeAll(async () => {
    const [one, two] = [await backend('httpbin'), await backend('httpbun')]
    gateway = await serve([
      ...['--kong-version', version],
      ...['--resolve', `httpbin.konghq.com:80=127.0.0.1:${one}`],
      ...['--resolve', `httpbun.com:80=127.0.0.1:${two}`],
    ])
    const { json } = await ask(gateway.admin, 'POST', '/services', {
      name: 'example_service',
      host: 'httpbin.konghq.com',
    })
    await ask(gateway.admin, 'POST', '/routes', {
      name: 'mocking',
      paths: ['/mock'],
      service: { id: json['id'] },
    })
  })

  afterAll(() => gateway.stop())

  test('an upstream with two targets, a service on it, and requests that alternate', async () => {
    const { page, complaints } = await openPage(browser)
    await page.goto(gateway.manager)

    await page.getByRole('heading', { name: 'API Gateway' }).waitFor()
    const menu = page.getByRole('list', { name: 'API Gateway' })
    await menu.getByRole('link', { name: 'Upstreams' }).click()
    await page.getByRole('button', { name: 'New Upstream' }).click()
    await page.getByLabel('Name', { exact: true }).fill('example_upstream')
    await page.getByRole('button', { name: 'Create' }).click()

    const row = page.getByRole('row', { name: /example_upstream/ })
    await row.getByRole('link', { name: 'View' }).click()
    // The guide names no tab: the button is further down on the page of the upstream itself.
    await page.getByText('Configuration', { exact: true }).waitFor()
    for (const [target, port] of [
      ['httpbin.konghq.com', '80'],
      ['httpbun.com:80', ''],
    ] as const) {
      await page.getByRole('button', { name: 'New Target' }).click()
      await page.getByLabel('Target', { exact: true }).fill(target)
      if (port !== '') await page.getByLabel('Port').fill(port)
      await page.getByRole('button', { name: 'Create' }).click()
      await page
        .getByRole('row', { name: new RegExp(target.replace(':80', '')) })
        .first()
        .waitFor()
    }
    await menu.getByRole('link', { name: 'Upstreams' }).click()
    await row.getByRole('link', { name: 'View' }).click()
    await page.getByRole('region', { name: 'Targets', exact: true }).getByText('httpbun.com:80').waitFor()

    await page.getByRole('link', { name: 'Services' }).click()
    await page.getByRole('link', { name: 'example_service' }).click()
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('Host', { exact: true }).fill('example_upstream')
    await page.getByRole('button', { name: 'Update' }).click()
    await page.getByText('example_upstream').first().waitFor()
    expect(complaints).toEqual([])

    const targets = await ask(gateway.admin, 'GET', '/upstreams/example_upstream/targets')
    const data = targets.json['data'] as { target: string }[]
    expect(data.map(one => one.target).toSorted()).toEqual(['httpbin.konghq.com:80', 'httpbun.com:80'])
    const answers: string[] = []
    for (let sent = 0; sent < 6; sent++) answers.push(await (await fetch(`${gateway.proxy}/mock`)).text())
    expect(new Set(answers)).toEqual(new Set(['httpbin', 'httpbun']))
    expect(answers.every((answer, at) => at === 0 || answer !== answers[at - 1])).toBe(true)
  })
})
