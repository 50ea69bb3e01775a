/**
 * `deck file lint` with rulesets of all kinds. What decK's own engine finds is compared in
 * `conformance/file-operations.test.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { deck, isStandalone, newFolder } from '../support/binary.ts'

const state = `_format_version: "3.0"
services:
- name: Orders_V2
  host: orders.internal
  protocol: http
  port: 8080
  tags: []
  routes:
  - name: list-orders
    paths: [/orders, /Orders]
  - name: OrderByID
    methods: [GET, PATCH]
- name: stock
  url: https://stock.internal
  protocol: HTTPS
  tags: [b, a]
consumers:
- {username: ann, custom_id: "1"}
- {username: null}
`

/** Files of a folder, the first of them the ruleset. */
async function lint(files: Readonly<Record<string, string>>, argv: readonly string[] = [], text = state) {
  const cwd = newFolder()
  for (const [name, content] of Object.entries({ 'state.yaml': text, ...files })) {
    mkdirSync(join(cwd, name, '..'), { recursive: true })
    writeFileSync(join(cwd, name), content)
  }
  const [ruleset = ''] = Object.keys(files)
  return deck(['file', 'lint', '-s', 'state.yaml', ruleset, ...argv], { cwd })
}

const found = ({ stdout }: { stdout: string }): string[] =>
  stdout.split('\n').filter(line => line.startsWith('['))

/** One rule, written in one line. */
const rule = (given: string, then: string): string =>
  `rules: {r: {description: r, severity: error, given: ${given}, then: ${then}}}`

it.each(['json', 'yaml'])('reports a file that cannot be read as %s too', async format => {
  const rules = { 'rules.yaml': rule('"$.services"', '{function: truthy}') }
  const { code, stdout, stderr } = await lint(rules, ['--format', format], 'services:\n- name: [\n- a: "')
  expect(code).toBe(1)
  const report = parse(stdout)
  expect(report).toMatchObject({ fail_count: 2, total_count: 2 })
  for (const { Severity, Line, Column, Message } of report.results)
    expect(stderr).toContain(`state.yaml:${Line}:${Column}: ${Severity}: ${Message}`)
})

it.each([
  [
    'an alias',
    'aliases: {S: ["$.services[*]"]}\nrules: {r: {description: r, severity: error, given: "#S.routes[*].name", then: {function: casing, functionOptions: {type: kebab}}}}',
    ['[error][11:11] r: `OrderByID` is not `kebab` case'],
  ],
  [
    '~',
    rule('"$.services[*]~"', '{function: pattern, functionOptions: {match: "^0$"}}'),
    ['[error][13:3] r: `1` does not match the expression `^0$`'],
  ],
  [
    '^',
    rule('"$.services[*].url^"', '{field: host, function: truthy}'),
    ['[error][13:3] r: `host` must be set'],
  ],
  [
    '@property',
    rule(
      `"$.services[0][?(@property === 'port' || @property === 'host')]"`,
      '{function: pattern, functionOptions: {notMatch: "8080|orders"}}',
    ),
    [
      '[error][4:9] r: matches the expression `8080|orders`',
      '[error][6:9] r: matches the expression `8080|orders`',
    ],
  ],
  [
    'names in brackets',
    rule('"$.services[*][host,url]"', '{function: pattern, functionOptions: {match: internal$}}'),
    [],
  ],
  [
    'a filter',
    rule(`"$.services[?(@.protocol=='http')]"`, '{field: tags, function: truthy}'),
    ['[error][3:3] r: `tags` must be set'],
  ],
  [
    'the names of fields',
    rule('"$.consumers[*]"', '{field: "@key", function: enumeration, functionOptions: {values: [username]}}'),
    ['[error][18:19] r: `custom_id` must equal to one of: [username]'],
  ],
  [
    'an expression of Go',
    rule('"$.services[*].protocol"', '{function: pattern, functionOptions: {match: "(?i)^https$"}}'),
    ['[error][5:13] r: `http` does not match the expression `(?i)^https$`'],
  ],
  [
    'an expression that takes for ever',
    rule('"$.services[*].name"', '{function: pattern, functionOptions: {match: "^(([a-z]+)+)+$"}}'),
    ['[error][3:9] r: `Orders_V2` does not match the expression `^(([a-z]+)+)+$`'],
  ],
  [
    'a separator',
    rule('"$.services[*].name"', '{function: casing, functionOptions: {type: pascal, separator: {char: _}}}'),
    ['[error][13:9] r: `stock` is not `pascal` case'],
  ],
  [
    'digits',
    rule(
      '"$.services[*].name"',
      '{function: casing, functionOptions: {type: pascal, separator.char: _, disallowDigits: true}}',
    ),
    ['[error][3:9] r: `Orders_V2` is not `pascal` case', '[error][13:9] r: `stock` is not `pascal` case'],
  ],
  [
    'capitals in a row',
    rule('"$.services[*].routes[*].name"', '{function: casing, functionOptions: {type: camel}}'),
    [
      '[error][9:11] r: `list-orders` is not `camel` case',
      '[error][11:11] r: `OrderByID` is not `camel` case',
    ],
  ],
  [
    'a schema',
    rule(
      '"$.services[*]"',
      '{function: schema, functionOptions: {schema: {required: [host], properties: {port: {maximum: 1024}}}}}',
    ),
    ['[error][6:9] r: maximum: got 8080, want 1024', "[error][13:3] r: missing property 'host'"],
  ],
  [
    'a list',
    rule('"$.services[*].routes[*].paths"', '{function: pattern, functionOptions: {match: "^[a-z/]+$"}}'),
    ['[error][10:22] r: `/Orders` does not match the expression `^[a-z/]+$`'],
  ],
  [
    'an order',
    rule('"$.services[*].tags"', '{function: alphabetical}'),
    ['[error][16:9] r: `a` must be placed before `b` (alphabetical)'],
  ],
  [
    'one of two',
    rule('"$.consumers[*]"', '{function: xor, functionOptions: {properties: [username, custom_id]}}'),
    ['[error][18:3] r: `username` and `custom_id` must not be both defined or undefined'],
  ],
  [
    'a field that must not be',
    rule('"$.services[*]"', '{field: url, function: undefined}'),
    ['[error][14:3] r: `url` must be undefined'],
  ],
])('finds by %s', async (_, ruleset, findings) => {
  const result = await lint({ 'rules.yaml': ruleset })
  expect([result.stderr, found(result)]).toEqual(['', findings])
  expect(result.code).toBe(findings.length > 0 ? 1 : 0)
})

