/**
 * The search for secrets in what the programs of all tests print and write: that it finds them in each place
 * and form, and nothing else. The programs here are not deck, so that they can leak.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { everyKind } from '../../src/entities/enterprise.ts'
import { plugins } from '../../src/entities/plugin-registry.ts'
import { ask } from '../support/ask.ts'
import { anyPort, startBareGateway } from '../support/bare-gateway.ts'
import { valuesIn } from '../support/leaks/document-values.ts'
import { findings } from '../support/leaks/findings.ts'
import { learnFromGateway } from '../support/leaks/watched-run.ts'
import { finished, startNode } from '../support/processes.ts'

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'deck-test-'))

let folder: string
/** A new one for each test: what one test has learned is known in the next. */
let secret: string
let count = 0

beforeEach(() => {
  folder = newFolder()
  for (const name of ['home', 'state', 'out']) mkdirSync(join(folder, name))
  count += 1
  secret = `p4ss"it's <&> ${count} ö/%`
  write('kong.yaml', stateWith(JSON.stringify(secret)))
})

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)

const stateWith = (key: string, name = 'ann'): string =>
  `_format_version: "3.0"\nconsumers:\n- username: ${name}\n  keyauth_credentials:\n  - key: ${key}\n`

/** Runs a program of JavaScript. @returns what the search says of it, which then fails no test */
async function leaksOf(
  code: string,
  argv: readonly string[] = ['kong.yaml'],
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  write('program.mjs', `import { writeFileSync } from 'node:fs'\n${code}`)
  const settings = { HOME: join(folder, 'home'), XDG_STATE_HOME: join(folder, 'state'), ...env }
  const ended = await finished(startNode(['program.mjs', ...argv], { cwd: folder, env: settings }))
  expect(ended.code).toBe(0)
  return findings.leaks.splice(0)
}

const field = 'consumers.keyauth_credentials.key'
const text = (): string => JSON.stringify(secret)

