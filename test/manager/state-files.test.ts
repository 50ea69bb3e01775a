/**
 * State files on the page, and the rest that needs no form: what stands there is what the command line
 * writes and does.
 */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { deck, guide, newFile, type Served, serve, startDeck } from '../support/binary.ts'
import { openPage, startBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'

let gateway: Served
let browser: Browser
let backend: Server

beforeAll(async () => {
  backend = createServer((_request, response) => response.end('from the backend'))
  await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
  const { port } = backend.address() as AddressInfo
  const resolved = ['httpbin.konghq.com', 'httpbun.com'].flatMap(name => [
    '--resolve',
    `${name}:80=127.0.0.1:${port}`,
  ])
  ;[gateway, browser] = await Promise.all([serve([guide, ...resolved]), startBrowser()])
})

afterAll(async () => {
  await browser.close()
  await gateway.stop()
  backend.close()
})

const text = readFileSync(guide, 'utf8')
const changed = text
  .replace('host: example_upstream', 'host: example_upstream\n  retries: 7')
  .replace('cache_ttl: 30', 'cache_ttl: 60')
  .replace(/ {4}- target: httpbun\.com:80\n {6}weight: 100\n/, '')

const onlyFirst = '_format_version: "3.0"\nservices:\n- name: s1\n  host: a.example\n'

describe('Export', () => {
  test('downloads what deck dump writes', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${gateway.manager}/compare`)
    for (const [name, format] of [
      ['Export', 'yaml'],
      ['Export as JSON', 'json'],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name, exact: true }).click(),
      ])
      expect(download.suggestedFilename()).toBe(`kong.${format}`)
      const dumped = await deck(['dump', '-o', '-', '--format', format, '--kong-addr', gateway.admin])
      expect(readFileSync(await download.path(), 'utf8')).toBe(dumped.stdout)
    }
  })
})

describe('Compare and Sync', () => {
  test('shows the plan of deck diff, and does it after a question with the counts', async () => {
    const { page, complaints } = await openPage(browser)
    await page.goto(`${gateway.manager}/compare`)
    const file = newFile('kong.yaml', changed)
    await page.getByLabel('Open a file').setInputFiles(file)
    await page.getByText('What a sync would do').waitFor()
    const shown = await page.locator('.changes > li').allTextContents()
    const { stdout } = await deck(['diff', file, '--compact', '--kong-addr', gateway.admin])
    const events = stdout.split('\n').filter(line => /^(creating|updating|deleting) /.test(line))
    expect(events.length).toBeGreaterThan(1)
    for (const event of events)
      expect(
        shown.some(one => one.startsWith(event)),
        event,
      ).toBe(true)
    expect(shown).toHaveLength(events.length)
    await page.getByText('retries: 5 → 7').waitFor()

    await page.getByRole('button', { name: 'Sync' }).click()
    const question = page.getByRole('dialog')
    const counts = /Created: (\d+)\n {2}Updated: (\d+)\n {2}Deleted: (\d+)/.exec(stdout)?.slice(1) ?? []
    await question.getByText(`${counts[0]} created, ${counts[1]} updated, ${counts[2]} deleted`).waitFor()
    await question.getByRole('button', { name: 'Sync' }).click()
    await page.getByText('What was done').waitFor()
    expect((await deck(['diff', file, '--kong-addr', gateway.admin, '--non-zero-exit-code'])).code).toBe(0)
    expect((await ask(gateway.admin, 'GET', '/services/example_service')).json['retries']).toBe(7)
    expect(complaints).toEqual([])
  })

  test('deletes most of a gateway after a question, and no more than it named', async () => {
    const empty = await serve()
    try {
      for (let number = 1; number <= 12; number += 1) {
        await ask(empty.admin, 'POST', '/services', { name: `s${number}`, host: 'a.example' })
      }
      const { page } = await openPage(browser)
      await page.goto(`${empty.manager}/compare`)
      await page.getByLabel('Open a file').setInputFiles(newFile('one.yaml', onlyFirst))
      await page.getByText('Warning: the run would delete 11 of 12 entities').waitFor()
      expect(await page.getByText('--max-deletes').count()).toBe(0)
      await ask(empty.admin, 'POST', '/services', { name: 's13', host: 'a.example' })
      await page.getByRole('button', { name: 'Sync' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Sync' }).click()
      await page.getByText('the gateway has changed: compare again').waitFor()
      await page.getByRole('button', { name: 'Compare' }).click()
      await page.getByText('Warning: the run would delete 12 of 13 entities').waitFor()
      await page.getByRole('button', { name: 'Sync' }).click()
      const question = page.getByRole('dialog')
      await question.getByText('12 deleted').waitFor()
      await question.getByRole('button', { name: 'Sync' }).click()
      await page.getByText('What was done').waitFor()
      expect((await ask(empty.admin, 'GET', '/services')).json['data']).toHaveLength(1)
    } finally {
      await empty.stop()
    }
  })

  test('tells each problem at its line, and leads there', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${gateway.manager}/compare`)
    const area = page.getByRole('textbox', { name: 'State file' })
    await area.fill('_format_version: "3.0"\nservices:\n- name: a\n  hots: b\n  port: eighty\n')
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByRole('heading', { name: 'Problems' }).waitFor()
    const problems = await page.locator('.problems li').allTextContents()
    expect(problems[0]).toMatch(/Line 4.*unknown field "hots"/s)
    expect(problems[0]).toContain('did you mean "host"?')
    expect(await page.getByRole('button', { name: 'Sync' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Line 4' }).first().click()
    const selected = await area.evaluate(
      'document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)',
    )
    expect(selected).toBe('  hots: b')
  })

  test('takes a file that is dropped', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${gateway.manager}/compare`)
    const data = await page.evaluateHandle(
      `(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(changed)}], 'dropped.yaml')); return data })()`,
    )
    await page.dispatchEvent('.drop', 'drop', { dataTransfer: data })
    await page.getByText('The gateway is as the file says: nothing to do.').waitFor()
    await page.getByText('dropped.yaml').waitFor()
  })
})

describe('one entity', () => {
  test('stands as JSON and as a state file that changes nothing', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${gateway.manager}/routes/mocking/code`)
    const json = await page.getByRole('region', { name: 'JSON' }).textContent()
    expect(JSON.parse(json ?? '')).toEqual((await ask(gateway.admin, 'GET', '/routes/mocking')).json)
    await page.getByText('_format_version').waitFor()
    const file = newFile(
      'kong.yaml',
      (await page.getByRole('region', { name: 'State file' }).textContent()) ?? '',
    )
    const { stdout, code } = await deck(['gateway', 'apply', file, '--kong-addr', gateway.admin])
    expect(stdout).toContain('Created: 0\n  Updated: 0\n  Deleted: 0')
    expect(code).toBe(0)
  })
})

