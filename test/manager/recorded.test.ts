/** What the page syncs is recorded as the command line does it, and can be undone there. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { deck, newFile, newFolder, type Served, serve, startDeck } from '../support/binary.ts'
import { openPage, startBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'

const canary = 'canary-of-the-page-61d0'
const file = `_format_version: "3.0"
services: [{name: recorded, host: one.test}]
consumers: [{username: c, keyauth_credentials: [{key: ${canary}}]}]
`

const state = newFolder()
const journal = join(state, 'deck')
let gateway: Served
let browser: Browser
let page: Page
let complaints: readonly string[]
beforeAll(async () => {
  ;[gateway, browser] = await Promise.all([serve([], { env: { XDG_STATE_HOME: state } }), startBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await gateway?.stop()
})
beforeEach(async () => {
  ;({ page, complaints } = await openPage(browser))
})

async function syncOnPage(manager: string, text: string): Promise<void> {
  await page.goto(`${manager}/compare`)
  await page.getByRole('textbox', { name: 'State file' }).fill(text)
  await page.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('button', { name: 'Sync' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sync' }).click()
  await page.getByText('What was done').waitFor()
}

const services = async (): Promise<unknown[]> =>
  (await ask(gateway.admin, 'GET', '/services')).json['data'] as unknown[]

test('the page names the command that undoes its sync, and the command does', async () => {
  await syncOnPage(gateway.manager, file)
  await page.getByText('This sync is recorded').waitFor()
  const command = (await page.locator('.undo code').textContent()) ?? ''
  expect(command).toMatch(
    /^deck gateway rollback \d{8}-\d{9}-[0-9a-f]{6} --kong-addr http:\/\/127\.0\.0\.1:\d+$/,
  )
  const [name = ''] = readdirSync(journal)
  expect(statSync(join(journal, name)).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(journal, name), 'utf8')).not.toContain(canary)
  expect(await services()).toHaveLength(1)

  await page.getByText('Recorded runs').click()
  await page.getByRole('cell', { name: command }).waitFor()
  await page.getByRole('cell', { name: '3 created, 0 updated, 0 deleted' }).waitFor()

  const [, ...words] = command.split(' ')
  expect(await deck([...words, '--yes'], { env: { XDG_STATE_HOME: state } })).toMatchObject({ code: 0 })
  expect(await services()).toEqual([])
  expect(complaints).toEqual([])
})

test('a sync that is not recorded names no command', async () => {
  const running = startDeck(
    ['manager', '--kong-addr', gateway.admin, '--manager-listen', '127.0.0.1:0', '--no-journal'],
    { env: { XDG_STATE_HOME: state } },
  )
  let output = ''
  running.child.stdout?.on('data', text => {
    output += text
  })
  await until(() => output.includes('\n'), 'the Manager is ready')
  const [, manager = ''] = /Manager {2}(\S+)/.exec(output) ?? []
  const before = readdirSync(journal).length
  await syncOnPage(manager, file)
  await page.getByText('This sync was not recorded').waitFor()
  expect(readdirSync(journal)).toHaveLength(before)
  await page.getByText('Recorded runs').click()
  await page.getByText('No run of this gateway is recorded here.').waitFor()
  expect(await page.locator('.undo code').count()).toBe(0)
  running.child.kill('SIGTERM')
  await running.result
})

test('a folder that is named and cannot be written stops the sync', async () => {
  // Even root cannot make a folder below a file.
  const other = await serve(['--journal', join(newFile('file', ''), 'journal')])
  await page.goto(`${other.manager}/compare`)
  await page.getByRole('textbox', { name: 'State file' }).fill(file)
  await page.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('button', { name: 'Sync' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sync' }).click()
  await page.getByText('nothing was changed').waitFor()
  expect((await ask(other.admin, 'GET', '/services')).json['data']).toEqual([])
  await other.stop()
})
