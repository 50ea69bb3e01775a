/**
 * What is written of a state can be read, and is that state: for every kind, what `dump` and `deck file
 * render` write.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { fromState } from '../../src/file/from-state.ts'
import { loadStateFile } from '../../src/file/load.ts'
import { toState } from '../../src/file/to-state.ts'
import { write } from '../../src/file/yaml/write.ts'
import { diffStates } from '../../src/plan/diff.ts'
import { allOf, isPluginDefinition, isRbacKind } from '../../src/state/select.ts'
import { createState, type State } from '../../src/state/state.ts'
import { schemas, statesOf } from './every-kind-states.ts'

const kinds = {
  'all but roles': statesOf(definition => !isRbacKind(definition)),
  roles: statesOf(isRbacKind),
}

/** Of kinds that have ids. */
const idsOf = (state: State): string[] =>
  allOf(state, schemas)
    .filter(({ kind }) => schemas.of(kind).fields['id'] !== undefined)
    .map(({ id }) => id)
    .sort()

const folder = mkdtempSync(join(tmpdir(), 'deck-inverse-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(Object.entries(kinds))('a dump of %s', (_name, states) => {
  it.each([true, false])('is read as the state that it was made of (with ids: %s)', async withId => {
    await fc.assert(
      fc.asyncProperty(states, async state => {
        fc.pre(state.size > 0)
        const path = join(folder, 'dump.yaml')
        writeFileSync(path, write(fromState(state, { schemas, withId }), 'yaml'))
        const { file, diagnostics } = await loadStateFile([path])
        expect(diagnostics).toEqual([])
        if (file === undefined) throw new Error('not read')
        const again = toState(file, { current: state, schemas })
        expect(again.diagnostics).toEqual([])
        expect(diffStates(state, again.state, schemas)).toEqual([])
        const alone = toState(file, { current: createState([], schemas), schemas })
        if (withId) expect(idsOf(alone.state)).toEqual(idsOf(state))
      }),
      { numRuns: 12, endOnFailure: true },
    )
  })
})

