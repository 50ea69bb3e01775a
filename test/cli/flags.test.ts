import { writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deck, guide, isStandalone, newFile, newFolder, type Served, serve } from '../support/binary.ts'

const nowhere = 'http://127.0.0.1:1'
let gateway: Served
beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway?.stop())

/** The headers of the first request, as they arrive: `--verbose` does not show them. */
async function headersOf(argv: string[], env: Record<string, string> = {}): Promise<IncomingHttpHeaders> {
  const seen: IncomingHttpHeaders[] = []
  const server = createServer((request, answer) => {
    seen.push(request.headers)
    answer.writeHead(404).end()
  })
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  await deck(['ping', '--kong-addr', `http://127.0.0.1:${port}`, ...argv], { env })
  server.closeAllConnections()
  server.close()
  return seen[0] ?? {}
}

describe('where a setting comes from', () => {
  const reaches = async (argv: string[], env: Record<string, string> = {}) =>
    (await deck(['ping', ...argv], { env })).code === 0

  test('a flag beats the environment', async () => {
    expect(await reaches(['--kong-addr', gateway.admin], { DECK_KONG_ADDR: nowhere })).toBe(true)
    expect(await reaches(['--kong-addr', nowhere], { DECK_KONG_ADDR: gateway.admin })).toBe(false)
  })

  test('the environment beats the config file, which beats the default', async () => {
    const config = newFile('any.yaml', `KONG-ADDR: ${gateway.admin}\nunknown: 1\n`)
    expect(await reaches(['--config', config])).toBe(true)
    expect(await reaches(['--config', config], { DECK_KONG_ADDR: nowhere })).toBe(false)
    expect(await reaches(['--config', config, '--kong-addr', nowhere])).toBe(false)
  })

  test.each(['.deck.yaml', '.deck.json'])('~/%s is read when --config is not given', async name => {
    const home = newFolder()
    writeFileSync(join(home, name), JSON.stringify({ 'kong-addr': gateway.admin }))
    expect(await reaches([], { HOME: home })).toBe(true)
  })

  test.each([
    [['--config', 'nofile.yaml'], /^Error: config file nofile.yaml: no such file/],
    [['--config', newFile('bad.yaml', 'a: [\n')], /^Error: config file .*bad\.yaml: /],
    [
      ['--config', newFile('late.yaml', 'timeout: soon\n')],
      /^Error: config file .*late\.yaml: timeout: an integer is expected, got "soon"/,
    ],
    [
      ['--config', newFile('address.yaml', 'kong-addr: [1]\n')],
      /^Error: config file .*address\.yaml: kong-addr: a text is expected, got \[1\]/,
    ],
    [
      ['--config', newFile('headers.yaml', 'headers:\n- a: b\n')],
      /headers: a list of texts is expected, got a list/,
    ],
    [['--config', newFile('switch.yaml', 'no-color: 5\n')], /no-color: true or false is expected, got 5/],
    [['--timeout', 'soon'], /^Error: --timeout: an integer is expected, got "soon"\n$/],
    [['--ca-cert-file', '/nope'], /^Error: --ca-cert-file \/nope: no such file/],
    [['--tls-client-cert', 'x'], /must be given together/],
    [['--headers', 'nocolon'], /not of the form name:value/],
    [['--timeout', 'soon'], /timeout/],
  ])('%j is refused', async (argv, message) => {
    const { code, stdout, stderr } = await deck(['ping', ...argv])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })

  test("a command's own flags come from the environment too, and not from the config file", async () => {
    const at = (env: Record<string, string>) =>
      deck(['diff', guide, '--kong-addr', gateway.admin], { env: { ...env } })
    expect((await at({ DECK_NON_ZERO_EXIT_CODE: 'true' })).code).toBe(2)
    const config = newFile('c.yaml', 'non-zero-exit-code: true\n')
    expect((await deck(['diff', guide, '--kong-addr', gateway.admin, '--config', config])).code).toBe(0)
  })
})

describe("flags as decK's users write them", () => {
  test('global flags before, between and after the words', async () => {
    for (const argv of [
      ['--kong-addr', gateway.admin, 'gateway', 'ping'],
      ['--no-color', 'gateway', '--kong-addr', gateway.admin, 'ping'],
      ['gateway', 'ping', `--kong-addr=${gateway.admin}`],
    ]) {
      expect((await deck(argv)).code).toBe(0)
    }
  })

  test.each([
    [['--non-zero-exit-code=false'], 0],
    [['--non-zero-exit-code=true'], 2],
    [['--non-zero-exit-code=1', '--yes=F'], 2],
    [['--analytics=false'], 0],
    [['--non-zero-exit-code=maybe'], 1],
  ])('booleans: %j', async (argv, code) => {
    expect((await deck(['diff', guide, '--kong-addr', gateway.admin, ...argv])).code).toBe(code)
  })

  test('lists may be repeated or separated by commas', async () => {
    const headers = await headersOf(['--headers', 'X-A:1,X-B:2', '--headers', 'X-C:3'])
    expect(headers).toMatchObject({ 'x-a': '1', 'x-b': '2', 'x-c': '3' })
  })

  test('lists come from the environment as well', async () => {
    const headers = await headersOf([], { DECK_HEADERS: 'X-A:1,"X-B:2,3"' })
    expect(headers).toMatchObject({ 'x-a': '1', 'x-b': '2,3' })
    const tagged = await deck(['diff', guide, '--kong-addr', gateway.admin, '--json-output'], {
      env: { DECK_SELECT_TAG: 'team-a,team-b' },
    })
    expect(JSON.parse(tagged.stdout).changes.creating[0].body.new.tags).toEqual(['team-a', 'team-b'])
  })

  test('the last one of a flag that is repeated', async () => {
    const argv = ['ping', '--kong-addr', nowhere, '--kong-addr', gateway.admin]
    expect((await deck(argv)).code).toBe(0)
  })

  test('files by -s, repeated, with commas, and as arguments', async () => {
    const a = newFile('a.yaml', '_format_version: "3.0"\nservices:\n- name: a\n  host: h\n')
    const b = newFile('b.yaml', '_format_version: "3.0"\nservices:\n- name: b\n  host: h\n')
    for (const files of [
      ['-s', a, '-s', b],
      ['-s', `${a},${b}`],
      [a, b],
      ['-s', a, b],
    ]) {
      const { stdout } = await deck(['diff', ...files, '--kong-addr', gateway.admin])
      expect(stdout).toBe(
        'creating service a\ncreating service b\nSummary:\n  Created: 2\n  Updated: 0\n  Deleted: 0\n',
      )
    }
  })
})

