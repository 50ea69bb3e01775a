/** From files to the state that is wanted: nesting, references, ids, settings. */
import { describe, expect, it } from 'vitest'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { mergeDocuments } from '../../src/file/merge.ts'
import { selectTagsFor, type ToStateOptions, toState } from '../../src/file/to-state.ts'
import { parseDocument } from '../../src/file/yaml/parse.ts'
import { createState, type State, type StateEntity } from '../../src/state/state.ts'

function schemasAt(text: string) {
  const version = parseVersion(text)
  if (version === undefined) throw new Error(text)
  return createSchemas(version, () => undefined)
}

const schemas = schemasAt('3.9.1')
const empty = createState([], schemas)

function load(text: string, env: Record<string, string> = {}) {
  const { document, diagnostics } = parseDocument({ name: 'kong.yaml', text }, { env })
  if (document === undefined) throw new Error(JSON.stringify(diagnostics))
  return mergeDocuments([document]).file
}

function convert(text: string, options: Partial<ToStateOptions> = {}, env: Record<string, string> = {}) {
  let count = 0
  const newId = () => `id-${++count}`
  return toState(load(text, env), { current: empty, schemas, newId, ...options })
}

const all = (state: State): Record<string, unknown>[] =>
  schemas.kinds.flatMap(({ kind }) => state.all(kind).map(({ fields }) => ({ kind, ...fields })))

const fieldsOf = (text: string, options: Partial<ToStateOptions> = {}) => {
  const { state, diagnostics } = convert(text, options)
  expect(diagnostics).toEqual([])
  return all(state)
}

describe('entities', () => {
  it('keep what the user gave, and refer to their owners', () => {
    const text =
      'services: [{name: a, host: h, routes: [{name: r, paths: [/a], plugins: [{name: cors}]}], plugins: [{name: acl, consumer: c}]}]\n' +
      'consumers: [{username: c, keyauth_credentials: [{key: k}]}]\nupstreams: [{name: u, targets: [{target: T.example}]}]'
    expect(fieldsOf(text)).toEqual([
      { kind: 'service', id: 'id-1', name: 'a', host: 'h' },
      { kind: 'route', id: 'id-4', name: 'r', paths: ['/a'], service: { id: 'id-1' } },
      { kind: 'consumer', id: 'id-2', username: 'c' },
      { kind: 'key-auth', id: 'id-5', key: 'k', consumer: { id: 'id-2' } },
      { kind: 'upstream', id: 'id-3', name: 'u' },
      { kind: 'target', id: 'id-6', target: 'T.example:8000', upstream: { id: 'id-3' } },
      { kind: 'plugin', id: 'id-7', name: 'cors', route: { id: 'id-4' } },
      { kind: 'plugin', id: 'id-8', name: 'acl', service: { id: 'id-1' }, consumer: { id: 'id-2' } },
    ])
  })

  it('refer by name or id, plain or as a mapping', () => {
    const text = `services: [{name: a, host: h}, {id: x, host: h}]
routes: [{name: r, service: {name: a}}, {name: s, service: {id: x}}, {name: t, service: a}]
plugins: [{name: cors, service: x, route: r}]`
    expect(fieldsOf(text).flatMap(one => (one['service'] === undefined ? [] : [one['service']]))).toEqual([
      { id: 'id-1' },
      { id: 'x' },
      { id: 'id-1' },
      { id: 'x' },
    ])
  })

  it('get select tags, each once', () => {
    const text =
      '_info: {select_tags: [t]}\nconsumers: [{username: c, tags: [a, t], keyauth_credentials: [{key: k}]}]'
    expect(fieldsOf(text).map(({ tags }) => tags)).toEqual([['a', 't'], ['t']])
    expect(fieldsOf(text, { selectTags: ['u'] }).map(({ tags }) => tags)).toEqual([['a', 't', 'u'], ['u']])
  })

  it('leave out times, and kinds to skip with all that is theirs', () => {
    const text =
      'services: [{name: a, host: h, created_at: 1, updated_at: 2, plugins: [{name: acl, consumer: c}]}]\n' +
      'consumers: [{username: c, keyauth_credentials: [{key: k}], plugins: [{name: cors}]}]\nplugins: [{name: cors, consumer: c}, {name: cors}]'
    expect(fieldsOf(text, { leaveAlone: ({ kind }) => kind === 'consumer' })).toEqual([
      { kind: 'service', id: 'id-1', name: 'a', host: 'h' },
      { kind: 'plugin', id: 'id-2', name: 'cors' },
    ])
  })

  it('of kinds that the gateway does not have are refused at their place', () => {
    const without = { ...schemas, kinds: schemas.kinds.filter(({ kind }) => kind !== 'plugin') }
    const { diagnostics } = convert('plugins: [{name: cors}]', { schemas: without })
    expect(diagnostics).toMatchObject([{ code: 'not-supported', where: { line: 1, column: 11 } }])
  })
})

