/**
 * The forms of all plugins that Kong bundles, without a browser: each is opened from its schema, each of its
 * fields is typed into, saved, and read back as it was typed. Kong's errors appear at a field of the form.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { pluginsAt } from '../../src/entities/plugin-registry.ts'
import { presentedKinds } from '../../src/manager/kinds.ts'
import { ApiError } from '../../src/manager/page/admin-api.ts'
import { errorsByField } from '../../src/manager/page/form/errors.ts'
import {
  changedValues,
  entityValues,
  type FormValues,
  hasFields,
  isAutomatic,
  startValues,
  toForm,
} from '../../src/manager/page/form/values.ts'
import { createSchemas, type Field, type NamedField } from '../../src/manager/page/schema.ts'
import { ask } from '../support/ask.ts'
import { type Served, serve } from '../support/binary.ts'
import { leastConfig } from '../support/sample-plugin.ts'

const kindBySchema = (schema: string) => presentedKinds().find(kind => kind.schema === schema)
const plugins = kindBySchema('plugins')

/** What a user might type into a field of texts, until Kong takes one. */
const texts = [
  'sample',
  '/sample',
  'http://sample.example/path',
  'sample:1',
  'X-Sample',
  'GET',
  '10.0.0.1',
  'sample@example.com',
  'text/plain',
  '^sample$',
  'return 1',
  '1d',
  '{"a": 1}',
  '200',
  '200-299',
  'kong_rate_limiting_counters',
  '0102030405060708090a0b0c0d0e0f10',
  'b7a2f6c0-3f0a-4d1f-9a51-6f0c2f8a1e11',
]

type Together = readonly [plugin: RegExp, path: string, others: Readonly<Record<string, unknown>>]

/** All of these or none. */
const mutual = (above: string, values: Readonly<Record<string, unknown>>): Together[] =>
  Object.keys(values).map(name => {
    const others = Object.entries(values).filter(([one]) => one !== name)
    return [/^ai-/, above + name, Object.fromEntries(others.map(([one, value]) => [above + one, value]))]
  })

/** The field has more choices than a rule across fields leaves. */
const oneChoice = /^ai-re.*-transformer config\.llm\.route_type$/

/**
 * What must be typed with a field, which rules across fields demand: by path below `config`, for the plugins
 * whose names match.
 */
const together: readonly (readonly [
  plugin: RegExp,
  path: string,
  others: Readonly<Record<string, unknown>>,
])[] = [
  [/^acl$/, 'deny', { allow: [] }],
  [/^acme$/, 'storage', { 'storage_config.redis.host': 'h' }],
  [/^aws-lambda$/, 'aws_key', { aws_secret: 's' }],
  [/^aws-lambda$/, 'aws_secret', { aws_key: 'k' }],
  [/^aws-lambda$/, 'host', { aws_region: '' }],
  [/-function$/, 'functions', { access: [] }],
  [/^rate-limiting$/, 'sync_rate', { policy: 'redis', 'redis.host': 'h' }],
  [/^request-termination$/, 'content_type', { body: 'b' }],
  [/^ai-/, 'http_proxy_host', { http_proxy_port: '1' }],
  [/^ai-/, 'http_proxy_port', { http_proxy_host: 'h' }],
  [/^ai-/, 'https_proxy_host', { https_proxy_port: '1' }],
  [/^ai-/, 'https_proxy_port', { https_proxy_host: 'h' }],
  [/^acme$/, 'account_key.key_set', { 'account_key.key_id': 'k' }],
  [/^oauth2$/, 'enable_client_credentials', { enable_password_grant: true }],
  [/^ai-proxy$/, 'llm_format', { 'model.provider': 'bedrock' }],
  ...['', 'llm.'].flatMap(above => [
    ...mutual(above, { 'auth.header_name': 'n', 'auth.header_value': 'v' }),
    ...mutual(above, { 'auth.param_name': 'n', 'auth.param_value': 'v', 'auth.param_location': 'query' }),
    ...mutual(`${above}model.options.gemini.`, { api_endpoint: 'e', project_id: 'p', location_id: 'l' }),
  ]),
]

/** All that may be typed there, in the form's own way of writing it. */
function* typedInto(field: Field, now: unknown): Generator<unknown> {
  if (field.one_of !== undefined) {
    for (const choice of field.one_of) if (String(choice) !== now) yield String(choice)
    return
  }
  switch (field.type) {
    case 'boolean':
      yield now !== true
      return
    case 'integer':
    case 'number': {
      const [from, to] = field.between ?? [Math.max(1, (field.gt ?? 0) + 1), 100_000]
      for (const number of [from, to, from + 1, 200]) if (String(number) !== now) yield String(number)
      return
    }
    case 'array':
    case 'set':
      for (const item of typedInto(field.elements ?? { type: 'string' }, undefined)) yield [item]
      return
    case 'map':
      for (const value of typedInto(field.values ?? { type: 'string' }, undefined))
        yield [{ key: 'sample', value }]
      return
    case 'record':
      yield* recordsFor(field)
      return
    default:
      for (const text of texts) if (text !== now) yield text
  }
}