describe('a secret is found', () => {
  it.each([
    ['stdout', 'stdout', (value: string) => `console.log('a', ${value}, 'b')`],
    ['stderr', 'stderr', (value: string) => `console.error(${value})`],
    ['a file of the folder', 'a/b.txt', (value: string) => writes('a/b.txt', value)],
    ['a file of the home folder', 'home/.log', (value: string) => writes('home/.log', value)],
    ['a file of the journal', 'state/deck/1.jsonl', (value: string) => writes('state/deck/1.jsonl', value)],
    [
      'binary data',
      'data.bin',
      (value: string) => `writeFileSync('data.bin', '\\0\\xff' + ${value} + '\\0')`,
    ],
  ])('in %s', async (_what, place, program) => {
    mkdirSync(join(folder, 'a'))
    mkdirSync(join(folder, 'state/deck'))
    const leaks = await leaksOf(program(text()))
    expect(leaks).toEqual([`program.mjs kong.yaml: ${place} shows ${field} in clear`])
    expect(leaks.join()).not.toContain('p4ss')
  })

  it('in a report outside of the folder', async () => {
    const path = join(newFolder(), 'report.html')
    const [leak = ''] = await leaksOf(writes(path, text()), ['kong.yaml', '--report', `html=${path}`])
    expect(leak).toMatch(/report\.html shows .* in clear$/)
  })

  it.each([
    ['escaped as in JSON', (value: string) => `JSON.stringify({ a: ${value} })`],
    ['escaped as in YAML', (value: string) => `"a: '" + ${value}.replaceAll("'", "''") + "'"`],
    [
      'escaped as in HTML',
      (value: string) => `${value}.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')`,
    ],
    ['URL-encoded', (value: string) => `'/x?key=' + encodeURIComponent(${value})`],
    ['URL-encoded', (value: string) => `new URLSearchParams({ key: ${value} }).toString()`],
    ['in base64', (value: string) => `Buffer.from(${value}).toString('base64')`],
    ['in base64', (value: string) => `Buffer.from('u:' + ${value} + ' end').toString('base64')`],
    ['in base64', (value: string) => `Buffer.from('us' + ${value} + ':').toString('base64url')`],
  ])('%s', async (form, program) => {
    const leaks = await leaksOf(`console.log(${program(text())})`)
    expect(leaks).toEqual([`program.mjs kong.yaml: stdout shows ${field} ${form}`])
  })

  it('a line of a private key, however it is indented', async () => {
    const body = Buffer.from(`key ${count} of the test, which is long enough for lines`).toString('base64')
    const key = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`
    write('key.pem', key)
    expect(await leaksOf(`console.log('    ${body}')`, ['--tls-client-key-file', 'key.pem'])).toEqual([
      expect.stringContaining('stdout shows a private key in clear'),
    ])
  })
})

const writes = (path: string, value: string): string => `writeFileSync(${JSON.stringify(path)}, ${value})`

describe('a secret is known', () => {
  const value = (place: string): string => `of-${place}-${count}-7Q`
  const shows = (shown: string): string => `console.log(${JSON.stringify(shown)})`

  it.each([
    ['a header', ['--headers', `x-team:Bearer ${'$'}`], {}],
    ['--kong-admin-token', ['--kong-admin-token', '$'], {}],
    ['the variable DECK_JOURNAL_KEY', [], { DECK_JOURNAL_KEY: '$' }],
    ['the password in DECK_KONG_ADDR', [], { DECK_KONG_ADDR: 'http://user:$@127.0.0.1:1' }],
    ['(a password in an address)', ['--kong-addr', 'http://user:$@127.0.0.1:1'], {}],
  ])('by %s', async (name, argv, variables) => {
    const own = value('flag')
    const filled = (text: string): string => text.replace('$', own)
    const env = Object.fromEntries(Object.entries(variables).map(([key, one]) => [key, filled(one)]))
    const leaks = await leaksOf(shows(own), argv.map(filled), env)
    expect(leaks).toEqual([expect.stringContaining(` shows ${name} in clear`)])
  })

  it('by a variable that a file takes its value from', async () => {
    write('kong.yaml', '_format_version: "3.0"\nservices:\n- name: a\n  host: ${{ env "DECK_PLACE" }}\n')
    const leaks = await leaksOf(shows(value('variable')), ['kong.yaml'], {
      DECK_PLACE: value('variable'),
      DECK_OTHER: 'console.log',
    })
    expect(leaks).toEqual(['program.mjs kong.yaml: stdout shows the variable DECK_PLACE in clear'])
  })

  it('by the headers of the config file', async () => {
    write('home/.deck.yaml', `headers: ["x-team:${value('config')}"]\n`)
    expect(await leaksOf(shows(value('config')), [])).toEqual(['program.mjs: stdout shows a header in clear'])
  })

  it('by what a gateway holds', async () => {
    const gateway = await startBareGateway({ ...anyPort, version: { major: 3, minor: 9, text: '3.9.1' } })
    await ask(gateway.admin, 'PUT', '/consumers/ann', {})
    await ask(gateway.admin, 'POST', '/consumers/ann/key-auth', { key: value('gateway') })
    await learnFromGateway(gateway.admin)
    await gateway.close()
    expect(await leaksOf(shows(value('gateway')), [])).toHaveLength(1)
  })

  it('by an earlier run of the test file', async () => {
    expect(await leaksOf('')).toEqual([])
    write('kong.yaml', '')
    expect(await leaksOf(`console.log(${text()})`)).toHaveLength(1)
  })

  const named = ['lists', 'plugins'] as const
  it.each(named)('in every secret field of the registry: %s', what => {
    const expected = what === 'lists' ? everyKind.length : plugins.length
    const trees = Object.entries(inject('secretFields')[what])
    expect(trees.length).toBeGreaterThanOrEqual(expected)
    const found = trees.flatMap(([name, tree]) => {
      const record = filledIn(tree)
      const document = what === 'lists' ? { [name]: [record] } : { plugins: [{ name, ...record }] }
      const { secrets } = valuesIn(JSON.stringify(document))
      const all = [...JSON.stringify(record).matchAll(/planted-\d+/g)].map(([one]) => one)
      expect(
        all.filter(one => !secrets.has(one)),
        name,
      ).toEqual([])
      return all
    })
    expect(found.length).toBeGreaterThanOrEqual(10)
  })
})

let planted = 0

/** A record with a value in each secret field. */
const filledIn = (tree: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(tree).map(([name, inner]) => [
      name,
      inner === true ? `planted-${planted++}` : filledIn(inner),
    ]),
  )

describe('no leak is', () => {
  it.each([
    ['a program that masks', 'console.log("key: [masked]")'],
    ['what the program reads', ''],
    ['half of the value', `console.log(${JSON.stringify('p4ss"it')})`],
  ])('%s', async (_what, program) => {
    expect(await leaksOf(program)).toEqual([])
    expect(readFileSync(join(folder, 'kong.yaml'), 'utf8')).toContain('p4ss')
  })

  it.each([
    ['a value shorter than eight characters', 'short-1'],
    ['the name of a field', 'client_secret'],
    ['a reference to a vault', '"{vault://env/my-key}"'],
  ])('%s', async (_what, key) => {
    write('kong.yaml', stateWith(key))
    expect(await leaksOf(`console.log('${key}')`)).toEqual([])
  })

  it('a value that is no secret in another place of the inputs', async () => {
    write('kong.yaml', stateWith('ann-of-accounts', 'ann-of-accounts'))
    expect(await leaksOf("console.log('ann-of-accounts')")).toEqual([])
  })

  it('a word that is part of another word', async () => {
    write('kong.yaml', stateWith('marigold'))
    expect(await leaksOf("console.log('marigolds')")).toEqual([])
    expect(await leaksOf("console.log('a marigold')")).toHaveLength(1)
  })

  it('a state file that the user asked for; what is beside it is one', async () => {
    expect(await leaksOf(`console.log(${text()})`, ['file', 'render', 'kong.yaml'])).toEqual([])
    expect(await leaksOf(writes('out/a.yaml', text()), ['gateway', 'dump', '-o', 'out/a.yaml'])).toEqual([])
    expect(await leaksOf(`console.error(${text()})`, ['file', 'render', 'kong.yaml'])).toHaveLength(1)
    expect(await leaksOf(writes('home/log', text()), ['gateway', 'dump', '-o', 'out/a.yaml'])).toHaveLength(1)
  })
})
