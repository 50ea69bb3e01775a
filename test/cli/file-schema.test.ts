/**
 * `deck file schema`: an independent validator takes every valid file with it, and what it refuses, `file
 * validate` refuses.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadStateFile } from '../../src/file/load.ts'
import { havePlanted, plantedCases, plantedFile } from '../conformance/planted-cases.ts'
import { golden } from '../conformance/recordings.ts'
import { deck, newFile, newFolder, repository, serve } from '../support/binary.ts'

const enterprise = '3.9-enterprise'
const compiled = new Map<string, ValidateFunction>()
beforeAll(async () => {
  for (const version of ['2.8', '3.9', enterprise]) {
    const { stdout, stderr, code } = await deck(['file', 'schema', '--kong-version', version])
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    const ajv = new Ajv({ strict: false, allErrors: true, discriminator: false })
    compiled.set(version, ajv.compile(JSON.parse(stdout)))
  }
})

function problems(content: unknown, version = '3.9'): string[] {
  const validate = compiled.get(version)
  if (validate === undefined) throw new Error(`no schema for ${version}`)
  validate(content)
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  )
}

const at39 = (text: string) => problems(parse(text))

describe('the schema', () => {
  it.each([
    ['an unknown field', 'services: [{name: a, hots: b}]', '/services/0 must NOT have additional properties'],
    ['a wrong type', 'services: [{name: a, port: [1]}]', '/services/0/port must be'],
    ['a value out of range', 'services: [{name: a, retries: 40000}]', '/services/0/retries must be <= 32767'],
    ['a single entity without a dash', 'services: {name: a}', '/services must be array'],
    [
      'a field of a plugin',
      'plugins: [{name: key-auth, config: {key_name: [a]}}]',
      '/plugins/0/config must NOT',
    ],
    [
      'a list as text, nested',
      'services: [{name: a, plugins: [{name: key-auth, config: {key_names: a}}]}]',
      '/key_names must be array',
    ],
  ])('refuses %s', (_, text, expected) => {
    expect(at39(text).join('\n')).toContain(expected)
  })

  it.each([
    'services: [{name: a, url: "http://b", port: "${{ env \\"DECK_PORT\\" }}", path: null, tags: []}]',
    'plugins: [{name: mine, config: {anything: [1]}}, {name: rate-limiting, _config: shared}]',
    'plugins: [{name: rate-limiting, config: {minute: 5, redis_host: a, redis: {port: 1}}}]',
    'routes: [{name: r, expression: "http.path == \\"/\\"", priority: 1}]',
  ])('takes %s', text => {
    expect(at39(text)).toEqual([])
  })

  const ofEnterprise = [
    'plugins: [{name: rate-limiting, config: {minute: 5, sync_rate: 1, redis: {cluster_nodes: [{ip: a, port: 1}]}}}]',
    'plugins: [{name: rate-limiting, config: {minute: 5, policy: elsewhere}}]',
    'vaults: [{name: aws, prefix: mine, config: {region: eu-west-1, more: 1}}]',
    'services: [{name: a, host: b, plugins: [{name: zipkin, config: {http_endpoint: "http://a", more: {}}}]}]',
  ]
  it.each(ofEnterprise)('for Kong Enterprise takes %s, as validate does', async text => {
    expect(problems(parse(text), enterprise)).toEqual([])
    const file = newFile('kong.yaml', `_format_version: "3.0"\n${text}\n`)
    expect((await deck(['file', 'validate', '--kong-version', enterprise, file])).code).toBe(0)
  })

  it.each([
    'plugins: [{name: rate-limiting, confg: {}}]',
    'plugins: [{name: rate-limiting, config: {minute: [5]}}]',
    'services: [{name: a, hots: b}]',
  ])('for Kong Enterprise refuses %s', text => {
    expect(problems(parse(text), enterprise)).not.toEqual([])
  })

  it('describes fields, with defaults and examples', async () => {
    const { stdout } = await deck(['file', 'schema'])
    const { definitions } = JSON.parse(stdout)
    expect(definitions.service.properties.retries).toMatchObject({
      default: 5,
      description: 'The number of retries to execute upon failure to proxy.',
      markdownDescription: expect.stringContaining('Default: `5`'),
    })
    expect(definitions['config-of-rate-limiting'].properties.redis_host).toMatchObject({
      deprecated: true,
      deprecationMessage: 'deprecated: use redis.host',
    })
    expect(definitions.service.properties.host.examples).toEqual(['api.example.com'])
  })
})

interface Recorded {
  readonly kong: string
  readonly group: string
  readonly steps: readonly {
    readonly argv?: readonly string[]
    readonly stdout?: string
    readonly exit?: number
  }[]
}

const dumps = (): { name: string; version: string; content: unknown }[] => {
  const folder = join(golden, 'deck')
  return readdirSync(folder)
    .filter(group => group.startsWith('dump'))
    .flatMap(group => readdirSync(join(folder, group)).map(file => join(folder, group, file)))
    .flatMap(path => {
      const { kong, steps } = JSON.parse(readFileSync(path, 'utf8')) as Recorded
      return steps
        .filter(
          ({ argv, exit, stdout = '' }) =>
            argv?.includes('dump') && exit === 0 && /_format_version/.test(stdout),
        )
        .map(({ stdout = '' }) => ({ name: path, version: kong, content: parse(stdout) as unknown }))
    })
}

const fixtures = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /(^|\/)(kong|before|after)\.yaml$/.test(name) && !name.includes('mistakes'))
    .map(name => join(folder, name))
    // Ids that differ from run to run are written as <id> in what is expected.
    .filter(file => !readFileSync(file, 'utf8').includes('<id>'))

it('takes every fixture', () => {
  const files = fixtures(join(repository, 'fixtures'))
  expect(files.length).toBeGreaterThan(10)
  const refused = files.map(file => [file, ...problems(parse(readFileSync(file, 'utf8')))])
  expect(refused.filter(([, ...found]) => found.length > 0)).toEqual([])
})

it.skipIf(!existsSync(golden))('takes every dump that was recorded of decK', () => {
  const all = dumps()
  expect(all.length).toBeGreaterThan(20)
  const refused = all.map(({ name, version, content }) => [name, ...problems(content, version.slice(0, 3))])
  expect(refused.filter(([, ...found]) => found.length > 0)).toEqual([])
})

it.skipIf(!havePlanted)(
  'refuses no planted case that file validate takes, and most of the mistakes',
  async () => {
    const cases = plantedCases()
    let refused = 0
    const wrong: string[] = []
    for (const one of cases) {
      const planted = plantedFile(one, cases)
      const found = problems(JSON.parse(planted.text))
      if (found.length === 0) continue
      refused += 1
      if (!one.kong.valid) continue
      const { diagnostics } = await loadStateFile([newFile('kong.json', planted.text)])
      if (!diagnostics.some(({ severity }) => severity === 'error')) wrong.push([one.id, ...found].join(' '))
    }
    expect(wrong).toEqual([])
    expect(refused).toBeGreaterThan(cases.filter(({ kong }) => !kong.valid).length / 2)
  },
)

it('dump --editor refers editors to the schema, which it writes beside the file', async () => {
  const gateway = await serve()
  const cwd = newFolder()
  const { code, stderr } = await deck(['dump', '--editor', '-o', 'kong.yaml', '--kong-addr', gateway.admin], {
    cwd,
  })
  await gateway.stop()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [first] = readFileSync(join(cwd, 'kong.yaml'), 'utf8').split('\n')
  expect(first).toBe('# yaml-language-server: $schema=kong.schema.json')
  const schema = JSON.parse(readFileSync(join(cwd, 'kong.schema.json'), 'utf8'))
  expect(schema.title).toBe('State file of deck, for Kong 3.9')
  expect((await deck(['file', 'validate', 'kong.yaml'], { cwd })).code).toBe(0)
})