/** Everything that must be there, and one thing at a time that need not be. */
function* recordsFor(field: Field): Generator<FormValues> {
  const fields = field.fields ?? []
  const start = startValues(fields)
  const firstOf = (one: Field): unknown => typedInto(one, undefined).next().value
  const needed = fields.filter(one => one.field.required === true && one.field.default === undefined)
  const least = Object.fromEntries(needed.map(one => [one.name, firstOf(one.field)]))
  yield { ...start, ...least }
  for (const { name, field: inner } of fields) {
    for (const value of typedInto(inner, undefined)) yield { ...start, ...least, [name]: value }
  }
}

interface Leaf {
  readonly path: readonly string[]
  readonly field: Field
}

const leavesOf = (fields: readonly NamedField[], above: readonly string[] = []): Leaf[] =>
  fields.flatMap(({ name, field }) =>
    isAutomatic(name, field)
      ? []
      : hasFields(field)
        ? leavesOf(field.fields ?? [], [...above, name])
        : [{ path: [...above, name], field }],
  )

const at = (values: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as FormValues | undefined)?.[name], values)

function withValue(values: FormValues, [name = '', ...rest]: readonly string[], value: unknown): FormValues {
  return { ...values, [name]: rest.length === 0 ? value : withValue(values[name] as FormValues, rest, value) }
}

describe.each(['2.8', '3.9'])('on Kong %s', version => {
  const parsed = parseVersion(version)
  const names = parsed === undefined ? [] : pluginsAt(parsed).map(({ name }) => name)
  let gateway: Served
  const get = async (path: string) => (await ask(gateway.admin, 'GET', path)).json
  let service: unknown

  beforeAll(async () => {
    gateway = await serve(['--kong-version', version])
    service = (await ask(gateway.admin, 'POST', '/services', { name: 's', host: 'h' })).json['id']
  })

  afterAll(() => gateway.stop())

  test('there is a form for each that the gateway has', async () => {
    const { plugins: root } = await get('/')
    const { available_on_server: available } = root as { available_on_server: object }
    expect(Object.keys(available).toSorted()).toEqual(names.toSorted())
  })

  test.each(names)('%s', async name => {
    if (plugins === undefined) throw new Error('plugins are a kind')
    const schema = await createSchemas(get, kindBySchema).ofEntity(plugins, { name })
    const { fields } = schema
    const isScoped = fields.some(one => one.name === 'service')
    const start = startValues(fields)
    const said = { name, config: leastConfig(name, version), ...(isScoped && { service: { id: service } }) }
    const leaves = leavesOf(fields)
    const typed = leaves.reduce<FormValues>((values, { path, field }) => {
      const value = at(said, path)
      return value === undefined ? values : withValue(values, path, toForm(field, value))
    }, start)
    const created = await ask(gateway.admin, 'POST', '/plugins', changedValues(fields, start, typed))
    expect(created.text).toContain('"id"')
    const address = `/plugins/${created.json['id']}`

    let before = entityValues(fields, created.json)
    expect(changedValues(fields, before, before)).toEqual({})
    for (const { path } of leaves.filter(one => one.path[0] === 'config' && one.field.auto !== true)) {
      const isBelowGiven = path.length > 2 && at(said, path.slice(0, -1)) !== undefined
      if (at(said, path) === undefined && !isBelowGiven)
        expect(at(before, path), path.join('.')).toEqual(at(start, path))
    }

    const refused: string[] = []
    for (const { path, field } of leaves) {
      if (['name', 'service', 'route', 'consumer'].includes(path[0] ?? '')) continue
      const [, , others = {}] =
        together.find(([plugin, one]) => plugin.test(name) && `config.${one}` === path.join('.')) ?? []
      const values = [...typedInto(field, at(before, path))]
      let isTaken = values.length === 0 || oneChoice.test(`${name} ${path.join('.')}`)
      for (const value of values) {
        const after = Object.entries(others).reduce(
          (all, [other, typed]) => withValue(all, `config.${other}`.split('.'), typed),
          withValue(before, path, value),
        )
        const body = changedValues(fields, before, after)
        expect(Object.keys(body), path.join('.')).toEqual([path[0]])
        const answer = await ask(gateway.admin, 'PATCH', address, body)
        if (answer.status !== 200) {
          expect(answer.status, answer.text).toBe(400)
          const names = [...errorsByField(new ApiError(400, answer.json)).keys()]
          expect(names.length, answer.text).toBeGreaterThan(0)
          continue
        }
        const found = entityValues(fields, await get(address))
        expect(at(found, path), path.join('.')).toEqual(value)
        // It goes back as it was, and nothing else was touched.
        const back = await ask(gateway.admin, 'PATCH', address, changedValues(fields, found, before))
        if (back.status === 200) {
          expect(withoutTimes(entityValues(fields, back.json)), path.join('.')).toEqual(withoutTimes(before))
        } else before = found
        isTaken = true
        break
      }
      if (!isTaken) refused.push(path.join('.'))
    }
    expect(refused).toEqual([])
    await ask(gateway.admin, 'DELETE', address)
  })
})

const withoutTimes = ({ updated_at, ...rest }: FormValues): FormValues => rest
