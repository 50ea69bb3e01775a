/** Every plugin that the gateway has can be chosen from the catalogue, and its form opened to the last fold, without a complaint of the browser. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Served, serve } from '../cli/binary.ts'
import { ask } from '../support/ask.ts'
import { openPage, startBrowser } from './browser.ts'

let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
})

afterAll(() => browser.close())

describe.each(['2.8', '3.9'])('on Kong %s', version => {
  let gateway: Served

  beforeAll(async () => {
    gateway = await serve(['--kong-version', version])
  })

  afterAll(() => gateway.stop())

  test('each plugin has a form', async () => {
    const { page, complaints } = await openPage(browser)
    await page.goto(`${gateway.manager}/plugins/new`)
    const links = page.locator('.catalogue a')
    await links.first().waitFor()
    const names = await links.allTextContents()
    const { plugins } = (await ask(gateway.admin, 'GET', '/')).json as { plugins: Record<string, object> }
    expect(names.toSorted()).toEqual(Object.keys(plugins['available_on_server'] ?? {}).toSorted())
    for (const name of names) {
      await page.goto(`${gateway.manager}/plugins/new?name=${name}`)
      await page.getByRole('heading', { name: `New Plugin: ${name}` }).waitFor()
      await page.getByRole('button', { name: 'Create' }).waitFor()
      await page.evaluate("document.querySelectorAll('form details').forEach(one => { one.open = true })")
      const nameless = await page.evaluate(
        "[...document.querySelectorAll('form :is(input, select, textarea)')].filter(one => one.labels.length === 0 && !one.ariaLabel).map(one => one.outerHTML)",
      )
      expect(nameless, name).toEqual([])
      // An id twice would lead a label, or an error, to the wrong field.
      const ids = await page.evaluate<string[]>(
        "[...document.querySelectorAll('form [id]')].map(one => one.id)",
      )
      expect(ids.length, name).toBe(new Set(ids).size)
    }
    expect(complaints).toEqual([])
  })
})
