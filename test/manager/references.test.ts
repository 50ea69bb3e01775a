/** Fields that lead to other entities, and fields that appear when others ask for them. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { newFile, type Served, serve } from '../support/binary.ts'
import { openPage, startBrowser } from '../support/browser.ts'
import { certificate, privateKey } from '../support/client-certificate.ts'

let gateway: Served
let browser: Browser
let page: Page
let complaints: readonly string[]

const make = async (path: string, body: object) =>
  String((await ask(gateway.admin, 'POST', path, body)).json['id'])
const read = async (path: string) => (await ask(gateway.admin, 'GET', path)).json

beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([serve(), startBrowser()])
})

afterAll(async () => {
  await browser.close()
  await gateway.stop()
})

beforeEach(async () => {
  ;({ page, complaints } = await openPage(browser))
})

const field = (name: string) => page.getByLabel(name, { exact: true })

async function save(button: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click()
  await page
    .getByRole('status')
    .getByText(/is (created|updated)/)
    .waitFor()
}

test('what a service presents and trusts is chosen from lists, where TLS is spoken', async () => {
  const ca = await make('/ca_certificates', { cert: certificate })
  const own = await make('/certificates', { cert: certificate, key: privateKey, snis: ['own.example'] })
  await page.goto(`${gateway.manager}/services/new`)
  await field('Host').fill('h')
  const group = page.locator('summary', { hasText: 'TLS to the upstream' })
  expect(await group.count()).toBe(0)
  await field('Protocol').selectOption('https')
  await group.click()
  await field('Client certificate').fill('own.ex')
  await page.getByRole('option', { name: 'own.example' }).click()
  await field('CA certificates 1').click()
  await page.getByRole('listbox').getByRole('option').first().click()
  await field('Name').fill('speaks-tls')
  await save('Create')
  const service = await read('/services/speaks-tls')
  expect(service).toMatchObject({ client_certificate: { id: own }, ca_certificates: [ca] })

  await page.goto(`${gateway.manager}/services/speaks-tls`)
  await page.getByRole('link', { name: 'own.example' }).waitFor()
  await page.getByRole('link', { name: ca.slice(0, 8) }).click()
  await page.getByRole('heading', { level: 1 }).getByText(ca).waitFor()
  await page.getByText('days left').waitFor()
  await page.goto(`${gateway.manager}/certificates/${own}`)
  await page.getByRole('heading', { name: 'own.example' }).waitFor()
  const facts = page.locator('.certificate')
  expect(await facts.locator('dt').allTextContents()).toEqual(
    expect.arrayContaining(['Subject', 'Issuer', 'Valid']),
  )
  expect(complaints).toEqual([])
})

test('whom an authentication plugin takes for anonymous is a consumer', async () => {
  const anonymous = await make('/consumers', { username: 'nobody' })
  await page.goto(`${gateway.manager}/plugins/new?name=key-auth`)
  await field('Anonymous').fill('nob')
  await page.getByRole('option', { name: 'nobody' }).click()
  await save('Create')
  const plugins = await read('/plugins')
  expect(plugins['data']).toEqual([
    expect.objectContaining({ config: expect.objectContaining({ anonymous }) }),
  ])
  await page.getByRole('link', { name: 'View' }).click()
  await page.getByRole('link', { name: 'nobody' }).waitFor()
})

test('a key lives as long as its form says', async () => {
  const consumer = await make('/consumers', { username: 'short' })
  await page.goto(`${gateway.manager}/consumers/${consumer}/key-auth/new`)
  await field('Key').fill('for-an-hour')
  await field('TTL').fill('3600')
  await page.getByText('seconds = 1 h').waitFor()
  await save('Create')
  const [key] = (await read(`/consumers/${consumer}/key-auth`))['data'] as { ttl: number }[]
  expect(key?.ttl).toBeGreaterThan(3500)
})

test('a plugin shows what its own choices ask for', async () => {
  await page.goto(`${gateway.manager}/plugins/new?name=rate-limiting`)
  await field('Policy').waitFor()
  expect(await page.getByRole('group', { name: 'Redis' }).count()).toBe(0)
  await field('Policy').selectOption('redis')
  await page.getByRole('group', { name: 'Redis' }).getByLabel('Host', { exact: true }).waitFor()
  await field('Limit by').selectOption('header')
  await field('Header name').waitFor()
})

describe('among 2,500', () => {
  let many: Served
  /** Beyond the first thousand, by id. */
  let late: { readonly id: string; readonly username: string }

  beforeAll(async () => {
    const names = Array.from({ length: 2500 }, (_, at) => `- username: "customer ${at}-${at % 7} of many"`)
    const file = newFile('many.yaml', `_format_version: "3.0"\nconsumers:\n${names.join('\n')}\n`)
    many = await serve([file])
    let list = await ask(many.admin, 'GET', '/consumers?size=1000')
    for (let page = 0; page < 2; page++) list = await ask(many.admin, 'GET', String(list.json['next']))
    late = (list.json['data'] as (typeof late)[]).at(-1) ?? late
    return () => many.stop()
  })

  const anonymous = async () => {
    const { json } = await ask(many.admin, 'GET', '/plugins')
    const [plugin] = json['data'] as { id: string; config: { anonymous: string | null } }[]
    await ask(many.admin, 'DELETE', `/plugins/${plugin?.id}`)
    return plugin?.config.anonymous
  }

  test('one is found by a part of its name, by its name and by its id, wherever it is', async () => {
    const part = late.username.slice('custo'.length, -' of many'.length)
    for (const typed of [part, late.username, late.id]) {
      await page.goto(`${many.manager}/plugins/new?name=key-auth`)
      await field('Anonymous').fill(typed)
      await page.getByRole('option', { name: late.username }).click()
      expect(await field('Anonymous').inputValue()).toBe(late.username)
      await save('Create')
      expect(await anonymous()).toBe(late.id)
    }
    expect(complaints).toEqual([])
  })

  test('the keyboard finds it, and a whole name needs no choosing', async () => {
    await page.goto(`${many.manager}/plugins/new?name=key-auth`)
    await field('Anonymous').fill(late.username.slice(1))
    await page.getByRole('option', { name: late.username }).waitFor()
    await page.keyboard.press('Enter')
    expect(await field('Anonymous').inputValue()).toBe(late.username)
    await save('Create')
    expect(await anonymous()).toBe(late.id)

    await page.goto(`${many.manager}/plugins/new?name=key-auth`)
    await field('Anonymous').fill(late.username)
    await save('Create')
    expect(await anonymous()).toBe(late.id)
  })

  test('an unknown consumer is reported, and kept where it was typed', async () => {
    await page.goto(`${many.manager}/plugins/new?name=key-auth`)
    await field('Anonymous').fill('customer nobody')
    await page.getByText('No consumer by that name').waitFor()
    await page.goto(`${many.manager}/routes/new`)
    await field('Service').fill('no such service')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    const error = await page.locator('#field-service-error').textContent()
    expect(error).toBe('No service has the name or ID "no such service".')
    expect(await field('Service').inputValue()).toBe('no such service')
  })

  test('the list is short, and what begins so stands first', async () => {
    await page.goto(`${many.manager}/plugins/new?name=key-auth`)
    await field('Anonymous').fill('customer 24')
    const found = page.getByRole('listbox').getByRole('option')
    await found.nth(1).waitFor()
    await page.getByText('looked through').waitFor({ state: 'detached' })
    const options = await found.allTextContents()
    expect(options.length).toBeLessThanOrEqual(50)
    expect(options[0]).toMatch(/^customer 24/)
  })
})
