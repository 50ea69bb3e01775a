/**
 * Every kind of field, edited and saved in a real browser: texts of several lines and of all scripts, numbers
 * as people write them. The Admin API has what was typed, or the field says why not; and nothing is sent that
 * the user did not touch.
 */
import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { type Served, serve } from '../support/binary.ts'
import { openPage, startBrowser } from '../support/browser.ts'

let gateway: Served
let browser: Browser
let page: Page
let complaints: readonly string[]
/** Bodies that the page sent to change something. */
let sent: unknown[]

type Values = Record<string, unknown>

const make = async (path: string, body: object) => {
  const { json, text, status } = await ask(gateway.admin, 'POST', path, body)
  if (status !== 201) throw new Error(text)
  return `${path}/${json['id']}`
}
const read = async (path: string): Promise<Values> => (await ask(gateway.admin, 'GET', path)).json

beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([serve(), startBrowser()])
})

afterAll(async () => {
  await browser.close()
  await gateway.stop()
})

beforeEach(async () => {
  ;({ page, complaints } = await openPage(browser))
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  sent = []
  page.on('request', request => {
    const isWrite = /^(?:PATCH|POST|PUT)$/.test(request.method()) && request.url().includes('/api/admin/')
    if (isWrite && !request.url().endsWith('/validate')) sent.push(request.postDataJSON())
  })
  return async () => {
    expect(complaints).toEqual([])
    const { data } = (await ask(gateway.admin, 'GET', '/plugins')).json
    for (const { id } of data as { id: string }[]) await ask(gateway.admin, 'DELETE', `/plugins/${id}`)
  }
})

const field = (name: string) => page.getByLabel(name, { exact: true })

async function openForm(path: string, waitFor: string): Promise<void> {
  await page.goto(`${gateway.manager}${path}/edit`)
  await field(waitFor).first().waitFor()
}

async function save(): Promise<void> {
  await page.getByRole('button', { name: 'Update', exact: true }).click()
  const updated = page.getByRole('status').getByText('is updated')
  const refused = page.locator('.problem')
  await updated.or(refused).first().waitFor()
  expect(await refused.allTextContents()).toEqual([])
}

async function paste(name: string, text: string): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
  await field(name).focus()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.press('ControlOrMeta+V')
}

const withoutTimes = ({ updated_at, ...rest }: Values): Values => rest

const texts = [
  'local a = 1\n-- a comment\nkong.log(a)',
  '\ttab\n\n  indented\n',
  '\n\nbegins with empty lines',
  '\u00a0no-break\u00a0\nideographic\u3000\n\ufeffmark',
  'line\u2028separator\u2029and\u0085next',
  'שלום עולם\nمرحبا بالعالم',
  '👩‍👩‍👧 e\u0301 é 𝒳\n日本語',
  '<b>"quotes" & \\n \'not a line\'</b>\n%{}#$',
]

