/** What a run looks like: texts in, texts out. */
import { describe, expect, it } from 'vitest'
import { AdminApiError } from '../../src/errors.ts'
import type { Outcome } from '../../src/plan/apply.ts'
import { type Change, diffStates, namesFrom } from '../../src/plan/diff.ts'
import { createColours, wantsColour } from '../../src/report/colour.ts'
import { renderDiagnostic } from '../../src/report/diagnostics.ts'
import { failureDiagnostic, firstLeaf, renderFailures } from '../../src/report/failures.ts'
import { renderChange, renderSummary } from '../../src/report/human.ts'
import { renderJson } from '../../src/report/json.ts'
import { createView } from '../../src/report/view.ts'
import { createState, type Source, type StateEntity } from '../../src/state/state.ts'
import { schemas, uuid } from '../support/plan-states.ts'

const plain = await createColours({ terminal: false, env: {} })
const coloured = await createColours({ terminal: true, env: {} })

/** A file of which every value stands at 4:7, and the values under these names came from the environment. */
const source = (secrets: readonly string[] = []): Source => ({
  name: 'kong.yaml',
  whereIs: path => ({ file: 'kong.yaml', line: 4, column: 7, source: `  x: ${path.join('.')}`, length: 3 }),
  isSecret: path => secrets.some(name => `${name}.`.startsWith([...path.slice(2), ''].join('.'))),
  filledAt: () => [],
})

function changes(before: Partial<StateEntity>[], after: Partial<StateEntity>[], secrets?: readonly string[]) {
  const entities = (list: Partial<StateEntity>[], written: boolean): StateEntity[] =>
    list.map(({ kind = 'service', id = uuid(kind, 1), fields = {} }) => ({
      kind,
      id,
      fields,
      ...(written && { origin: { document: source(secrets), path: ['services', 0] } }),
    }))
  const current = createState(entities(before, false), schemas)
  const target = createState(entities(after, true), schemas)
  const view = createView({ schemas, nameOf: namesFrom([target, current], schemas) })
  return { list: diffStates(current, target, schemas), view }
}

const text = ({ list, view }: ReturnType<typeof changes>): string =>
  list.map(change => renderChange(change, view, plain, 'fields')).join('')