it('extends files that extend files, as their mode says, and changes their rules', async () => {
  const truthy = (field: string, more = '') =>
    `{${more}description: ${field}, given: "$.services[1]", severity: error, then: {field: ${field}, function: truthy}}`
  const files = {
    'rules.yaml':
      'extends: [[base/one.yaml, off], base/two.json]\nrules: {host: warn, port: true, retries: off}\n',
    'base/one.yaml': `extends: three.yml\nrules: {host: ${truthy('host')}, path: ${truthy('path')}}\n`,
    'base/three.yml': `rules: {port: ${truthy('port')}}\n`,
    'base/two.json': `{"rules": {
      "retries": {"given": "$", "then": {"field": "x", "function": "truthy"}},
      "tags": {"description": "enabled", "given": "$.services[1]", "severity": 3, "then": {"field": "enabled", "function": "defined"}}
    }}`,
  }
  expect(found(await lint(files))).toEqual([
    '[warn][13:3] host: `host` must be set',
    '[error][13:3] port: `port` must be set',
    '[hint][13:3] enabled: `enabled` must be defined',
  ])
})

it('overrides rules for files, and for parts of them', async () => {
  const ruleset = `rules:
  a: {description: a, given: "$.services[*].name", severity: error, then: {function: casing, functionOptions: {type: flat}}}
  b: {description: b, given: "$.services[*]", severity: error, then: {field: nothing, function: truthy}}
overrides:
- {files: ["state.*"], rules: {b: off}}
- {files: ["state.yaml#/services/0"], rules: {a: hint}}
- {files: ["other/**"], rules: {a: off}}
`
  expect(found(await lint({ 'rules.yaml': ruleset }))).toEqual([
    '[hint][3:9] a: `Orders_V2` is not `flat` case',
  ])
})

it('fills in the message of a rule, and nothing that the file says', async () => {
  const ruleset = `rules: {r: {given: "$.services[*].name", message: "{{property}} at {{path}} is {{value}}: {{error}}", then: {function: casing, functionOptions: {type: flat}}}}`
  const text = 'services: [{name: "{{path}} #{{print(1+1)}}"}]\n'
  expect(found(await lint({ 'rules.yaml': ruleset }, [], text))).toEqual([
    '[warn][1:19] name at #/services/0/name is {{path}} #{{print(1+1)}}: `{{path}} #{{print(1+1)}}` is not `flat` case',
  ])
})