describe('a text', () => {
  test.each(texts)('%j is kept as it is, typed or pasted', async text => {
    const plugin = await make('/plugins', {
      name: 'request-termination',
      config: { body: 'b', status_code: 200 },
    })
    const before = await read(plugin)
    await openForm(plugin, 'Body')
    await field('Body').fill(text)
    await paste('Content type', `${text}.`)
    await save()
    const config = { ...(before['config'] as Values), body: text, content_type: `${text}.` }
    expect(withoutTimes(await read(plugin))).toEqual(withoutTimes({ ...before, config }))
    expect(sent).toEqual([{ config: { body: text, content_type: `${text}.` } }])
    await openForm(plugin, 'Body')
    expect(await field('Body').inputValue()).toBe(text)
    expect(await field('Content type').inputValue()).toBe(`${text}.`)
  })

  test('is kept in a list', async () => {
    const acl = await make('/plugins', { name: 'acl', config: { allow: ['first', 'second'] } })
    await openForm(acl, 'Allow 1')
    const add = page.getByRole('group', { name: 'Allow' }).getByRole('button', { name: 'Add another' })
    for (const [at, text] of texts.entries()) {
      if (at > 1) await add.click()
      if (at % 2 === 0) await paste(`Allow ${at + 1}`, text)
      else await field(`Allow ${at + 1}`).fill(text)
    }
    await save()
    expect((await read(acl))['config']).toMatchObject({ allow: texts })
  })

  test('is kept in a map, as a name and as a value', async () => {
    const lua = (text: string) => `return [==[${text}]==]`
    const log = await make('/plugins', {
      name: 'file-log',
      config: { path: '/dev/null', custom_fields_by_lua: { first: 'return 1\n-- one' } },
    })
    const fields = page.getByRole('group', { name: 'Custom fields by lua' })
    await openForm(log, 'Custom fields by lua 1 value')
    for (const [at, text] of texts.entries()) {
      await fields.getByRole('button', { name: 'Add' }).click()
      const label = `Custom fields by lua ${at + 2}`
      await field(`${label} name`).fill(text)
      if (at % 2 === 0) await paste(`${label} value`, lua(text))
      else await field(`${label} value`).fill(lua(text))
    }
    await save()
    expect((await read(log))['config']).toMatchObject({
      custom_fields_by_lua: {
        first: 'return 1\n-- one',
        ...Object.fromEntries(texts.map(text => [text, lua(text)])),
      },
    })
  })

  test.each(['2.8', '3.9'])('of Lua code is kept when its plugin is edited, on Kong %s', async version => {
    const own = version === '3.9' ? gateway : await serve(['--kong-version', version])
    const access = ['local a = 1\n-- a comment\nkong.log(a)', 'return 1']
    const created = await ask(own.admin, 'POST', '/plugins', { name: 'post-function', config: { access } })
    const path = `/plugins/${created.json['id']}`
    await page.goto(`${own.manager}${path}/edit`)
    expect(await field('Access 1').inputValue()).toBe(access[0])
    await field('Access 2').fill('return 2\n-- two')
    await page.getByRole('button', { name: 'Update', exact: true }).click()
    await page.getByRole('status').getByText('is updated').waitFor()
    const { json } = await ask(own.admin, 'GET', path)
    expect(json['config']).toMatchObject({ access: [access[0], 'return 2\n-- two'] })
    expect(sent).toEqual([{ config: { access: [access[0], 'return 2\n-- two'] } }])
    if (own !== gateway) await own.stop()
  })

  test('with CRLF keeps it: where it is not touched, around an edit, and in new lines', async () => {
    const body = 'one\r\ntwo\r\nthree\r\n'
    const plugin = await make('/plugins', { name: 'request-termination', config: { body } })
    await openForm(plugin, 'Body')
    await page.getByText('The lines end with CRLF.').waitFor()
    await field('Content type').fill('text/plain')
    await save()
    expect(sent).toEqual([{ config: { content_type: 'text/plain' } }])
    expect((await read(plugin))['config']).toMatchObject({ body })

    await openForm(plugin, 'Body')
    await field('Body').press('ControlOrMeta+End')
    await page.keyboard.type('four\nfive')
    await save()
    expect((await read(plugin))['config']).toMatchObject({ body: `${body}four\r\nfive` })

    await ask(gateway.admin, 'DELETE', plugin)
    const mixed = await make('/plugins', { name: 'request-termination', config: { body: 'a\r\nb\nc' } })
    await openForm(mixed, 'Body')
    await page.getByText('Some lines end with CRLF, others with LF').waitFor()
    await field('Body').press('ControlOrMeta+End')
    await page.keyboard.type('!\nd')
    await save()
    expect((await read(mixed))['config']).toMatchObject({ body: 'a\r\nb\nc!\nd' })
  })

  test('that is secret has several lines, too', async () => {
    const consumer = await make('/consumers', { username: 'secretive' })
    const secret = await make(`${consumer}/jwt`, { algorithm: 'HS256', secret: 'first\r\nsecond' })
    await openForm(secret, 'Secret')
    await field('Secret').press('ControlOrMeta+End')
    await page.keyboard.type('\nthird\u00a0')
    await save()
    expect(await read(secret)).toMatchObject({ secret: 'first\r\nsecond\r\nthird\u00a0' })
    expect(sent).toEqual([{ secret: 'first\r\nsecond\r\nthird\u00a0' }])
  })

  test('of any characters is kept', async () => {
    const consumer = await make('/consumers', { username: 'any', tags: ['t'] })
    const before = await read(consumer)
    const samples = fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), 12)
    for (const sample of samples) {
      const text = `x${sample.replaceAll('\u0000', '').replaceAll('\r', '\n')}`
      await openForm(consumer, 'Custom ID')
      await field('Custom ID').fill(text)
      await save()
      expect(withoutTimes(await read(consumer)), JSON.stringify(text)).toEqual(
        withoutTimes({ ...before, custom_id: text }),
      )
      await page.getByRole('heading', { name: 'any' }).waitFor()
    }
  })
})

describe('a line', () => {
  test('is sent by Enter, and begins the next one with Shift', async () => {
    const consumer = await make('/consumers', { username: 'enters' })
    await openForm(consumer, 'Custom ID')
    await field('Custom ID').fill('one')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('two')
    await field('Tags 1').fill('a')
    await page.keyboard.press('Enter')
    await page.keyboard.type('b')
    await field('Username').press('Enter')
    await page.getByRole('status').getByText('is updated').waitFor()
    expect(await read(consumer)).toMatchObject({
      username: 'enters',
      custom_id: 'one\ntwo',
      tags: ['a', 'b'],
    })
  })
})

