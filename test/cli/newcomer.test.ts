/**
 * The two examples of CONTRIBUTING.md, a kind `mirror` and a plugin `stamp`, in a copy of the project that is
 * built and run: one file (two for a plugin that runs) and its line in the list are enough for the whole
 * program.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ask } from '../support/ask.ts'
import { newFile, newFolder, deck as runDeck, type Served, serve, summary } from '../support/binary.ts'
import { openPage, startBrowser } from '../support/browser.ts'
import { type EchoBackend, startEchoBackend } from '../support/echo-backend.ts'
import { faultyRelay } from '../support/faulty-relay.ts'
import { copyWith, type Line, runIn } from '../support/newcomer.ts'
import type { Result } from '../support/processes.ts'

const files = [
  'src/entities/kinds/mirror.ts',
  'src/entities/plugins/stamp.ts',
  'src/gateway/plugins/stamp.ts',
]

const lines: readonly Line[] = [
  {
    file: 'src/entities/registry.ts',
    name: 'mirror',
    from: './kinds/mirror.ts',
    list: 'export const registry = [',
  },
  {
    file: 'src/entities/plugin-registry.ts',
    name: 'stamp',
    from: './plugins/stamp.ts',
    list: 'export const plugins: readonly PluginDefinition[] = [',
  },
  {
    file: 'src/gateway/plugins/handlers.ts',
    name: 'stamp',
    from: './stamp.ts',
    list: 'const makers: Readonly<Record<string, MakeHandler>> = {',
  },
]

let copy: string
let program: string
let gateway: Served
let backend: EchoBackend

beforeAll(async () => {
  copy = copyWith(files, lines)
  program = join(copy, 'bin/run.js')
  await runIn(copy, [join(copy, 'scripts/build.js')])
  backend = await startEchoBackend({ name: 'echo' })
  gateway = await serve([], { program })
}, 300_000)

afterAll(async () => {
  await gateway?.stop()
  await backend?.close()
  if (copy !== undefined) rmSync(copy, { recursive: true, force: true })
})

const head = '_format_version: "3.0"\n'
const deck = (argv: readonly string[], text?: string): Promise<Result> =>
  runDeck(text === undefined ? argv : [...argv, newFile('kong.yaml', head + text)], { program })
const onGateway = (argv: readonly string[], text?: string): Promise<Result> =>
  deck(['gateway', ...argv, '--kong-addr', gateway.admin], text)
const admin = (method: string, path: string, body?: unknown) => ask(gateway.admin, method, path, body)
const reset = async () => expect((await onGateway(['reset', '--force'])).code).toBe(0)

const wanted = `services:
- name: api
  host: api.example
  tags: [team-a]
  mirrors:
  - name: inner
    host: copy.example
    tags: [team-a]
mirrors:
- name: outer
  host: other.example
  service: api
  tags: [team-b]
- name: alone
  tags: [team-b]
`

test('the examples are well typed', async () => {
  const settings = JSON.parse(readFileSync(join(copy, 'tsconfig.json'), 'utf8'))
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ ...settings, include: ['src'] }))
  await runIn(copy, [join(copy, 'node_modules/typescript/lib/tsc.js'), '-p', copy])
})

describe('a state file with the new kind', () => {
  beforeAll(reset)

  test('is checked without a gateway, each mistake at its line', async () => {
    expect((await deck(['file', 'validate'], wanted)).code).toBe(0)
    const text =
      'mirrors:\n- name: a\n  hots: b\n- host: b\n- name: c\n  host: "a b"\n- {name: d, service: e}\n'
    const { code, stderr } = await deck(['file', 'validate'], text)
    expect(code).toBe(1)
    expect(stderr).toMatch(/kong\.yaml:4:3: error: unknown field "hots".*did you mean "host"\?/s)
    expect(stderr).toMatch(/kong\.yaml:5:3: error: name: required field missing/)
    expect(stderr).toMatch(/kong\.yaml:7:9: error: host: /)
    expect(stderr).toMatch(/kong\.yaml:8:22: error: no service "e"/)
  })

  test('is checked by a gateway', async () => {
    expect((await onGateway(['validate'], wanted)).code).toBe(0)
  })

  test('is synced, and differs from nothing then', async () => {
    const { stdout } = await onGateway(['diff'], wanted)
    expect(stdout).toContain('creating mirror inner')
    expect(stdout).toContain('creating mirror alone')
    expect((await onGateway(['sync'], wanted)).stdout).toContain(summary(4, 0, 0))
    expect((await onGateway(['diff'], wanted)).stdout).toContain(summary(0, 0, 0))
  })

  test('changes what it changes, field by field', async () => {
    const { stdout } = await onGateway(['diff'], wanted.replace('copy.example', 'new.example'))
    expect(stdout).toMatch(/updating mirror inner.*copy\.example.*new\.example/s)
    expect(stdout).toContain(summary(0, 1, 0))
  })

  test.each(['yaml', 'json'])('is what a dump as %s gives', async format => {
    const file = join(newFolder(), `dump.${format}`)
    expect((await onGateway(['dump', '-o', file, '--format', format])).code).toBe(0)
    const dumped = parse(readFileSync(file, 'utf8'))
    expect(dumped.services[0].mirrors).toEqual([
      { name: 'inner', host: 'copy.example', tags: ['team-a'] },
      { name: 'outer', host: 'other.example', tags: ['team-b'] },
    ])
    expect(dumped.mirrors).toEqual([{ name: 'alone', tags: ['team-b'] }])
    const { stdout } = await deck(['gateway', 'diff', file, '--kong-addr', gateway.admin])
    expect(stdout).toContain(summary(0, 0, 0))
  })

  test('is selected by tags', async () => {
    const file = join(newFolder(), 'dump.yaml')
    expect((await onGateway(['dump', '-o', file, '--select-tag', 'team-b'])).code).toBe(0)
    const { mirrors } = parse(readFileSync(file, 'utf8'))
    expect(mirrors.map(({ name }: { name: string }) => name)).toEqual(['alone', 'outer'])
    const { stdout } = await onGateway(
      ['sync', '--select-tag', 'team-b', '--yes'],
      'mirrors: [{name: alone}]\n',
    )
    expect(stdout).toContain('deleting mirror outer')
    expect(stdout).toContain(summary(0, 0, 1))
    expect((await admin('GET', '/mirrors/inner')).status).toBe(200)
  })
})

describe('the operations on files work on the new kind', () => {
  const operate = async (argv: readonly string[], text = wanted) => {
    const { code, stdout, stderr } = await deck(['file', ...argv, '-s', newFile('kong.yaml', head + text)])
    expect(stderr).not.toContain('Error')
    expect(code).toBe(0)
    return stdout
  }
  const mirrorsIn = (text: string) => {
    const { services, mirrors } = parse(text)
    return [...services[0].mirrors, ...mirrors]
  }

  test('add-tags, remove-tags and list-tags', async () => {
    const added = await operate(['add-tags', 'more'])
    for (const { tags } of mirrorsIn(added)) expect(tags).toContain('more')
    const removed = await operate(['remove-tags', 'team-b'])
    expect(mirrorsIn(removed).map(({ tags }) => tags)).toEqual([['team-a'], undefined, undefined])
    expect(await operate(['list-tags'])).toBe('team-a\nteam-b')
  })

  test('patch, merge and namespace', async () => {
    const patched = await operate([
      'patch',
      '--selector',
      '$..mirrors[*]',
      '--value',
      'host:"patched.example"',
    ])
    expect(mirrorsIn(patched).map(({ host }) => host)).toEqual(Array(3).fill('patched.example'))
    const more = newFile('more.yaml', `${head}mirrors: [{name: more}]\n`)
    const merged = await runDeck(['file', 'merge', more, newFile('kong.yaml', head + wanted)], { program })
    expect(parse(merged.stdout).mirrors).toHaveLength(3)
    const inner =
      'services: [{name: api, host: h, routes: [{paths: [/a]}], mirrors: [{name: m}]}]\nmirrors: [{name: other}]\n'
    const spaced = parse(await operate(['namespace', '--path-prefix', '/kong'], inner))
    expect(spaced.services[0].mirrors).toEqual([{ name: 'm' }])
  })

  test('render and lint', async () => {
    const rendered = await runDeck(['file', 'render', newFile('kong.yaml', head + wanted)], { program })
    expect(parse(rendered.stdout).services[0].mirrors).toHaveLength(2)
    const rules = newFile(
      'rules.yaml',
      'rules:\n  m:\n    description: d\n    given: $..mirrors[*]\n    severity: error\n    then: {field: host, function: truthy}\n',
    )
    const linted = await deck(['file', 'lint', '-s', newFile('kong.yaml', head + wanted), rules])
    expect(linted.code).toBe(1)
    expect(linted.stdout).toMatch(/Violations: 1\n.*`host` must be set/s)
  })
})

describe('the Admin API of the new kind', () => {
  beforeAll(reset)

  test('creates, changes, replaces, lists and deletes', async () => {
    const { json: service } = await admin('POST', '/services', { name: 'api', host: 'h' })
    const created = await admin('POST', '/mirrors', {
      name: 'm',
      service: { id: service['id'] },
      tags: ['t'],
    })
    expect(created).toMatchObject({
      status: 201,
      json: { name: 'm', host: null, service: { id: service['id'] } },
    })
    expect((await admin('PATCH', '/mirrors/m', { host: 'a.example' })).json).toMatchObject({
      host: 'a.example',
    })
    expect((await admin('PUT', '/mirrors/p', { host: 'b.example' })).status).toBe(200)
    expect((await admin('GET', '/mirrors')).json['data']).toHaveLength(2)
    expect((await admin('GET', '/mirrors?tags=t')).json['data']).toHaveLength(1)
    expect((await admin('GET', '/tags/t')).json['data']).toMatchObject([{ entity_name: 'mirrors' }])
    expect((await admin('DELETE', '/mirrors/p')).status).toBe(204)
    expect((await admin('GET', '/mirrors/p')).status).toBe(404)
  })

  test("refuses what the definition refuses, in Kong's words", async () => {
    expect((await admin('POST', '/mirrors', { hots: 'a' })).json).toMatchObject({
      name: 'schema violation',
      fields: { name: 'required field missing', hots: 'unknown field' },
    })
    expect(await admin('POST', '/mirrors', { name: 'm' })).toMatchObject({
      status: 409,
      json: { name: 'unique constraint violation', fields: { name: 'm' } },
    })
    const unknown = await admin('POST', '/mirrors', { name: 'x', service: { name: 'nobody' } })
    expect(unknown.status).toBe(400)
  })

  test('nests it, and deletes it with its service', async () => {
    expect((await admin('POST', '/services/api/mirrors', { name: 'n' })).status).toBe(201)
    expect((await admin('GET', '/services/api/mirrors')).json['data']).toHaveLength(2)
    expect((await admin('GET', '/services/api/mirrors/n')).status).toBe(200)
    expect((await admin('DELETE', '/services/api')).status).toBe(204)
    expect((await admin('GET', '/mirrors')).json['data']).toEqual([])
  })

  test('describes it', async () => {
    const { json: schema } = await admin('GET', '/schemas/mirrors')
    const names = (schema['fields'] as object[]).flatMap(field => Object.keys(field))
    expect(names).toEqual(['id', 'created_at', 'updated_at', 'name', 'host', 'service', 'tags'])
    expect((await admin('POST', '/schemas/mirrors/validate', { name: 'ok' })).status).toBe(200)
    const { json: endpoints } = await admin('GET', '/endpoints')
    expect(endpoints['data']).toEqual(
      expect.arrayContaining(['/mirrors', '/mirrors/{mirrors}', '/services/{services}/mirrors']),
    )
  })

  test('serves it from a declarative file', async () => {
    const file = newFile(
      'kong.yml',
      `${head}services:\n- {name: api, host: h, mirrors: [{name: m}]}\nmirrors: [{name: other}]\n`,
    )
    const dbLess = await serve(['--declarative-config', file], { program })
    const { json } = await ask(dbLess.admin, 'GET', '/mirrors')
    await dbLess.stop()
    expect(json['data']).toHaveLength(2)
  })
})

describe('the Manager', () => {
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    await reset()
    await admin('POST', '/services', { name: 'api', host: 'h' })
    browser = await startBrowser()
    const opened = await openPage(browser)
    page = opened.page
    page.on('pageerror', error => complaints.push(error.message))
  })
  afterAll(() => browser?.close())

  const field = (label: string) => page.getByLabel(label, { exact: true })
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()

  test('creates one of the new kind, with the fields of its schema', async () => {
    await page.goto(`${gateway.manager}/`)
    await page.getByRole('link', { name: 'Mirrors', exact: true }).click()
    await page.getByText('No mirrors yet.').waitFor()
    await press('New Mirror')
    await field('Name').fill('m')
    await field('Host').fill('copy.example')
    await field('Service').fill('api')
    await page.getByRole('option', { name: /^api/ }).click()
    await press('Create')
    await page.getByText('Mirror m is created.').waitFor()
    expect((await admin('GET', '/mirrors/m')).json).toMatchObject({ name: 'm', host: 'copy.example' })
    await page.getByRole('cell', { name: 'copy.example' }).waitFor()
  })

  test('says what the gateway refuses, at its field', async () => {
    await page.goto(`${gateway.manager}/mirrors/new`)
    await field('Name').fill('other')
    await field('Host').fill('not a host')
    await press('Create')
    await page.getByText('invalid value: not a host').first().waitFor()
  })

  test('lists it on the page of its service, and shows it as a state file', async () => {
    const { json: service } = await admin('GET', '/services/api')
    await page.goto(`${gateway.manager}/services/${service['id']}/mirrors`)
    await page.getByRole('link', { name: 'm', exact: true }).click()
    await page.getByRole('heading', { name: 'm', exact: true }).waitFor()
    await page.getByRole('link', { name: 'JSON and state file' }).click()
    await page.getByText('host: copy.example').waitFor()
  })

  test('deletes it', async () => {
    await page.goto(`${gateway.manager}/mirrors/m`)
    await press('Delete')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Mirror m is deleted.').waitFor()
    expect((await admin('GET', '/mirrors/m')).status).toBe(404)
  })

  test('configures the new plugin by a form of its schema', async () => {
    await page.goto(`${gateway.manager}/plugins/new`)
    await page.getByRole('link', { name: 'stamp', exact: true }).click()
    await field('Text').fill('from the page')
    await press('Create')
    await page.getByText('Plugin stamp is created.').waitFor()
    const { json } = await admin('GET', '/plugins')
    expect(json['data']).toMatchObject([
      { name: 'stamp', config: { header_name: 'X-Stamp', text: 'from the page' } },
    ])
    expect(complaints).toEqual([])
  })
})

describe('the new plugin', () => {
  beforeAll(reset)

  const stamped = (config: string) =>
    `services:\n- name: api\n  url: http://127.0.0.1:${backend.port}\n  routes: [{name: r, paths: [/]}]\nplugins:\n- name: stamp\n  config: ${config}\n`

  test('is checked without a gateway', async () => {
    expect((await deck(['file', 'validate'], stamped('{text: hello}'))).code).toBe(0)
    const { code, stderr } = await deck(['file', 'validate'], stamped('{texts: 5}'))
    expect(code).toBe(1)
    expect(stderr).toMatch(/kong\.yaml:8:12: error: unknown field "config.texts".*did you mean "text"\?/s)
    expect(stderr).toContain('config.text: required field missing')
  })

  test('is described by the Admin API', async () => {
    const { json } = await admin('GET', '/schemas/plugins/stamp')
    expect(JSON.stringify(json)).toContain(
      '"header_name":{"type":"string","required":true,"default":"X-Stamp"}',
    )
    const { json: root } = await admin('GET', '/')
    const { available_on_server: available } = root['plugins'] as Record<string, Record<string, unknown>>
    expect(available?.['stamp']).toMatchObject({ priority: 800 })
  })

  test('is synced, dumped and run', async () => {
    const text = stamped('{text: hello}')
    expect((await onGateway(['sync'], text)).stdout).toContain(summary(3, 0, 0))
    expect((await onGateway(['diff'], text)).stdout).toContain(summary(0, 0, 0))
    const response = await fetch(gateway.proxy)
    expect(response.status).toBe(200)
    expect(response.headers.get('x-stamp')).toBe('hello')
    expect((await onGateway(['dump', '-o', '-'])).stdout).toContain('header_name: X-Stamp')
  })
})

describe('a plugin that only the gateway knows', () => {
  beforeAll(reset)
  const stamps = (...texts: unknown[]): string =>
    newFile(
      'kong.yaml',
      `${head}services:\n${texts.map((text, n) => `- {name: s${n}, host: h, plugins: [{name: stamp, config: {text: ${text}}}]}\n`).join('')}`,
    )
  // Not the program of the copy: this one has never heard of the plugin.
  const sync = (address: string, file: string) => runDeck(['gateway', 'sync', file, '--kong-addr', address])

  test('is asked about before the first write, one request for each, and its refusals are errors at their lines', async () => {
    const relay = await faultyRelay(gateway.admin, () => undefined)
    const { code, stderr } = await sync(relay.address, stamps('fine', 7))
    expect(code).toBe(1)
    expect(stderr).toMatch(/kong\.yaml:4:\d+: error: config\.text: expected a string/)
    const written = relay.seen
      .filter(({ method }) => method !== 'GET')
      .map(one => `${one.method} ${one.path}`)
    expect(written).toEqual(['POST /schemas/plugins/validate', 'POST /schemas/plugins/validate'])
    expect((await admin('GET', '/services')).json).toMatchObject({ data: [] })
  })

  test('costs the second reading no round trip of its own', async () => {
    expect((await sync(gateway.admin, stamps('one'))).code).toBe(0)
    let asked: (value: unknown) => void = () => {}
    const isReadAgain = new Promise(resolve => (asked = resolve))
    let reads = 0
    const relay = await faultyRelay(gateway.admin, ({ method, path }) => {
      if (method === 'GET' && path.startsWith('/plugins/')) reads += 1
      if (reads > 0) asked(undefined)
      // The verdict comes only when the second reading is under way: one after the other would never end.
      return path === '/schemas/plugins/validate' ? { what: 'held', until: isReadAgain } : undefined
    })
    expect((await sync(relay.address, stamps('two'))).code).toBe(0)
    expect(reads).toBe(1)
  })
})
