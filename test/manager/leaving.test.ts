/**
 * What was typed is not lost: a question before a form is left, and what happens when another user was
 * quicker.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { type Served, serve } from '../support/binary.ts'
import { openPage, startBrowser } from '../support/browser.ts'

let gateway: Served
let browser: Browser
let page: Page
let complaints: readonly string[]
let id: string

beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([serve(), startBrowser()])
  const { json } = await ask(gateway.admin, 'POST', '/services', { name: 'shop', host: 'shop.example' })
  id = String(json['id'])
})

afterAll(async () => {
  await browser.close()
  await gateway.stop()
})

beforeEach(async () => {
  ;({ page, complaints } = await openPage(browser))
})

const host = () => page.getByLabel('Host', { exact: true })
const question = () => page.getByRole('dialog', { name: 'Leave without saving?' })

describe('a form that something was typed into', () => {
  test('asks before a link leads away, and stays with all that was typed', async () => {
    await page.goto(`${gateway.manager}/services/${id}/edit`)
    await host().fill('typed.example')
    await page.getByRole('link', { name: 'Routes' }).click()
    await question().getByRole('button', { name: 'Stay' }).click()
    expect(page.url()).toContain(`/services/${id}/edit`)
    expect(await host().inputValue()).toBe('typed.example')

    await page.getByRole('link', { name: 'Routes' }).click()
    await question().getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: 'Routes' }).waitFor()
    expect(complaints).toEqual([])
  })

  test('asks before Back, and Escape stays', async () => {
    await page.goto(`${gateway.manager}/services`)
    await page.getByRole('button', { name: 'New Service' }).click()
    await host().fill('typed.example')
    await page.goBack()
    await question().waitFor()
    await page.keyboard.press('Escape')
    await question().waitFor({ state: 'detached' })
    expect(page.url()).toBe(`${gateway.manager}/services/new`)
    expect(await host().inputValue()).toBe('typed.example')
  })

  test('has the browser ask before the tab is closed', async () => {
    await page.goto(`${gateway.manager}/services/new`)
    await host().fill('typed.example')
    const asked = page.waitForEvent('dialog')
    await page.close({ runBeforeUnload: true })
    expect((await asked).type()).toBe('beforeunload')
    await (await asked).accept()
  })
})

test('nothing is asked where nothing was typed, it was taken back, or it is saved', async () => {
  await page.goto(`${gateway.manager}/services/${id}/edit`)
  await host().fill('typed.example')
  await host().fill('shop.example')
  await page.getByRole('link', { name: 'Routes' }).click()
  await page.getByRole('heading', { name: 'Routes' }).waitFor()
  await page.goto(`${gateway.manager}/services/${id}/edit`)
  await host().fill('shop2.example')
  await page.getByRole('button', { name: 'Update' }).click()
  await page.getByRole('status').getByText('is updated').waitFor()
  expect(await question().count()).toBe(0)
})

describe('another user was quicker', () => {
  const change = (body: object) => ask(gateway.admin, 'PATCH', `/services/${id}`, body)
  const now = async () => (await ask(gateway.admin, 'GET', `/services/${id}`)).json

  test('with other fields: both changes hold', async () => {
    await change({ host: 'before.example', retries: 5 })
    await page.goto(`${gateway.manager}/services/${id}/edit`)
    await host().fill('mine.example')
    await change({ retries: 9 })
    await page.getByRole('button', { name: 'Update' }).click()
    await page.getByRole('status').getByText('is updated').waitFor()
    expect(await now()).toMatchObject({ host: 'mine.example', retries: 9 })
  })

  test('with the same field: it is said, and saving again decides', async () => {
    await change({ host: 'before.example' })
    await page.goto(`${gateway.manager}/services/${id}/edit`)
    await host().fill('mine.example')
    await change({ host: 'theirs.example' })
    await page.getByRole('button', { name: 'Update' }).click()
    await page.getByRole('alert').getByText('Somebody else changed this service meanwhile').waitFor()
    expect(await now()).toMatchObject({ host: 'theirs.example' })
    expect(await host().inputValue()).toBe('mine.example')
    await page.getByRole('button', { name: 'Update' }).click()
    await page.getByRole('status').getByText('is updated').waitFor()
    expect(await now()).toMatchObject({ host: 'mine.example' })
  })

  test('and deleted it: it is said, and nothing typed is lost', async () => {
    const { json } = await ask(gateway.admin, 'POST', '/services', { name: 'short', host: 'short.example' })
    await page.goto(`${gateway.manager}/services/${json['id']}/edit`)
    await host().fill('typed.example')
    await ask(gateway.admin, 'DELETE', `/services/${json['id']}`)
    await page.getByRole('button', { name: 'Update' }).click()
    await page.getByRole('alert').getByText('was deleted meanwhile').waitFor()
    expect(await host().inputValue()).toBe('typed.example')
  })
})

test('each page has a title of its own', async () => {
  const titles: string[] = []
  for (const path of [
    '/',
    '/services',
    `/services/${id}`,
    '/services/new',
    '/compare',
    '/nothing',
    '/plugins/new',
  ]) {
    await page.goto(gateway.manager + path)
    await page.locator('main h1').waitFor()
    titles.push(await page.title())
  }
  expect(titles).toEqual(
    ['Home', 'Services', 'shop – Services', 'New Service', 'State file', 'No such page', 'New Plugin'].map(
      title => `${title} – Manager`,
    ),
  )
})

test('a question gives the focus back', async () => {
  await page.goto(`${gateway.manager}/services`)
  await page.getByRole('button', { name: 'Delete' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Delete')
})