it('lists all that is wrong with a ruleset at its line, and runs none of it', async () => {
  const ruleset = `extends: [https://example.com/r.yaml, gone.yaml, spectral:nothing]
functions: [mine]
ruls: {}
rules:
  a: {given: services, severity: eror, then: {function: patern}}
  b: {then: {function: truthy}}
  c: {given: "$.a[", then: {function: truthy}}
  d: {given: "$.a", then: {function: pattern, functionOptions: {match: "(a"}}}
  e: {given: "$.a", then: {function: pattern, functionOptions: {match: "^(?!a)"}}}
  f: {given: "$.a", then: {function: casing, functionOptions: {type: upside}}}
  g: true
  h: off
  i: {given: "$.a", formats: [oas9], then: {function: schema, functionOptions: {schema: {type: 7}}}}
  j: {given: "$..[?(@.constructor.constructor('process.exit(9)')())]", then: {function: truthy}}
  k: {given: "$.a[?(process.env)]", then: {field: "$..[?(@['con'+'structor'])]", function: truthy}}
`
  const { code, stdout, stderr } = await lint({ 'rules.yaml': ruleset })
  expect([code, stdout]).toEqual([1, ''])
  const places = [...stderr.matchAll(/^rules.yaml:(\d+):\d+: error: /gm)].map(([, line]) => Number(line))
  expect(places).toEqual([1, 1, 1, 2, 3, 5, 5, 5, 6, 7, 8, 9, 10, 11, 13, 13, 14, 15, 15])
  expect(stderr).toContain("rules.yaml:5:57: error: unknown function 'patern'")
  expect(stderr).toContain('hint: did you mean "pattern"?')
  expect(stderr).not.toContain('this is a bug')
})

it.each([
  ['[]', 'is a list'],
  ['rules: [', 'rules.yaml:'],
  ['', 'the file is empty'],
  ['x: 1', "rules.yaml:1:1: error: rules not valid: additional properties 'x' not allowed"],
  ['aliases: {A: "#B", B: "#A"}\nrules: {r: {given: "#A", then: {function: truthy}}}', 'circular'],
  ['rules: {r: {given: "#A", then: {function: truthy}}}', 'rules.yaml:1:20: error: Alias "A" does not exist'],
  ['extends: rules.yaml\nrules: {r: 1}', 'rules.yaml:2:9: error: rule r is in no ruleset'],
])('says what is wrong with the ruleset %j', async (ruleset, message) => {
  const { code, stderr } = await lint({ 'rules.yaml': ruleset })
  expect(code).toBe(1)
  expect(stderr).toContain(message)
  expect(stderr).not.toContain('this is a bug')
})

// The standalone program's engine gives up by itself after a few seconds, and finds nothing.
it.skipIf(isStandalone)(
  'ends a JSONPath whose expression takes for ever',
  async () => {
    const ruleset = rule(`'$.services[?(@.name.match(/^(([A-Za-z_0-9]+)+)+!$/))]'`, '{function: truthy}')
    const text = `services: [{name: ${'a'.repeat(60)}}]\n`
    const { code, stderr } = await lint({ 'rules.yaml': ruleset }, [], text)
    expect(code).toBe(1)
    expect(stderr).toContain('takes longer than 5 seconds')
  },
  120_000,
)

it('applies the rules of spectral:oas to OpenAPI documents, with references to files, and fetches nothing', async () => {
  const api = `openapi: 3.0.3
info: {title: x, version: "1", description: An API.}
servers: [{url: https://x.example}]
tags: [{name: a}]
paths:
  /things/{id}:
    get:
      operationId: getThing
      summary: Get it
      tags: [a]
      parameters: [{$ref: "parts.yaml#/id"}]
      responses: {"200": {description: It., content: {application/json: {schema: {$ref: "#/components/schemas/Gone"}}}}}
  /remote: {$ref: "http://127.0.0.1:1/path.yaml"}
`
  const files = {
    'rules.yaml': 'extends: spectral:oas\nrules: {oas3-schema: off}\n',
    'parts.yaml': 'id: {name: id, in: path, required: true, description: Its id., schema: {type: string}}\n',
  }
  const lines = found(await lint(files, [], api))
  expect(lines.filter(line => line.startsWith('[error]')).map(line => line.slice(0, 14))).toEqual([
    '[error][12:89]',
    '[error][13:19]',
  ])
})