describe('what is written without a gateway is as decK writes it', () => {
  const rendered = async (text: string): Promise<unknown> => {
    const path = join(folder, 'some.yaml')
    writeFileSync(path, text)
    const { file, diagnostics } = await loadStateFile([path])
    expect(diagnostics).toEqual([])
    if (file === undefined) throw new Error('not read')
    const { state } = toState(file, { current: createState([], schemas), schemas })
    return fromState(state, { schemas })
  }

  it('the groups of a consumer, with their tags, wherever the file says who is in them', async () => {
    const text = `
consumer_groups:
- {name: gold, tags: [a], consumers: [{username: u}]}
- {name: silver}
consumers:
- {username: v, groups: [{name: silver}, {name: gold}]}
- {username: w, groups: [{id: 6f2c8f30-0d0c-4d9d-9c51-0d6c5f4a2b11}]}
`
    expect(await rendered(text)).toMatchObject({
      consumers: [
        { username: 'u', groups: [{ name: 'gold', tags: ['a'] }] },
        { username: 'v', groups: [{ name: 'gold', tags: ['a'] }, { name: 'silver' }] },
        { username: 'w', groups: [{ id: '6f2c8f30-0d0c-4d9d-9c51-0d6c5f4a2b11' }] },
      ],
    })
  })

  it('custom entities with their type and fields', async () => {
    const text = `
services: [{name: s, host: h}]
custom_entities:
- {type: graphql_ratelimiting_cost_decorations, fields: {service: {name: s}, type_path: Query.a}}
- {type: degraphql_routes, id: 6f2c8f30-0d0c-4d9d-9c51-0d6c5f4a2b11, fields: {service: {name: s}, uri: /a, query: 'query { a }'}}
`
    expect(await rendered(text)).toMatchObject({
      custom_entities: [
        {
          type: 'degraphql_routes',
          id: '6f2c8f30-0d0c-4d9d-9c51-0d6c5f4a2b11',
          fields: { service: { name: 's' }, uri: '/a', query: 'query { a }' },
        },
        {
          type: 'graphql_ratelimiting_cost_decorations',
          fields: { service: { name: 's' }, type_path: 'Query.a' },
        },
      ],
    })
  })

  it('links to partials by id and name, and leaves out generated ids', async () => {
    const text = `
partials:
- {name: p, type: redis-ee, id: 6f2c8f30-0d0c-4d9d-9c51-0d6c5f4a2b11, config: {host: h, nodes: null}}
- {name: q, type: redis-ee}
plugins:
- {name: rate-limiting-advanced, partials: [{name: p, path: config.redis}, {name: q}]}
`
    expect(await rendered(text)).toMatchObject({
      partials: [
        { name: 'p', id: '6f2c8f30-0d0c-4d9d-9c51-0d6c5f4a2b11', config: { host: 'h', nodes: null } },
        { name: 'q', type: 'redis-ee' },
      ],
      plugins: [
        {
          partials: [
            { id: '6f2c8f30-0d0c-4d9d-9c51-0d6c5f4a2b11', name: 'p', path: 'config.redis' },
            { name: 'q' },
          ],
        },
      ],
    })
  })

  it('filter chains with their ids where they have no name', async () => {
    const text = `
services:
- name: s
  host: h
  filter_chains: [{id: 6f2c8f30-0d0c-4d9d-9c51-0d6c5f4a2b11, filters: [{name: f, config: null}]}]
  routes: [{name: r, paths: [/a], filter_chains: [{filters: [{name: f}]}]}]
`
    expect(await rendered(text)).toMatchObject({
      services: [
        {
          filter_chains: [
            { id: '6f2c8f30-0d0c-4d9d-9c51-0d6c5f4a2b11', filters: [{ name: 'f', config: null }] },
          ],
          routes: [{ filter_chains: [{ filters: [{ name: 'f' }] }] }],
        },
      ],
    })
  })

  it('a plugin inside of what it belongs to, where its other owner is not in the file or has no name', async () => {
    const elsewhere = '6f2c8f30-0d0c-4d9d-9c51-0d6c5f4a2b11'
    const text = `
routes: [{name: r, paths: [/a], plugins: [{name: cors, service: ${elsewhere}}]}]
services: [{name: s, host: h}]
consumers: [{custom_id: c, plugins: [{name: acl, service: s, config: {allow: [a]}}]}]
`
    const content = await rendered(text)
    expect(content).toMatchObject({
      routes: [{ plugins: [{ name: 'cors', service: elsewhere }] }],
      consumers: [{ custom_id: 'c', plugins: [{ name: 'acl', service: 's' }] }],
    })
    expect(content).not.toHaveProperty('plugins')
  })
})

it('what a gateway says of a link to a partial and the file does not is no difference', async () => {
  const path = join(folder, 'partials.yaml')
  const partial = { id: '6f2c8f30-0d0c-4d9d-9c51-0d6c5f4a2b11', name: 'p', type: 'redis-ee' }
  const plugin = { id: '6f2c8f30-0d0c-4d9d-9c51-0d6c5f4a2b12', name: 'limiter' }
  writeFileSync(
    path,
    JSON.stringify({ partials: [partial], plugins: [{ name: 'limiter', partials: [{ name: 'p' }] }] }),
  )
  const { file } = await loadStateFile([path])
  if (file === undefined) throw new Error('not read')
  const current = createState(
    [
      { kind: 'partial', id: partial.id, fields: partial },
      {
        kind: 'plugin',
        id: plugin.id,
        fields: { ...plugin, partials: [{ id: partial.id, name: 'p', path: 'config.redis' }] },
      },
    ],
    schemas,
  )
  expect(diffStates(current, toState(file, { current, schemas }).state, schemas)).toEqual([])
})

it('plugin definitions are among the kinds', () => {
  expect(schemas.kinds.some(isPluginDefinition)).toBe(true)
})
