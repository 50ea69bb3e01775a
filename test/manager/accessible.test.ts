/**
 * No page has an accessibility violation that axe can find, in light and in dark; and all can be done with
 * the keyboard alone.
 */
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { guide, type Served, serve } from '../support/binary.ts'
import { openPage, startBrowser } from '../support/browser.ts'

let gateway: Served
let browser: Browser
let pages: Readonly<Record<string, string>>

const idOf = async (path: string): Promise<string> => {
  const { json } = await ask(gateway.admin, 'GET', path)
  const [first] = (json['data'] ?? [json]) as { id: string }[]
  return first?.id ?? ''
}

beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([serve([guide]), startBrowser()])
  const [service, route, upstream] = await Promise.all(
    ['/services', '/routes', '/upstreams'].map(path => idOf(path)),
  )
  const consumer = await idOf('/consumers')
  await ask(gateway.admin, 'POST', `/consumers/${consumer}/basic-auth`, { username: 'a', password: 'b' })
  await ask(gateway.admin, 'PATCH', `/services/${service}`, { tags: ['a', 'b'] })
  pages = {
    home: '/',
    services: '/services',
    'an empty list': '/vaults',
    'a service': `/services/${service}`,
    'a form': '/services/new',
    'a form with records': '/upstreams/new',
    'an entity to edit': `/routes/${route}/edit`,
    'targets at work': `/upstreams/${upstream}/targets`,
    'a new target': `/upstreams/${upstream}/targets/new`,
    credentials: `/consumers/${consumer}/credentials`,
    'a plugin to choose': '/plugins/new',
    "a plugin's form": '/plugins/new?name=rate-limiting',
    'JSON and state file': `/routes/${route}/code`,
    'a request to try': `/routes/${route}/try`,
    'state files': '/compare',
    'no such page': '/nothing/here',
  }
})

afterAll(async () => {
  await browser.close()
  await gateway.stop()
})

async function violations(page: Page): Promise<unknown[]> {
  await page.evaluate(axe.source)
  const found = (await page.evaluate('axe.run()')) as axe.AxeResults
  return found.violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)}: ${failureSummary}`),
  }))
}

/** Until nothing is loading any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('main h1').waitFor()
  await page.waitForLoadState('networkidle')
  await page.locator('main [aria-busy=true]').waitFor({ state: 'detached' })
}

describe.each(['light', 'dark'] as const)('in %s', colorScheme => {
  test('no page has a violation', async () => {
    const { page, complaints } = await openPage(browser, { colorScheme })
    const found: Record<string, unknown> = {}
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(gateway.manager + path)
      await settled(page)
      await page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
      found[name] = await violations(page)
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(pages).map(name => [name, []])))
    expect(complaints).toEqual([])
  })

  test('nor have a question, a refused form, a list to choose from and a plan', async () => {
    const { page } = await openPage(browser, { colorScheme })
    await page.goto(`${gateway.manager}/services`)
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByText('the gateway refuses otherwise').waitFor()
    expect(await violations(page), 'a question').toEqual([])

    await page.goto(`${gateway.manager}/routes/new`)
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('alert').waitFor()
    expect(await violations(page), 'a refused form').toEqual([])
    await page.getByRole('combobox', { name: 'Service' }).click()
    await page.getByRole('listbox').waitFor()
    expect(await violations(page), 'a list to choose from').toEqual([])

    await page.goto(`${gateway.manager}/compare`)
    await page
      .getByRole('textbox', { name: 'State file' })
      .fill('_format_version: "3.0"\nservices:\n- name: new\n  host: h\n')
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByText('What a sync would do').waitFor()
    expect(await violations(page), 'a plan').toEqual([])
  })
})

test('an upstream is made, and deleted, with the keyboard alone', async () => {
  const { page } = await openPage(browser)
  await page.goto(`${gateway.manager}/upstreams`)
  await page.getByRole('button', { name: 'New Upstream' }).waitFor()
  const focusOn = async (name: string) => {
    for (let pressed = 0; pressed < 60; pressed++) {
      await page.keyboard.press('Tab')
      const label = await page.evaluate(
        'document.activeElement.labels?.[0]?.textContent ?? document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent',
      )
      if (String(label).trim() === name) return
    }
    throw new Error(`Tab does not lead to ${name}`)
  }
  await focusOn('New Upstream')
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Create' }).waitFor()
  await focusOn('Name')
  await page.keyboard.type('by-keyboard.example')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'by-keyboard.example' }).waitFor()
  await focusOn('by-keyboard.example')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Delete' }).waitFor()
  await focusOn('Delete')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect((await ask(gateway.admin, 'GET', '/upstreams/by-keyboard.example')).status).toBe(200)
})
