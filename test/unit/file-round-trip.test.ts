/** From a state to a file and back: nothing is lost, and nothing is added. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { checkDocument } from '../../src/file/check.ts'
import { fromState } from '../../src/file/from-state.ts'
import { mergeDocuments } from '../../src/file/merge.ts'
import { toState } from '../../src/file/to-state.ts'
import { parseDocument } from '../../src/file/yaml/parse.ts'
import { write } from '../../src/file/yaml/write.ts'
import { createState, type State, type StateEntity } from '../../src/state/state.ts'

function schemasAt(text: string) {
  const version = parseVersion(text)
  if (version === undefined) throw new Error(text)
  return createSchemas(version, () => undefined)
}

const schemas = schemasAt('3.9.1')
const empty = createState([], schemas)

const all = (state: State): Record<string, unknown>[] =>
  schemas.kinds.flatMap(({ kind }) => state.all(kind).map(({ fields }) => ({ kind, ...fields })))

describe('a dump read back', () => {
  const name = fc.stringMatching(/^[a-zA-Z][\w.~-]{0,8}$/)
  const text = fc.string({ unit: 'binary', maxLength: 12 }).filter(value => !/[\p{C}]/u.test(value))
  const tricky = fc.constantFrom(
    'yes',
    'no',
    '1_000',
    '0x1F',
    '017',
    'null',
    '~',
    '2020-01-01',
    '1:30',
    '- a',
    '#',
    ': ',
    ' x ',
    '${{',
    "it's",
    'a\nb\n',
    '"',
  )
  // -0 is 0 in JSON.
  const json = fc.jsonValue({ maxDepth: 2 }).map((value): unknown => JSON.parse(JSON.stringify(value)))
  const uuid = fc.uuid({ version: 4 })
  const tags = fc.option(
    fc.uniqueArray(
      fc.oneof(
        name,
        tricky.filter(tag => !/[,/\n]/.test(tag)),
      ),
      { minLength: 1, maxLength: 2 },
    ),
    { nil: null },
  )

  const states = fc
    .record({
      services: fc.uniqueArray(
        fc.record({
          id: uuid,
          name: fc.option(name, { nil: null }),
          retries: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
          tags,
        }),
        { selector: one => one.name ?? one.id, maxLength: 4 },
      ),
      routes: fc.uniqueArray(
        fc.record({ id: uuid, name, service: fc.option(fc.nat(3), { nil: null }), tags }),
        { selector: one => one.name, maxLength: 4 },
      ),
      consumers: fc.uniqueArray(
        fc.record({
          id: uuid,
          username: fc.oneof(
            name,
            tricky,
            text.filter(value => value !== ''),
          ),
        }),
        { selector: one => one.username, maxLength: 3 },
      ),
      plugins: fc.uniqueArray(
        fc.record({
          id: uuid,
          name,
          config: fc.dictionary(name, fc.oneof(json, tricky)),
          service: fc.option(fc.nat(3), { nil: null }),
          consumer: fc.option(fc.nat(2), { nil: null }),
        }),
        { selector: one => one.name, maxLength: 4 },
      ),
      upstreams: fc.uniqueArray(
        fc.record({
          id: uuid,
          name: fc.domain(),
          statuses: fc.array(fc.integer({ min: 100, max: 999 }), { maxLength: 2 }),
        }),
        { selector: one => one.name, maxLength: 2 },
      ),
    })
    .map(({ services, routes, consumers, plugins, upstreams }) => {
      const ref = (list: readonly { id: string }[], index: number | null) => {
        const found = index === null ? undefined : list[index]
        return found === undefined ? null : { id: found.id }
      }
      const of =
        (kind: string) =>
        (fields: { id: string }): StateEntity => ({
          kind,
          id: fields.id,
          fields: { ...fields, created_at: 1 },
        })
      return createState(
        [
          ...services.map(one => of('service')({ ...one, ...{ host: 'h' } })),
          ...routes.map(one =>
            of('route')({ ...one, ...{ paths: ['/a'], service: ref(services, one.service), hosts: null } }),
          ),
          ...consumers.map(of('consumer')),
          ...plugins.map(one =>
            of('plugin')({
              ...one,
              ...{ service: ref(services, one.service), consumer: ref(consumers, one.consumer), route: null },
            }),
          ),
          ...upstreams.map(({ id, name: host, statuses }) =>
            of('upstream')({
              id,
              ...{
                name: host,
                healthchecks: { active: { healthy: { http_statuses: statuses, interval: 0 } } },
              },
            }),
          ),
        ],
        schemas,
      )
    })

  /**
   * Absent and null are the same but where a default would take the place of null; lists of entities have no
   * order.
   */
  const comparable = (state: State) =>
    all(state)
      .map(({ created_at: _time, ...fields }) =>
        Object.entries(fields).filter(([key, value]) => value !== null || key === 'retries'),
      )
      .map(fields => Object.fromEntries(fields))
      .sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))

  it.each(['yaml', 'json'] as const)('is the same state (%s, with ids)', format => {
    fc.assert(
      fc.property(states, state => {
        fc.pre(state.size > 0)
        const dumped = write(fromState(state, { schemas, withId: true }), format)
        const { document, diagnostics } = parseDocument({ name: 'dump', text: dumped }, { mode: 'expand' })
        expect(diagnostics).toEqual([])
        if (document === undefined) throw new Error('not parsed')
        expect(checkDocument(document)).toEqual([])
        const { file, diagnostics: merged } = mergeDocuments([document])
        expect(merged).toEqual([])
        const again = toState(file, { current: empty, schemas })
        expect(again.diagnostics).toEqual([])
        expect(comparable(again.state)).toEqual(comparable(state))
      }),
      { numRuns: 200 },
    )
  })

  it('takes its ids from the gateway where it has none', () => {
    fc.assert(
      fc.property(states, state => {
        fc.pre(state.size > 0)
        const { document } = parseDocument(
          { name: 'dump', text: write(fromState(state, { schemas }), 'yaml') },
          { mode: 'expand' },
        )
        if (document === undefined) throw new Error('not parsed')
        const again = toState(mergeDocuments([document]).file, { current: state, schemas })
        expect(comparable(again.state)).toEqual(comparable(state))
      }),
    )
  })

  it('says which tags and workspace it is of', () => {
    const options = { schemas, selectTags: ['a'], workspace: 'w' }
    expect(fromState(empty, options)).toEqual({
      _format_version: '3.0',
      _info: { select_tags: ['a'], defaults: {} },
      _workspace: 'w',
    })
    expect(fromState(empty, { schemas: schemasAt('2.8.5') })).toEqual({ _format_version: '1.1' })
  })

  it('leaves defaults out where that is asked for', () => {
    const state = createState(
      [
        {
          kind: 'service',
          id: 'i',
          fields: { name: 'a', host: 'h', port: 80, retries: 4, protocol: 'http', enabled: true },
        },
      ],
      schemas,
    )
    expect(fromState(state, { schemas, skipDefaults: true })['services']).toEqual([
      { name: 'a', host: 'h', retries: 4 },
    ])
  })
})
