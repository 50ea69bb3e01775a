/**
 * Every plugin that the gateway has can be chosen from the catalogue, and its form opened to the last fold,
 * without a complaint of the browser.
 */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { type Served, serve } from '../support/binary.ts'
import { openPage, startBrowser } from '../support/browser.ts'

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

  test('lists, maps and records within them are typed, saved and found again', async () => {
    const { page, complaints } = await openPage(browser)
    const field = (name: string) => page.getByLabel(name, { exact: true })
    const saved = async () =>
      ((await ask(gateway.admin, 'GET', '/plugins')).json['data'] as { id: string; config: object }[])[0]
    await page.goto(`${gateway.manager}/plugins/new?name=response-ratelimiting`)
    await page.getByRole('button', { name: 'Add Limits' }).click()
    await field('Limits 1 name').fill('video')
    await page.locator('summary', { hasText: 'limits 1 value' }).click()
    await page.getByRole('button', { name: 'Create' }).click()
    // Kong does not name the invalid row, so the error appears at the field.
    await page.locator('form .error', { hasText: 'at least one of these fields' }).waitFor()
    await field('Minute').fill('5')
    await field('Hour').fill('many')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.locator('form .error', { hasText: 'Hour: expected a number' }).waitFor()
    await field('Hour').fill('100')
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('status').getByText('is created').waitFor()
    expect(await saved()).toMatchObject({
      config: { limits: { video: { minute: 5, hour: 100, day: null } } },
    })

    const { id } = (await saved()) ?? {}
    await page.goto(`${gateway.manager}/plugins/${id}/edit`)
    expect(await field('Limits 1 name').inputValue()).toBe('video')
    expect(await field('Hour').inputValue()).toBe('100')
    await page.getByRole('button', { name: 'Add Limits' }).click()
    await field('Limits 2 name').fill('sound')
    await page.locator('summary', { hasText: 'limits 2 value' }).click()
    await field('Second').last().fill('1')
    await page.getByRole('button', { name: 'Update' }).click()
    await page.getByRole('status').getByText('is updated').waitFor()
    expect(await saved()).toMatchObject({
      config: { limits: { video: { minute: 5, hour: 100 }, sound: { second: 1 } } },
    })
    await ask(gateway.admin, 'DELETE', `/plugins/${id}`)
    expect(complaints).toEqual([])
  })
})