describe('changes', () => {
  it('are one line each, updates with what differs', () => {
    const before = { name: 'a', host: 'h', port: 80, path: '/old', tags: ['x', 'y'] }
    const after = { name: 'a', host: 'h', port: 81, retries: 3, tags: ['y', 'z'] }
    expect(text(changes([{ fields: before }], [{ fields: after }]))).toBe(
      [
        'updating service a',
        '    port: 80 → 81',
        '  - path: "/old"',
        '    tags:',
        '      - "x"',
        '      + "z"',
        '    retries: 5 → 3',
        '',
      ].join('\n'),
    )
  })

  it('tell lists in another order as such', () => {
    const route = (paths: string[]) => ({ kind: 'route', fields: { name: 'r', paths } })
    expect(text(changes([route(['/a', '/b'])], [route(['/b', '/a'])]))).toContain(
      '    paths: ["/a","/b"] → ["/b","/a"] (another order)',
    )
  })

  it('tell references by name', () => {
    const services = ['a', 'b'].map((name, at) => ({
      kind: 'service',
      id: uuid('service', at),
      fields: { name, host: 'h' },
    }))
    const route = (at: number) => ({
      kind: 'route',
      fields: { name: 'r', paths: ['/'], service: { id: uuid('service', at) } },
    })
    expect(text(changes([...services, route(0)], [...services, route(1)]))).toContain(
      '    service: "a" → "b"',
    )
  })

  it('hide secrets: by schema, by name, and what came from the environment', () => {
    const consumer = { kind: 'consumer', fields: { username: 'c' } }
    const key = (value: string) => ({
      kind: 'key-auth',
      fields: { key: value, consumer: { id: uuid('consumer', 1) } },
    })
    const service = (host: string) => ({ fields: { name: 's', host } })
    const plugin = (password: string) => ({
      kind: 'plugin',
      fields: { name: 'p', config: { redis_password: password } },
    })
    const printed = text(
      changes(
        [consumer, key('old-secret'), service('old.example'), plugin('old-word')],
        [consumer, key('new-secret'), service('new.example'), plugin('new-word')],
        ['host'],
      ),
    )
    expect(printed).toContain('    host: [masked], another than before')
    expect(printed).toContain('    key: [masked], another than before')
    expect(printed).toContain('    config.redis_password: [masked], another than before')
    expect(printed).not.toMatch(/old-secret|new-secret|example|old-word|new-word/)
  })

  it('are printed as in decK: the whole entity, with marks', () => {
    const route = (fields: Record<string, unknown>) => ({
      kind: 'route',
      fields: { name: 'r', paths: ['/a', '/b', '/c'], https_redirect_status_code: 301, ...fields },
    })
    const { list, view } = changes(
      [route({ tags: ['x'], strip_path: true })],
      [route({ paths: ['/b', '/c', '/d'], hosts: ['h'], strip_path: false })],
    )
    expect(list.map(change => renderChange(change, view, plain, 'whole')).join('')).toBe(`updating route r  {
   "https_redirect_status_code": 301,
   "id": "${list[0]?.id}",
   "name": "r",
   "path_handling": "v0",
   "paths": [
-    "/a",
     "/b",
     "/c"
+    "/d"
   ],
   "preserve_host": false,
   "protocols": [
     "http",
     "https"
   ],
   "regex_priority": 0,
   "request_buffering": true,
   "response_buffering": true,
-  "strip_path": true,
+  "strip_path": false,
-  "tags": [
-    "x"
-  ]
+  "hosts": [
+    "h"
+  ]
 }

`)
  })

  it('show that a secret changed, not what it was', () => {
    const service = (host: string) => ({ fields: { name: 's', host } })
    const { list, view } = changes([service('old.example')], [service('new.example')], ['host'])
    const printed = list.map(change => renderChange(change, view, plain, 'whole')).join('')
    expect(printed).toContain('\n-  "host": "[masked]",\n+  "host": "[masked]",\n')
    expect(printed).not.toContain('example')
  })

  it('have colours where they are wanted', () => {
    const { list, view } = changes([], [{ fields: { name: 'a', host: 'h' } }])
    expect(list.map(change => renderChange(change, view, coloured, 'whole'))).toEqual([
      '\u001b[32mcreating service a\u001b[39m\n',
    ])
    expect(renderSummary({ created: 1, updated: 0, deleted: 2 }, plain)).toBe(
      'Summary:\n  Created: 1\n  Updated: 0\n  Deleted: 2\n',
    )
  })
})

describe('colour', () => {
  it.each([
    { terminal: true, env: {}, expected: true },
    { terminal: false, env: {}, expected: false },
    { terminal: true, env: { NO_COLOR: '1' }, expected: false },
    { terminal: true, env: { NO_COLOR: '' }, expected: true },
    { terminal: true, env: { TERM: 'dumb' }, expected: false },
    { terminal: true, env: {}, noColor: true, expected: false },
    { terminal: false, env: {}, noColor: false, expected: true },
    { terminal: true, env: { NO_COLOR: '1' }, noColor: false, expected: false },
    { terminal: false, env: { FORCE_COLOR: '1' }, expected: true },
    { terminal: true, env: { FORCE_COLOR: '0' }, expected: false },
    { terminal: false, env: { FORCE_COLOR: '1' }, noColor: true, expected: false },
    { terminal: false, env: { FORCE_COLOR: '1', NO_COLOR: '1' }, expected: false },
  ])('$terminal $env $noColor', ({ expected, ...settings }) => {
    expect(wantsColour(settings)).toBe(expected)
  })
})

