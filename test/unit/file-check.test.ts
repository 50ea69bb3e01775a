/** What a state file is refused for without a gateway: codes, places, names and what to write instead. */
import { describe, expect, it } from 'vitest'
import { everyKind } from '../../src/entities/enterprise.ts'
import { editDistance, nearest } from '../../src/entities/text/did-you-mean.ts'
import { checkDocument } from '../../src/file/check.ts'
import { topPlaces } from '../../src/file/layout.ts'
import { shapeOf } from '../../src/file/shape.ts'
import { parseDocument } from '../../src/file/yaml/parse.ts'

function check(text: string, env: Record<string, string> = {}) {
  const { document, diagnostics } = parseDocument({ name: 'kong.yaml', text }, { env })
  return document === undefined ? [...diagnostics] : checkDocument(document)
}

const problemsOf = (text: string, env: Record<string, string> = {}): string[] =>
  check(text, env).map(({ code, message, where, hint }) => {
    const place = `${where?.line}:${where?.column}`
    return `${place} ${code}: ${message}${hint === undefined ? '' : ` [${hint}]`}`
  })

describe('keys', () => {
  it.each([
    ['servces: [{}]', '1:1 unknown-field: unknown key "servces" [did you mean "services"?]'],
    [
      'services:\n- {name: a, host: b, hots: c}',
      '2:22 unknown-field: unknown field "hots" (service "a") [did you mean "host"?]',
    ],
    [
      'upstreams:\n- name: a.example\n  healthchecks: {active: {helthy: {}}}',
      '3:27 unknown-field: unknown field "healthchecks.active.helthy" (upstream "a.example") [did you mean "healthy"?]',
    ],
    [
      'services: [{name: a, host: b, slots: 5}]',
      '1:31 unknown-field: unknown field "slots" (service "a") [this is a field of: upstream]',
    ],
    [
      '_info: {select_tag: [a]}',
      '1:9 unknown-field: unknown key "select_tag" in _info [did you mean "select_tags"?]',
    ],
    [
      'targets: [{target: x}]',
      '1:1 misplaced: targets are written inside their upstream, not at the top [write upstreams: [{name: …, targets: [{target: "x"}]}]; ' +
        "Kong's own declarative format, which has them at the top, is for deck serve --db-less --declarative-config]",
    ],
  ])('%s', (text, expected) => {
    expect(problemsOf(text)).toEqual([expected])
  })

  it('says of what decK knows that it is not supported yet, not that it is unknown', () => {
    expect(problemsOf('licenses: [{payload: a}]')[0]).toContain(
      'not-supported: "licenses" is not supported yet',
    )
    expect(problemsOf('plugins: [{name: a, run_on: b}]')[0]).toContain(
      '"run_on" is not supported yet (plugin "a")',
    )
    expect(problemsOf('_transform: false')).toEqual([
      '1:13 not-supported: _transform: false is not supported',
    ])
    expect(problemsOf('licenses: []\n_transform: true')).toEqual([])
  })

  it.each([
    'acls: [{consumer: x, group: g}]',
    'basicauth_credentials: [{consumer: {username: x}, username: u, password: p}]',
    'targets: [{upstream: u.example, target: "a.example:80", weight: 5}]',
  ])('says where a list belongs in words that work when followed: %s', text => {
    const [first = ''] = problemsOf(text)
    const written = /\[write (.*); Kong's own/.exec(first)?.[1] ?? ''
    expect(problemsOf(written.replaceAll('…', '"secret"'))).toEqual([])
  })

  it.each([
    [
      'routes: [{name: r, headers: {A: ["1"], B: [""]}}]',
      ['1:44 invalid-value: headers.B.0: length must be at least 1 (route "r")'],
    ],
    [
      'routes: [{name: r, headers: {"a b": ["1"], B: ["1", 2], C: x}}]',
      [
        "1:30 invalid-value: headers.a b: bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-' (route \"r\")",
        '1:53 wrong-type: headers.B.1: expected a string (route "r") [put it in quotes]',
        '1:60 wrong-type: headers.C: expected an array (route "r") [write it as a list: one "- " for each, or in square brackets]',
      ],
    ],
    [
      'upstreams: [{name: a.example, healthchecks: {active: {headers: {A: [b], C: d}}}}]',
      [
        '1:76 wrong-type: healthchecks.active.headers.C: expected an array (upstream "a.example") [write it as a list: one "- " for each, or in square brackets]',
      ],
    ],
  ])('points at the key of a map that is wrong, at each of them: %s', (text, expected) => {
    expect(problemsOf(text)).toEqual(expected)
  })

  it('names the misspelt key only, not the missing one too', () => {
    expect(problemsOf('services: [{name: a, hots: b}]')).toHaveLength(1)
  })
})

describe('shapes', () => {
  it('shows how to write a list where there is a mapping, as in the guide of Kong', () => {
    expect(problemsOf('services:\n  host: example_upstream\n  name: example_service\n')).toEqual([
      '2:3 not-a-list: services must be a list, this is a single mapping: each service begins with a dash ("- name: …") [write "- host: …"]',
    ])
    expect(problemsOf('services:\n  a: {host: x}')[0]).toContain('[write "- name: a" with the rest below it]')
    expect(
      problemsOf('services:\n- name: a\n  host: b\n  routes:\n    name: r\n    paths: [/a]')[0],
    ).toContain('5:5 not-a-list: routes must be a list')
  })

  it.each([
    ['services: none', '1:11 wrong-type: services: expected a list of services'],
    ['services:\n', '1:1 wrong-type: services: expected a list of services'],
    ['services: [a]', '1:12 wrong-type: services: expected a mapping for each service [write "- name: …"]'],
    ['_format_version: 3.0', '1:18 wrong-type: _format_version: expected a string [put it in quotes: "3.0"]'],
    [
      '_info: {select_tags: x}',
      '1:22 wrong-type: _info.select_tags: expected a list of strings [write a list: [x]]',
    ],
    ['_plugin_configs: {a: 1}', '1:22 wrong-type: _plugin_configs.a: expected a mapping'],
    [
      'plugins: [{name: cors, service: [a]}]',
      '1:33 wrong-type: service: expected the name or id of one of the services',
    ],
    [
      'plugins: [{name: cors, config: null}]',
      '1:32 null-value: config: there is no value [leave the field out, or give it a value]',
    ],
    [
      '_info: {default_lookup_tags: {services: []}}',
      '1:41 invalid-value: _info.default_lookup_tags.services: at least one tag is needed',
    ],
  ])('%s', (text, expected) => {
    expect(problemsOf(text)).toEqual([expected])
  })
})

describe('entities', () => {
  it.each([
    [
      'services: [{host: b}]',
      '1:12 missing-field: service needs "name" or an "id" [without it, the service could not be found again]',
    ],
    ['services: [{name: a}]', '1:12 missing-field: host: required field missing (service "a")'],
    [
      'routes: [{name: r}]',
      "1:10 invalid-value: must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https' (route \"r\")",
    ],
    [
      'consumers: [{tags: [a]}]',
      "1:13 invalid-value: at least one of these fields must be non-empty: 'custom_id', 'username' (consumer)",
    ],
    ['upstreams: [{slots: 10}]', '1:13 missing-field: name: required field missing (upstream)'],
    [
      'upstreams: [{name: u, targets: [{weight: 5}]}]',
      '1:33 missing-field: target: required field missing (target of upstream "u")',
    ],
    ['plugins: [{config: {}}]', '1:11 missing-field: name: required field missing (plugin)'],
    [
      'consumers: [{username: a, keyauth_credentials: [{}]}]',
      '1:49 missing-field: key-auth needs "key" [without it, the key-auth could not be found again]',
    ],
    [
      'services: [{name: a, host: b, port: "80"}]',
      '1:37 wrong-type: port: expected an integer (service "a") [write it without quotes]',
    ],
    [
      'services: [{name: 123, host: b}]',
      '1:19 wrong-type: name: expected a string (service 123) [put it in quotes]',
    ],
    [
      'services: [{name: a, host: b, port: 70000}]',
      '1:37 invalid-value: port: value should be between 0 and 65535 (service "a")',
    ],
    [
      'services: [{name: a, url: "http://h:0x/"}]',
      '1:27 wrong-type: port: expected an integer (service "a")',
    ],
    ['services: [{name: a, url: "::x"}]', '1:27 invalid-value: url: expected protocol://host[:port][/path]'],
    [
      'routes: [{name: r, paths: [/a, b]}]',
      '1:32 invalid-value: paths.1: should start with: / (fixed path) or ~/ (regex path) (route "r")',
    ],
    [
      'routes: [{name: r, paths: /a}]',
      '1:27 wrong-type: paths: expected an array (route "r") [write it as a list: one "- " for each, or in square brackets]',
    ],
    [
      'services: [{name: a, host: b, plugins: [{name: cors, service: a}]}]',
      '1:54 nested-own-parent: plugin "cors" of service "a" stands inside its service already: "service" must not be given [leave "service" out, or write it at the top of the file]',
    ],
    [
      '_plugin_configs: {cors: {}}\nplugins: [{name: cors, _config: cros}]',
      '2:33 dangling-reference: _plugin_config "cros" not found (plugin "cors") [did you mean "cors"?]',
    ],
    [
      '_info: {defaults: {service: {name: x}}}',
      '1:30 restricted-default: service defaults cannot have these restricted fields set: name',
    ],
    [
      '_info: {defaults: {service: {port: x}}}',
      '1:36 wrong-type: port: expected an integer (defaults of service)',
    ],
    ['_info: {defaults: {xyzzy: {}}}', '1:20 unknown-field: unknown key "xyzzy" in _info.defaults'],
  ])('%s', (text, expected) => {
    expect(problemsOf(text)).toEqual([expected])
  })

  it.each([
    'services: [{name: a, url: "https://h/p"}]',
    '_info: {defaults: {service: {host: h}}}\nservices: [{name: a}]',
    'services: [{id: 4bd3b8c0-79a8-4f16-9c1c-2a3a34c62ee1, host: b}]',
    'services: [{name: a, host: b, retries: null, created_at: 5}]',
    'routes: [{name: r, paths: ["~/a$"]}, {name: s, paths: [/a/\\d+]}]',
    'routes: [{name: r, paths: [/a], service: {name: x}}, {name: s, paths: [/b], service: x}]',
    'upstreams: [{name: u, algorithm: latency, use_srv_name: true, targets: [{target: "a"}]}]',
    'plugins: [{name: never-heard-of, config: {a: [null], b: {c: 1}}, instance_name: x}]',
    'services: [{name: a, url: "http://h/a b"}]',
    '_format_version: "9.9"\n_workspace: w',
  ])('takes %s', text => {
    expect(problemsOf(text)).toEqual([])
  })

  it('tells everything at once, in the order of the file', () => {
    const lines = check(
      '_format_version: "3.0"\nservices:\n- {name: a, port: x, foo: 1}\n- {host: b}\nroutes:\n- {paths: /a}\nbogus: 1\nplugins:\n- {config: {}}\n',
    )
    expect(lines.map(({ where }) => where?.line)).toEqual([3, 3, 3, 4, 6, 6, 7, 9])
  })

  it('shows no value that is or may be secret', () => {
    const text =
      'consumers:\n- {username: "${{ env "DECK_NAME" }}", keyauth_credentials: [{key: 4711, tags: x}]}\n- {}'
    const all = JSON.stringify(check(text, { DECK_NAME: 'hidden name' }))
    expect(all).not.toContain('4711')
    expect(all).not.toContain('hidden name')
    expect(
      problemsOf('services: [{name: a, host: "${{ env "DECK_H" }}"}]', { DECK_H: 'not a host' }),
    ).toEqual(['1:28 invalid-value: host: invalid value (service "a")'])
  })
})

describe('near names', () => {
  it.each([
    ['host', 'hots', 1],
    ['host', 'host', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('%s and %s are %i apart', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })

  it.each([
    ['hots', 'host'],
    ['protocl', 'protocols'],
    ['stripPath', 'strip_path'],
    ['rate_limiting', 'rate-limiting'],
    ['ratelimiting', 'rate-limiting'],
    ['timeout_connect', 'connect_timeout'],
    ['request_headers', 'forward_request_headers'],
    ['created_t', 'created_at'],
  ])('%s means %s', (typed, meant) => {
    expect(nearest(typed, ['port', 'slots', 'other_timeout', 'headers', meant])).toEqual([meant])
  })

  it.each([
    ['host', 'port'],
    ['order', 'ordering'],
    ['tls', 'tags'],
    ['kid', 'id'],
    ['send_timeout', 'read_timeout'],
    ['updated_at', 'created_at'],
    ['ollama', 'llama2'],
    ['ai-semantic-prompt-guard', 'ai-prompt-guard'],
    ['entirely', 'different'],
  ])('%s does not mean %s', (typed, other) => expect(nearest(typed, [other])).toEqual([]))

  it('every field is suggested for most slips, and seldom for a field of another kind', () => {
    const lists = everyKind.map(({ fields }) => Object.keys(fields))
    const slips = (name: string) =>
      [...name].flatMap((letter, at) => [
        name.slice(0, at) + name.slice(at + 1),
        name.slice(0, at) + letter + name.slice(at),
        name.slice(0, at) + (name[at + 1] ?? '') + letter + name.slice(at + 2),
      ])
    const all = lists.flatMap(names => names.map(name => ({ name, names })))
    const typed = all.flatMap(({ name, names }) =>
      name.length < 4 ? [] : slips(name).map(slip => ({ slip, name, names })),
    )
    const wrong = typed.filter(({ slip, names }) => !names.includes(slip))
    const missed = wrong.filter(({ slip, name, names }) => nearest(slip, names)[0] !== name)
    expect(missed.length / wrong.length, missed.map(({ slip }) => slip).join()).toBeLessThan(0.01)
    const foreign = new Set(
      all.flatMap(({ name }) =>
        lists.filter(names => !names.includes(name)).flatMap(names => nearest(name, names)),
      ),
    )
    // `hosts` for `host`, `protocols` for `protocol` and the like.
    expect([...foreign].length, [...foreign].join()).toBeLessThan(15)
  })
})

describe('every kind', () => {
  it.each(everyKind.map(definition => [definition.kind, definition] as const))(
    '%s is accepted in files, and an unknown field of it is reported',
    (kind, definition) => {
      const top = topPlaces.some(place => place.definition === definition)
      const owner = everyKind.find(one => shapeOf(one).places.some(place => place.definition === definition))
      expect(top || owner !== undefined).toBe(true)
      // A link is nothing but a reference.
      if (definition.link !== undefined) return
      const item = definition.wrapped ? `{type: ${kind}, fields: {no_such_field: 1}}` : '{no_such_field: 1}'
      const list = `${definition.fileKey}: [${item}]`
      const text = top ? list : `${owner?.fileKey}: [{${list}}]`
      expect(problemsOf(text).some(line => line.includes('unknown field "no_such_field"'))).toBe(true)
    },
  )
})