describe('settings', () => {
  it('url: stands for what is not given', () => {
    expect(
      fieldsOf(
        'services: [{name: a, url: "https://h.example/p?q=1", port: 8443}, {name: b, url: "grpc://h"}]',
      ),
    ).toEqual([
      {
        kind: 'service',
        id: 'id-1',
        name: 'a',
        protocol: 'https',
        host: 'h.example',
        port: 8443,
        path: '/p',
      },
      { kind: 'service', id: 'id-2', name: 'b', protocol: 'grpc', host: 'h', port: 80 },
    ])
  })

  it('_config: merged at every level below what the plugin says itself', () => {
    const text = `_plugin_configs: {shared: {minute: 5, redis: {host: r, port: 1}, list: [1, 2]}}
plugins: [{name: rate-limiting, _config: shared, config: {minute: 9, redis: {port: 2}, list: [3]}}, {name: cors, _config: shared}]`
    expect(fieldsOf(text).map(({ config }) => config)).toEqual([
      { minute: 9, redis: { host: 'r', port: 2 }, list: [3] },
      { minute: 5, redis: { host: 'r', port: 1 }, list: [1, 2] },
    ])
  })

  it('_info.defaults: below all else, false and 0 too', () => {
    const text = `_info: {defaults: {service: {port: 1, retries: 0, enabled: false}, upstream: {healthchecks: {active: {timeout: 2}}}}}
services: [{name: a, url: "http://h"}, {name: b, host: h, enabled: true}]
upstreams: [{name: u, healthchecks: {active: {type: tcp}}}]`
    expect(fieldsOf(text)).toMatchObject([
      { name: 'a', port: 80, retries: 0, enabled: false },
      { name: 'b', port: 1, retries: 0, enabled: true },
      { name: 'u', healthchecks: { active: { timeout: 2, type: 'tcp' } } },
    ])
  })

  it('keep their places and their secrets', () => {
    const text = `_plugin_configs:
  shared: {redis: {password: "\${{ env "DECK_P" }}"}}
_info: {defaults: {service: {path: "\${{ env "DECK_P" }}"}}}
services: [{name: a, url: "\${{ env "DECK_U" }}", plugins: [{name: x, _config: shared, config: {a: 1}}]}]`
    const { state } = convert(text, {}, { DECK_P: '/p', DECK_U: 'http://h' })
    const service = state.all('service')[0]?.origin
    const plugin = state.all('plugin')[0]?.origin
    if (service === undefined || plugin === undefined) throw new Error('no origin')
    expect(service.document.isSecret([...service.path, 'host'])).toBe(true)
    expect(service.document.isSecret([...service.path, 'path'])).toBe(true)
    expect(service.document.isSecret([...service.path, 'name'])).toBe(false)
    expect(service.document.whereIs([...service.path, 'host'])).toMatchObject({ line: 4, column: 27 })
    expect(service.document.whereIs([...service.path, 'path'])).toMatchObject({ line: 3 })
    expect(plugin.document.isSecret([...plugin.path, 'config', 'redis', 'password'])).toBe(true)
    expect(plugin.document.isSecret([...plugin.path, 'config'])).toBe(true)
    expect(plugin.document.isSecret([...plugin.path, 'config', 'a'])).toBe(false)
    expect(plugin.document.whereIs([...plugin.path, 'config', 'redis', 'password'])).toMatchObject({
      line: 2,
    })
    expect(plugin.document.whereIs([...plugin.path, 'config', 'a'])).toMatchObject({ line: 4 })
  })

  it('tags of flag and file must be the same', () => {
    const file = load('_info: {select_tags: [a, b]}')
    expect(selectTagsFor(file, ['b', 'a'])).toEqual({ selectTags: ['a', 'b'], diagnostics: [] })
    expect(selectTagsFor(file, []).selectTags).toEqual(['a', 'b'])
    expect(selectTagsFor(load('_format_version: "3.0"'), ['c'])).toEqual({
      selectTags: ['c'],
      diagnostics: [],
    })
    expect(selectTagsFor(file, ['a']).diagnostics).toMatchObject([
      { code: 'different-tags', where: { line: 1 } },
    ])
  })
})