describe('what is refused', () => {
  test.each([
    [['snyc'], 'unknown command "snyc" for "deck"', 'did you mean "sync"?'],
    [['gateway', 'dif'], 'unknown command "dif" for "deck gateway"', 'did you mean "diff"?'],
    [['file', 'valdate'], 'unknown command "valdate" for "deck file"', 'did you mean "validate"?'],
    [['ai', 'sync'], 'unknown command "ai" for "deck"', 'decK has this command'],
    [['konnect', 'sync'], 'unknown command "konnect" for "deck"', 'decK has this command'],
    [['help', 'snyc'], 'unknown command "snyc" for "deck"', 'did you mean "sync"?'],
    [['sync', '--stat', 'x'], 'unknown flag: --stat', 'did you mean --state?'],
    [['sync', '--parallelism', '0'], '--parallelism cannot be less than 1, got 0', ''],
    [
      ['gateway', 'reset', '-f', '--all-workspaces', '-w', 'a'],
      'workspace cannot be specified with --all-workspace flag',
      '',
    ],
    [
      ['diff', '-E', 'route-regex'],
      'invalid value for -E/--warnings-as-errors: unknown diagnostic code: route-regex',
      '',
    ],
    [
      ['gateway', 'validate', '--online-entities-list', 'Service'],
      "invalid value 'Service' for --online-entities-list",
      'did you mean Services?',
    ],
    [
      ['sync', '--skip-hash-for-basic-auth'],
      'skip-hash-for-basic-auth functionality can be used with Konnect only',
      '',
    ],
    [['sync', '--rbac-resources-only', '--skip-consumers'], '--rbac-resources-only excludes', ''],
    [['ping', '--konnect-token', 'x'], '--konnect-token: Konnect is not supported', '--kong-addr'],
    [['ping', 'x'], 'unexpected argument: x', ''],
    [
      ['gateway', 'dump', '--all-workspaces', '-w', 'a'],
      '--workspace and --all-workspaces exclude each other',
      '',
    ],
  ])('deck %j', async (argv, message, hint) => {
    const { code, stdout, stderr } = await deck([...argv])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`Error: ${message}`)
    expect(stderr).toContain(hint)
  })

  test('a workspace, on a gateway that has none', async () => {
    const { code, stderr } = await deck(['gateway', 'dump', '-w', 'x', '--kong-addr', gateway.admin])
    expect(code).toBe(1)
    expect(stderr).toContain("workspace 'x' does not exist in Kong")
  })
})

describe('help', () => {
  test.each([
    [[]],
    [['--help']],
    [['help']],
    [['gateway']],
    [['gateway', '--help']],
    [['help', 'gateway', 'sync']],
    [['sync', '-h']],
    [['serve', '--help']],
  ])('deck %j', async argv => {
    const { code, stdout, stderr } = await deck([...argv])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('USAGE')
  })

  test.each(['ping', 'validate', 'diff', 'sync', 'apply', 'dump', 'reset'])(
    'gateway %s has examples',
    async name => {
      const { stdout } = await deck(['gateway', name, '--help'])
      expect(stdout).toContain(`  deck gateway ${name}`)
      expect(stdout).toContain('EXAMPLES')
      expect(stdout).toContain('--kong-addr')
    },
  )

  test('keeps to COLUMNS, and has no flags of connections where no request is sent', async () => {
    const { stdout } = await deck(['file', 'merge', '--help'], { env: { COLUMNS: '60' } })
    expect(stdout.split('\n').filter(line => line.length > 60)).toEqual([])
    expect(stdout).not.toContain('--kong-addr')
    expect((await deck(['file', 'merge', '--kong-addr', 'http://x', guide])).stdout).not.toBe('')
  })

  test('has groups of commands and flags', async () => {
    const { stdout } = await deck(['--help'])
    for (const title of ['GATEWAY', 'CHECK FILES', 'SHORT FORMS']) expect(stdout).toContain(`\n${title}\n`)
    const sync = await deck(['sync', '--help'])
    for (const title of ['SELECTION', 'SAFETY', 'OUTPUT', 'CONNECTION'])
      expect(sync.stdout).toContain(`\n${title} FLAGS\n`)
  })
})

test('version --json has the version, the runtime and the platform', async () => {
  const { stdout } = await deck(['version', '--json'])
  expect(JSON.parse(stdout)).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    runtime: { name: isStandalone ? 'bun' : 'node', version: expect.any(String) },
    platform: `${process.platform}-${process.arch}`,
  })
})

test('version says the same however it is asked', async () => {
  const plain = await deck(['version'])
  expect(plain).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^deck v\d+\.\d+\.\d+\n$/),
  })
  expect(await deck(['version', '--no-color'])).toEqual(plain)
})
