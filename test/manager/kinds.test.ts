/** Every kind through the page: created, edited and deleted there, and looked at on the Admin API. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { type Served, serve } from '../support/binary.ts'
import { openPage, startBrowser } from '../support/browser.ts'
import { certificate, privateKey } from '../support/client-certificate.ts'

interface Case {
  /** Of the list, here and on the Admin API; `{owner}` stands for the owner's id. */
  readonly list: string
  /** Where that differs here. */
  readonly page?: string
  readonly button: string
  /** What is typed, by label. */
  readonly create: Readonly<Record<string, string>>
  readonly created: Readonly<Record<string, unknown>>
  readonly edit: Readonly<Record<string, string>>
  readonly edited: Readonly<Record<string, unknown>>
}

const jwk = JSON.stringify({
  kty: 'RSA',
  kid: 'k1',
  e: 'AQAB',
  n: 'u1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0_IzW7yWR7QkrmBL7jTKEn5u-qKhbwKfBstIs-bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyehkd3qqGElvW_VDL5AaWTg0nLVkjRo9z-40RQzuVaE8AkAFmxZzow3x-VJYKdjykkJ0iT9wCS0DRTXu269V264Vf_3jvredZiKRkgwlL9xNAwxXFg0x_XFw005UWVRIkdgcKWTjpBP2dPwVZ4WWC-9aGVd-Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbcmw',
})

const cases: Readonly<Record<string, Case>> = {
  service: {
    list: '/services',
    button: 'New Service',
    create: { Name: 'shop', Host: 'shop.example', Path: '/v1', 'Tags 1': 'blue' },
    created: {
      name: 'shop',
      host: 'shop.example',
      path: '/v1',
      port: 80,
      tags: ['blue'],
      read_timeout: 60000,
    },
    edit: { Port: '8443', Protocol: 'https', Path: '' },
    edited: { port: 8443, protocol: 'https', path: null, tags: ['blue'] },
  },
  route: {
    list: '/routes',
    button: 'New Route',
    create: { Name: 'shopping', Service: 'kept', 'Paths 1': '/shop', 'Methods 1': 'GET' },
    created: { name: 'shopping', paths: ['/shop'], methods: ['GET'], service: { id: expect.any(String) } },
    edit: { 'Paths 1': '/mall', 'Methods 1': '' },
    edited: { paths: ['/mall'], methods: null, service: { id: expect.any(String) } },
  },
  consumer: {
    list: '/consumers',
    button: 'New Consumer',
    create: { Username: 'zoe' },
    created: { username: 'zoe', custom_id: null },
    edit: { 'Custom ID': '42', 'Tags 1': 'vip' },
    edited: { username: 'zoe', custom_id: '42', tags: ['vip'] },
  },
  upstream: {
    list: '/upstreams',
    button: 'New Upstream',
    create: {
      Name: 'pool.example',
      Algorithm: 'consistent-hashing',
      'Hash on': 'header',
      'Hash on header': 'X-User',
    },
    created: {
      name: 'pool.example',
      algorithm: 'consistent-hashing',
      hash_on: 'header',
      hash_on_header: 'X-User',
    },
    edit: { Slots: '1000', Concurrency: '5' },
    edited: {
      slots: 1000,
      hash_on: 'header',
      healthchecks: expect.objectContaining({
        active: expect.objectContaining({ concurrency: 5, type: 'http' }),
      }),
    },
  },
  target: {
    list: '/upstreams/{upstream}/targets',
    button: 'New Target',
    create: { Target: '::1', Port: '9000' },
    created: { target: '[0000:0000:0000:0000:0000:0000:0000:0001]:9000', weight: 100 },
    edit: { Weight: '7' },
    edited: { weight: 7 },
  },
  certificate: {
    list: '/certificates',
    button: 'New Certificate',
    create: { Cert: certificate, Key: privateKey },
    created: { cert: expect.stringContaining('BEGIN CERTIFICATE') },
    edit: { 'Tags 1': 'own' },
    edited: { tags: ['own'] },
  },
  'CA certificate': {
    list: '/ca_certificates',
    button: 'New CA Certificate',
    create: { Cert: certificate },
    created: { cert_digest: expect.any(String) },
    edit: { 'Tags 1': 'trusted' },
    edited: { tags: ['trusted'] },
  },
  SNI: {
    list: '/snis',
    button: 'New SNI',
    create: { Name: 'www.example.com', Certificate: '{certificate}' },
    created: { name: 'www.example.com' },
    edit: { Name: '*.example.com' },
    edited: { name: '*.example.com', certificate: { id: expect.any(String) } },
  },
  vault: {
    list: '/vaults',
    button: 'New Vault',
    create: { Name: 'env', Prefix: 'secrets-of-mine', 'Config › Prefix': 'SECRET_' },
    created: {
      name: 'env',
      prefix: 'secrets-of-mine',
      config: expect.objectContaining({ prefix: 'SECRET_' }),
    },
    edit: { Description: 'what is secret' },
    edited: { description: 'what is secret' },
  },
  key: {
    list: '/keys',
    button: 'New Key',
    create: { Name: 'signing', KID: 'k1', JWK: jwk },
    created: { name: 'signing', kid: 'k1', jwk, pem: null },
    edit: { Name: 'signing-2' },
    edited: { name: 'signing-2', jwk },
  },
  'key set': {
    list: '/key-sets',
    button: 'New Key Set',
    create: { Name: 'partners' },
    created: { name: 'partners' },
    edit: { 'Tags 1': 'x' },
    edited: { name: 'partners', tags: ['x'] },
  },
  'key credential': {
    list: '/consumers/{consumer}/key-auth',
    page: '/consumers/{consumer}/credentials',
    button: 'New Key credential',
    create: { 'Tags 1': 'made' },
    created: { key: expect.stringMatching(/^\w{32}$/), tags: ['made'] },
    edit: { Key: 'a-key-of-its-own' },
    edited: { key: 'a-key-of-its-own' },
  },
  'basic credential': {
    list: '/consumers/{consumer}/basic-auth',
    page: '/consumers/{consumer}/credentials',
    button: 'New Basic credential',
    create: { Username: 'zoe', Password: 'secret' },
    created: { username: 'zoe', password: expect.stringMatching(/^[0-9a-f]{40}$/) },
    edit: { Username: 'zoe2' },
    edited: { username: 'zoe2' },
  },
  'HMAC credential': {
    list: '/consumers/{consumer}/hmac-auth',
    page: '/consumers/{consumer}/credentials',
    button: 'New HMAC credential',
    create: { Username: 'zoe', Secret: 's3cret' },
    created: { username: 'zoe', secret: 's3cret' },
    edit: { Secret: 'another' },
    edited: { secret: 'another' },
  },
  'JWT credential': {
    list: '/consumers/{consumer}/jwt',
    page: '/consumers/{consumer}/credentials',
    button: 'New JWT credential',
    create: { Key: 'issuer', Algorithm: 'HS384' },
    created: { key: 'issuer', algorithm: 'HS384' },
    edit: { Key: 'issuer-2' },
    edited: { key: 'issuer-2', algorithm: 'HS384' },
  },
  'OAuth 2.0 application': {
    list: '/consumers/{consumer}/oauth2',
    page: '/consumers/{consumer}/credentials',
    button: 'New OAuth 2.0 application',
    create: { Name: 'app', 'Redirect URIs 1': 'https://app.example/back' },
    created: { name: 'app', redirect_uris: ['https://app.example/back'] },
    edit: { Name: 'app 2' },
    edited: { name: 'app 2' },
  },
  'ACL group': {
    list: '/consumers/{consumer}/acls',
    page: '/consumers/{consumer}/credentials',
    button: 'New ACL group',
    create: { Group: 'readers' },
    created: { group: 'readers' },
    edit: { Group: 'writers' },
    edited: { group: 'writers' },
  },
}