describe('diagnostics', () => {
  it('show the place, the line and a hint', () => {
    const where = { file: 'a.yaml', line: 3, column: 5, source: '\t  hots: x', length: 4 }
    const hint = 'did you mean "host"?'
    const diagnostic = {
      severity: 'error',
      code: 'unknown-field',
      message: 'unknown field "hots"',
      where,
      hint,
    } as const
    expect(renderDiagnostic(diagnostic, plain)).toBe(
      'a.yaml:3:5: error: unknown field "hots"\n  \t  hots: x\n  \t   ^^^^\nhint: did you mean "host"?\n',
    )
  })

  it('cut long lines around the caret', () => {
    const where = {
      file: 'a.json',
      line: 1,
      column: 500,
      source: `${'x'.repeat(499)}HERE${'y'.repeat(499)}`,
      length: 4,
    }
    const [, line = '', caret = ''] = renderDiagnostic(
      { severity: 'warning', code: 'c', message: 'm', where },
      plain,
    ).split('\n')
    expect(line.length).toBeLessThan(130)
    expect(line.slice(caret.indexOf('^'), caret.indexOf('^') + 4)).toBe('HERE')
  })
})

describe('failures', () => {
  const { list, view } = changes(
    [],
    ['a', 'b', 'c'].map((name, at) => ({ id: uuid('service', at), fields: { name, host: 'h' } })),
  )
  const [a, b, c] = list as [Change, Change, Change]
  const refused = new AdminApiError({
    method: 'PUT',
    path: '/services/b',
    status: 400,
    kongMessage: 'schema violation (host: bad)',
    fields: { '@entity': ['x'], host: 'bad' },
  })
  const outcomes: Outcome[] = [
    { change: a, status: 'applied' },
    { change: b, status: 'failed', error: refused },
    { change: c, status: 'not-attempted' },
  ]

  it('are printed with their line, then the applied and the remaining changes', () => {
    expect(renderFailures(outcomes, view, plain)).toBe(
      [
        'kong.yaml:4:7: error: Create service b failed: HTTP status 400 (message: "schema violation (host: bad)")',
        '    x: services.0.host',
        '        ^^^',
        'Applied (1):',
        '  creating service a',
        'Failed (1):',
        '  creating service b',
        'Not attempted (1):',
        '  creating service c',
        'Error: 1 of 3 changes failed, 1 were not attempted',
        '',
      ].join('\n'),
    )
    expect(renderFailures([{ change: a, status: 'applied' }], view, plain)).toBe('')
  })

  it('do not repeat a secret that the server repeats', () => {
    const fields = { key: 'my-secret-key', consumer: { id: uuid('consumer', 1) } }
    const { list: keys, view: keyView } = changes([], [{ kind: 'key-auth', fields }])
    const error = new AdminApiError({
      method: 'PUT',
      path: '/',
      status: 409,
      kongMessage: `UNIQUE violation detected on '{key="my-secret-key"}'`,
    })
    const { message } = failureDiagnostic({ change: keys[0] as Change, status: 'failed', error }, keyView)
    expect(message).toContain(`'{key=\\"[masked]\\"}'`)
  })

  it('are in the one JSON document', () => {
    const document = JSON.parse(
      renderJson({ outcomes, warnings: [], errors: ['e'], diagnostics: [] }, view),
    ) as Record<string, Record<string, unknown>>
    expect(document).toMatchObject({
      changes: {
        creating: [
          {
            name: 'a',
            kind: 'service',
            status: 'applied',
            body: { new: { name: 'a', port: 80 }, old: null },
          },
          { name: 'b', status: 'failed' },
        ],
        updating: [],
        deleting: [],
        dropped_creations: [{ name: 'c', status: 'not-attempted' }],
      },
      summary: { creating: 1, updating: 0, deleting: 0, total: 1 },
      errors: ['e'],
    })
  })
})

it.each([
  [{ host: 'x' }, ['host']],
  [{ '@entity': ['x'], config: { a: [null, 'x'] } }, ['config', 'a', 1]],
  [{ '@entity': ['x'] }, []],
  [undefined, []],
])('finds the first field that Kong complains of: %j', (fields, expected) => {
  expect(firstLeaf(fields)).toEqual(expected)
})