describe('ids', () => {
  const entity = (kind: string, id: string, fields: Record<string, unknown>): StateEntity => ({
    kind,
    id,
    fields: { id, ...fields },
  })
  const current = createState(
    [
      entity('service', 'S', { name: 'a' }),
      entity('route', 'R', { name: 'r', service: { id: 'S' } }),
      entity('consumer', 'C', { username: 'u', custom_id: 'c' }),
      entity('upstream', 'U', { name: 'u' }),
      entity('target', 'T', { target: 'h:8000', upstream: { id: 'U' } }),
      entity('plugin', 'P', { name: 'cors', service: { id: 'S' }, route: null, consumer: null }),
    ],
    schemas,
  )

  it('are adopted by natural key, scopes included', () => {
    const text = `services: [{name: a, host: h, routes: [{name: r}, {name: new}], plugins: [{name: cors}]}]
plugins: [{name: cors}]
upstreams: [{name: u, targets: [{target: h}]}]
consumers: [{custom_id: c}]`
    const ids = all(convert(text, { current }).state).map(({ kind, id }) => `${kind} ${id}`)
    expect(ids).toEqual([
      'service S',
      'route R',
      'route id-1',
      'consumer C',
      'upstream U',
      'target T',
      'plugin P',
      'plugin id-2',
    ])
  })

  it('that are given win, and are adopted by nothing else', () => {
    const text = 'services: [{name: a, host: h}, {id: S, name: b, host: h}]'
    expect(all(convert(text, { current }).state).map(({ id, name }) => [id, name])).toEqual([
      ['id-1', 'a'],
      ['S', 'b'],
    ])
  })

  it('go to the first of two that could adopt one', () => {
    const text = 'consumers: [{username: u}, {custom_id: c}]'
    expect(all(convert(text, { current }).state).map(({ id }) => id)).toEqual(['C', 'id-1'])
  })

  it('are random UUIDs otherwise', () => {
    const { state } = toState(load('services: [{name: x}]'), { current, schemas })
    expect(state.all('service')[0]?.id).toMatch(/^[0-9a-f-]{14}4[0-9a-f]{3}-[89ab][0-9a-f-]{16}$/)
  })

  it('of the gateway alone are found where that is asked for', () => {
    const text = 'routes: [{name: x, service: {name: a}}]'
    expect(convert(text, { current }).diagnostics).toMatchObject([{ code: 'dangling-reference' }])
    expect(all(convert(text, { current, outside: current }).state)[0]).toMatchObject({
      service: { id: 'S' },
    })
    expect(
      fieldsOf(`services: [{name: a, host: h}]\nroutes: [{name: x, service: {id: S}}]`, { current })[1],
    ).toMatchObject({
      service: { id: 'S' },
    })
  })
})