let gateway: Served
let browser: Browser
/** Of entities that others need; `{consumer}` stands for one's id. */
const ids = new Map<string, string>()

beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([serve(), startBrowser()])
  const make = async (kind: string, path: string, body: object) => {
    const { json } = await ask(gateway.admin, 'POST', path, body)
    ids.set(kind, String(json['id']))
  }
  await make('service', '/services', { name: 'kept', host: 'kept.example' })
  await make('consumer', '/consumers', { username: 'kept' })
  await make('upstream', '/upstreams', { name: 'kept.example' })
})

afterAll(async () => {
  await browser.close()
  await gateway.stop()
})

const filled = (text: string): string => text.replace(/\{(\w+)\}/g, (_, kind) => ids.get(kind) ?? '')

/** A field by its label, within a group where `Group › Field` says so; what is folded is unfolded first. */
async function type(page: Page, label: string, value: string): Promise<void> {
  const [group, name] = label.includes(' › ') ? label.split(' › ') : [undefined, label]
  const scope = group === undefined ? page : page.getByRole('group', { name: group })
  const field = scope.getByLabel(name ?? '', { exact: true }).first()
  await field.waitFor({ state: 'attached' })
  while (!(await field.isVisible())) {
    const folded = page.locator('form details:not([open])').filter({ has: field })
    await folded.first().locator('> summary').click()
  }
  const isChoice = (await field.and(page.locator('select')).count()) > 0
  if (isChoice) await field.selectOption(value)
  else await field.fill(value)
  if ((await field.getAttribute('role')) === 'combobox') {
    await page.getByRole('listbox').getByRole('option').first().waitFor()
    await field.press('Enter')
  }
}