describe('at work', () => {
  test('Try it sends a request and shows its route and target', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${gateway.manager}/routes/mocking/try`)
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('200 OK').waitFor()
    const way = await page.getByRole('list', { name: 'The way of the request' }).textContent()
    expect(way).toContain('mocking')
    expect(way).toContain('rate-limiting')
    expect(way).toContain('example_service')
    expect(way).toMatch(/Target (httpbin\.konghq\.com|httpbun\.com):80/)
    expect(await page.getByRole('region', { name: 'Body' }).textContent()).toContain('from the backend')
  })

  test('targets show their health and share, and are marked by hand', async () => {
    await ask(gateway.admin, 'PATCH', '/upstreams/example_upstream', {
      healthchecks: { passive: { unhealthy: { http_failures: 3 } } },
    })
    const { page } = await openPage(browser)
    await page.goto(`${gateway.manager}/upstreams/example_upstream/targets`)
    const row = page
      .getByRole('region', { name: 'Targets at work' })
      .getByRole('row', { name: /httpbin\.konghq\.com/ })
    await row.getByText('Healthy', { exact: true }).waitFor()
    for (let sent = 0; sent < 4; sent++) await fetch(`${gateway.proxy}/mock`)
    await row.getByText(/\d+ %/).waitFor()
    await row.getByRole('button', { name: 'Mark unhealthy' }).click()
    await row.getByText('Unhealthy', { exact: true }).waitFor()
    const { json } = await ask(gateway.admin, 'GET', '/upstreams/example_upstream/health')
    expect(json['data']).toContainEqual(
      expect.objectContaining({ target: 'httpbin.konghq.com:80', health: 'UNHEALTHY' }),
    )
    await row.getByRole('button', { name: 'Mark healthy' }).click()
    await row.getByText('Healthy', { exact: true }).waitFor()
  })
})

describe('long lists', () => {
  test('10,000 routes are paged, and found by a part of their name', async () => {
    const routes = Array.from({ length: 10_000 }, (_, at) => ({ name: `route-${at}`, paths: [`/p${at}`] }))
    const file = newFile('many.json', JSON.stringify({ _format_version: '3.0', routes }))
    const long = await serve([file])
    const { page } = await openPage(browser)
    await page.goto(`${long.manager}/routes`)
    await page.getByText('Page 1').waitFor()
    const rows = page.locator('tbody tr')
    await rows.nth(99).waitFor()
    expect(await rows.count()).toBe(100)
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('Page 2').waitFor()
    await page.getByLabel('Filter by name, ID or tag').fill('route-9876')
    await page.getByText('1 of 10000').waitFor()
    expect(await page.getByRole('link', { name: 'route-9876' }).count()).toBe(1)
    // Looking at one and going back, or loading the page again, loses neither.
    await page.getByRole('link', { name: 'route-9876' }).click()
    await page.getByRole('heading', { name: 'route-9876' }).waitFor()
    await page.goBack()
    await page.getByText('1 of 10000').waitFor()
    await page.getByLabel('Filter by name, ID or tag').fill('')
    await page.getByText('Page 2').waitFor()
    await page.reload()
    await page.getByText('Page 2').waitFor()
    await rows.nth(99).waitFor()
    expect(await rows.count()).toBe(100)
    await long.stop()
  })
})

describe('deck manager', () => {
  test('shows any Admin API, with the headers that it wants', async () => {
    const seen: string[] = []
    const guarded = createServer((request, response) => {
      seen.push(`${request.headers['kong-admin-token']} ${request.headers['x-team']} ${request.url}`)
      fetch(gateway.admin + request.url).then(async answer => {
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
        response.end(Buffer.from(await answer.arrayBuffer()))
      })
    })
    await new Promise<void>(resolve => guarded.listen(0, '127.0.0.1', resolve))
    const { port } = guarded.address() as AddressInfo
    const address = ['--kong-addr', `http://127.0.0.1:${port}`, '--manager-listen', '127.0.0.1:0']
    const running = startDeck([
      'manager',
      ...address,
      '--kong-admin-token',
      'secret',
      '--headers',
      'X-Team:a',
    ])
    let output = ''
    running.child.stdout?.on('data', text => {
      output += text
    })
    await until(() => output.includes('\n'), 'the Manager prints its address')
    const manager = /Manager {2}(http:\S+)/.exec(output)?.[1] ?? ''
    const { page } = await openPage(browser)
    await page.goto(`${manager}/upstreams`)
    await page.getByRole('link', { name: 'example_upstream' }).waitFor()
    expect(seen).toContain('secret a /upstreams?size=100')
    running.child.kill('SIGTERM')
    expect((await running.result).code).toBe(0)
    guarded.close()
  })

  test('does not begin where there is no Kong', async () => {
    const { code, stderr } = await deck([
      'manager',
      '--kong-addr',
      'http://127.0.0.1:1',
      '--manager-listen',
      '127.0.0.1:0',
    ])
    expect(code).toBe(1)
    expect(stderr).toContain('http://127.0.0.1:1')
  })
})
