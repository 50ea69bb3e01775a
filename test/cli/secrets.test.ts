/**
 * Secrets are nowhere in what a run prints: not in errors, not in `--verbose`, not in the lines beside an
 * error.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deck, newFile, type Served, serve } from '../support/binary.ts'

const canary = 'canary7f3a'
const nothingThere = '127.0.0.1:1'
const state = newFile(
  'kong.yaml',
  '_format_version: "3.0"\nservices: [{name: a, host: "${{ env "DECK_HOST" }}"}]\n',
)

let gateway: Served
beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway?.stop())

async function printed(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout, stderr } = await deck(argv, { env: { DECK_HOST: 'h.example', ...env } })
  return stdout + stderr
}

describe('the password of an address', () => {
  const host = (address: string) => address.replace('http://', `http://user:${canary}@`)

  test.each([
    ['of a gateway that is not there', () => host(`http://${nothingThere}`), /connection refused/],
    ['that is not a URL', () => `http//user:${canary}@x`, /is not a URL/],
    ['of another protocol', () => `ftp://user:${canary}@x`, /does not begin with http/],
  ])('%s is masked', async (_what, address, message) => {
    for (const verbose of ['0', '1']) {
      const output = await printed(['gateway', 'diff', state, '--verbose', verbose, '--kong-addr', address()])
      expect(output).toMatch(message)
      expect(output).not.toContain(canary)
    }
  })

  test('reaches the gateway as a header', async () => {
    const output = await printed(['gateway', 'ping', '--verbose', '1', '--kong-addr', host(gateway.admin)])
    expect(output).toContain('> Authorization: [masked]')
    expect(output).toContain('Successfully connected')
    expect(output).not.toContain(canary)
  })
})

test('a token that is written as a header is not repeated', async () => {
  const output = await printed(['gateway', 'ping', '--headers', canary, '--kong-addr', gateway.admin])
  expect(output).toContain('Error: --headers: the header is not of the form name:value')
  expect(output).not.toContain(canary)
})

test.each([`[${canary}]`, `{a: ${canary}}`])(
  'a token of the wrong type in the config file is not repeated: %s',
  async value => {
    const config = newFile('deck.yaml', `kong-admin-token: ${value}\n`)
    const output = await printed(['gateway', 'ping', '--config', config, '--kong-addr', gateway.admin])
    expect(output).toMatch(/kong-admin-token: a text is expected, got a (list|mapping)/)
    expect(output).not.toContain(canary)
  },
)

test('values of variables are not in --verbose', async () => {
  const output = await printed(['gateway', 'sync', state, '--verbose', '1', '--kong-addr', gateway.admin], {
    DECK_HOST: `${canary}.example`,
  })
  expect(output).toContain('> PUT ')
  expect(output).not.toContain(canary)
})

describe('the line beside an error hides', () => {
  const plugin = (config: string) => `_format_version: "3.0"\nplugins:\n- name: x\n  config:\n${config}`

  test.each([
    ['a list', `    {secret: [${canary}], b}\n    x: [1\n`],
    ['a list of lines', `    secret:\n    - a\n    -\t${canary}: x: y\n`],
    ['a block', `    secret: |\n     ${canary}: x\n    \t b: c\n`],
    ['a value on its next line', `    password:\n  ${canary}: x: y\n`],
    ['an address', `    url: http://u:${canary}@h: x\n`],
  ])('%s, where it is no YAML', async (_what, config) => {
    const output = await printed(['file', 'validate', newFile('kong.yaml', plugin(config))])
    expect(output).toMatch(/kong\.yaml:\d+:\d+: error: /)
    expect(output).not.toContain(canary)
  })

  const service = (line: string) => `_format_version: "3.0"\nservices:\n- ${line}\n`
  test.each([
    ['a list', `{name: a, host: h, secret: [${canary}]}`],
    ['a mapping', `{name: a, host: h, secrt: {a: {b: ${canary}}}}`],
    ['an address', `{name: a, url: "http://u:${canary}@h", hots: h}`],
    ['a header', `{name: a, host: h, hots: ["authorization: Bearer ${canary}"]}`],
    ['a comment', `{name: a, host: h, hots: h} # password: ${canary}`],
    ['a key', `{name: a, host: h, hots: "-----BEGIN PRIVATE KEY----- ${canary}"}`],
  ])('%s of a valid file', async (_what, line) => {
    const output = await printed(['file', 'validate', newFile('kong.yaml', service(line))])
    expect(output).toMatch(/kong\.yaml:3:\d+: error: /)
    expect(output).not.toContain(canary)
  })

  test('and how long it is', async () => {
    const lines = async (value: string) => {
      const text = `_format_version: "3.0"\nconsumers:\n- username: a\n  jwt_secrets:\n  - {key: [${value}], secret: ${value}, algoritm: x}\n`
      const output = await printed(['file', 'validate', newFile('kong.yaml', text)])
      return output.replace(/^.*kong\.yaml:\d+:\d+: /gm, '').replace(/^ +|\*{8,}/gm, '')
    }
    expect(await lines('s')).toBe(await lines('ss'))
  })
})

test.each(['secret', 'aws_key', 'password', 'secrt', 'client_secret', 'private_key'])(
  'the line beside an error hides what stands behind %s',
  async name => {
    const text = `_format_version: "3.0"\nplugins:\n- name: x\n  config:\n    ${name}: ${canary}: x\n`
    const output = await printed(['file', 'validate', newFile('kong.yaml', text)])
    expect(output).toMatch(/kong\.yaml:5:\d+: error: /)
    expect(output).not.toContain(canary)
  },
)