describe('a number', () => {
  test.each([
    ['8e2', 800],
    ['0x50', 80],
    ['1_000', 1000],
    ['1,000', 1000],
    ['007', 7],
    ['+5', 5],
    ['5.', 5],
  ])('%j is not taken for another without a word', async (typed, meant) => {
    const service = await make('/services', { host: 'h', port: 1 })
    await openForm(service, 'Port')
    await field('Port').fill(typed)
    await page.getByRole('button', { name: 'Update', exact: true }).click()
    const error = page.locator('#field-port-error')
    await error.waitFor()
    expect(await error.textContent()).toContain(`Write ${meant}.`)
    expect(await field('Port').inputValue()).toBe(typed)
    expect(sent).toEqual([])
    expect(await read(service)).toMatchObject({ port: 1 })
    await field('Port').fill(String(meant))
    await save()
    expect(await read(service)).toMatchObject({ port: meant })
  })

  test.each([
    ['-0', 'would become 0'],
    ['9007199254740993', 'would become 9007199254740992'],
    ['0.1000000000000000000001', 'would become 0.1'],
    ['eighty', 'is not a number'],
    ['٣', 'is not a number'],
    ['80000', 'between'],
    ['1.5', 'integer'],
  ])('%j is refused at its field', async (typed, words) => {
    const service = await make('/services', { host: 'h', port: 1 })
    await openForm(service, 'Port')
    await field('Port').fill(typed)
    await page.getByRole('button', { name: 'Update', exact: true }).click()
    expect(await page.locator('#field-port-error').textContent()).toContain(words)
    expect(await read(service)).toMatchObject({ port: 1 })
  })

  test('is what it says, with blanks around it, and with a fraction', async () => {
    const service = await make('/services', { host: 'h', port: 1 })
    await openForm(service, 'Port')
    await field('Port').fill(' 80\u00a0')
    await save()
    expect(await read(service)).toMatchObject({ port: 80 })

    const log = await make('/plugins', { name: 'http-log', config: { http_endpoint: 'http://h.example/' } })
    const before = await read(log)
    await openForm(log, 'HTTP endpoint')
    const queue = page.getByRole('group', { name: 'Queue' })
    await queue.getByLabel('Max coalescing delay', { exact: true }).fill('0.250')
    await queue.getByLabel('Max entries', { exact: true }).fill('1000000')
    await save()
    const { queue: old, ...config } = before['config'] as Values
    expect(withoutTimes(await read(log))).toEqual(
      withoutTimes({
        ...before,
        config: {
          ...config,
          queue: { ...(old as Values), max_coalescing_delay: 0.25, max_entries: 1_000_000 },
        },
      }),
    )
    expect(sent.at(-1)).toEqual({ config: { queue: { max_coalescing_delay: 0.25, max_entries: 1_000_000 } } })
  })
})

test('sets, maps of lists, records, booleans, references and JSON texts: one changes, the others stay', async () => {
  const service = await make('/services', { name: 'first', host: 'h' })
  const second = await make('/services', { name: 'second\u00a0service', host: 'h' })
  const route = await make('/routes', {
    name: 'all-kinds',
    paths: ['/a', '/b'],
    methods: ['GET', 'POST'],
    headers: { 'x-one': ['1', '2'] },
    service: { id: service.split('/').at(-1) },
    tags: ['one', 'two\u2028lines'],
  })
  let expected = withoutTimes(await read(route))
  const steps: readonly (readonly [change: Values, typed: () => Promise<void>])[] = [
    [{ paths: ['/a', '/b/c'] }, () => field('Paths 2').fill('/b/c')],
    [{ methods: ['GET', 'PURGE'] }, () => field('Methods 2').fill('PURGE')],
    [{ protocols: ['http'] }, () => page.getByRole('checkbox', { name: 'https', exact: true }).uncheck()],
    [{ preserve_host: true }, () => field('Preserve host').check()],
    [{ tags: ['one\u00a0tag', 'two\u2028lines'] }, () => field('Tags 1').fill('one\u00a0tag')],
    [
      { service: { id: second.split('/').at(-1) } },
      async () => {
        await field('Service').fill('second')
        await page.getByRole('option', { name: 'second' }).click()
      },
    ],
    [
      { headers: { 'x-one': ['1', 'two\u00a0😀'] } },
      async () => {
        await page.getByText('More to match on').click()
        await field('Headers 1 value 2').fill('two\u00a0😀')
      },
    ],
    [
      { regex_priority: 42 },
      async () => {
        await page.getByText('More to match on').click()
        await field('Regex priority').fill('42')
      },
    ],
  ]
  for (const [change, typed] of steps) {
    await openForm(route, 'Name')
    await typed()
    await save()
    expected = { ...expected, ...change }
    expect(withoutTimes(await read(route))).toEqual(expected)
    expect(sent.at(-1)).toEqual(change)
  }

  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'a\u00a0key' }
  const [wide, narrow] = [JSON.stringify(jwk, null, '\t'), JSON.stringify(jwk)]
  const key = await make('/keys', { name: 'k', kid: 'a\u00a0key', jwk: wide })
  await openForm(key, 'JWK')
  expect(await field('JWK').inputValue()).toBe(wide)
  await field('JWK').fill(`${narrow}\n`)
  await save()
  expect(await read(key)).toMatchObject({ jwk: `${narrow}\n`, name: 'k' })
  expect(sent.at(-1)).toEqual({ jwk: `${narrow}\n` })
})