const listed = async (path: string) =>
  (await ask(gateway.admin, 'GET', path)).json['data'] as Record<string, unknown>[]

describe.each(Object.entries(cases))('a %s', (_name, one) => {
  test('is created, edited and deleted', async () => {
    if (one.list === '/snis') {
      const pair = { cert: certificate, key: privateKey }
      ids.set('certificate', String((await ask(gateway.admin, 'POST', '/certificates', pair)).json['id']))
    }
    const { page, complaints } = await openPage(browser)
    const path = filled(one.list)
    const known = new Set((await listed(path)).map(entity => entity['id']))
    const ours = async () => (await listed(path)).find(entity => !known.has(entity['id']))

    await page.goto(gateway.manager + filled(one.page ?? one.list))
    await page.getByRole('button', { name: one.button }).click()
    for (const [label, value] of Object.entries(one.create)) await type(page, label, filled(value))
    await page.getByRole('button', { name: 'Create' }).click()
    await page
      .getByRole('status')
      .getByText(/is created/)
      .waitFor()
    const made = await ours()
    expect(made).toMatchObject(one.created)

    const address = `${gateway.manager}${path}/${made?.['id']}`
    await page.goto(`${address}/edit`)
    for (const [label, value] of Object.entries(one.edit)) await type(page, label, filled(value))
    await page.getByRole('button', { name: 'Update' }).click()
    await page
      .getByRole('status')
      .getByText(/is updated/)
      .waitFor()
    expect(await ours()).toMatchObject(one.edited)

    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page
      .getByRole('status')
      .getByText(/is deleted/)
      .waitFor()
    expect(await ours()).toBeUndefined()
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

test('a plugin is chosen, scoped, configured and deleted', async () => {
  const { page, complaints } = await openPage(browser)
  await page.goto(`${gateway.manager}/services/${ids.get('service')}/plugins`)
  await page.getByRole('button', { name: 'New Plugin' }).click()
  await page.getByLabel('Filter plugins').fill('rate')
  await page.getByRole('link', { name: 'rate-limiting', exact: true }).click()
  await type(page, 'Minute', '5')
  await type(page, 'Policy', 'local')
  await page.getByRole('button', { name: 'Create' }).click()
  await page
    .getByRole('status')
    .getByText(/is created/)
    .waitFor()
  const [made] = await listed('/plugins')
  expect(made).toMatchObject({
    name: 'rate-limiting',
    service: { id: ids.get('service') },
    config: { minute: 5, policy: 'local', hour: null },
  })
  expect(page.url()).toBe(`${gateway.manager}/services/${ids.get('service')}/plugins`)

  await page.getByRole('link', { name: 'Edit' }).click()
  await type(page, 'Minute', '')
  await type(page, 'Hour', '100')
  await page.getByRole('button', { name: 'Update' }).click()
  await page
    .getByRole('status')
    .getByText(/is updated/)
    .waitFor()
  expect((await listed('/plugins'))[0]).toMatchObject({
    config: { minute: null, hour: 100, policy: 'local' },
  })

  await page.goto(`${gateway.manager}/services/kept`)
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByText('1 plugin: rate-limiting').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.goto(`${gateway.manager}/plugins`)
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No plugins yet').waitFor()
  expect(await listed('/plugins')).toEqual([])
  expect(complaints).toEqual([])
})

test('an error of Kong appears at its field, and the input stays', async () => {
  const { page } = await openPage(browser)
  await page.goto(`${gateway.manager}/services/new`)
  await type(page, 'Name', 'kept')
  await type(page, 'Path', 'no-slash')
  await type(page, 'Connect timeout', 'soon')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('alert').waitFor()
  const errorOf = async (label: string) => {
    const field = page.getByLabel(label, { exact: true })
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    const ids = (await field.getAttribute('aria-describedby'))?.split(' ') ?? []
    return page.locator(`#${ids.at(-1)}`).textContent()
  }
  expect(await errorOf('Host')).toBe('required field missing')
  expect(await errorOf('Path')).toBe('should start with: /')
  expect(await errorOf('Connect timeout')).toBe('"soon" is not a number in plain digits.')
  expect(await page.getByLabel('Connect timeout', { exact: true }).inputValue()).toBe('soon')

  await type(page, 'Host', 'h')
  await type(page, 'Path', '')
  await type(page, 'Connect timeout', '1000')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByText('UNIQUE violation').waitFor()
  expect(await errorOf('Name')).toContain('taken')
  expect(await page.getByLabel('Host', { exact: true }).inputValue()).toBe('h')
})
