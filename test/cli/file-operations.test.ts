/**
 * The operations on files, as typed. What each does in detail is compared with decK in
 * `conformance/file-operations.test.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { deck, newFile, newFolder } from '../support/binary.ts'

const kong = `_format_version: "3.0"
services:
- name: a
  host: \${{ env "DECK_HOST" }}
  routes:
  - name: r
    paths: ["/x"]
    strip_path: false
`

it('operations go one into the other through pipes, and leave the environment for the end', async () => {
  const tagged = await deck(['file', 'add-tags', '--selector', '$..routes[*]', 'team-a'], { stdin: kong })
  const patched = await deck(
    ['file', 'patch', '--selector', '$.services[*]', '--value', 'retries:2', '--value', 'name:"b"'],
    { stdin: tagged.stdout },
  )
  expect(patched.stdout).toBe(`_format_version: "3.0"
services:
- host: \${{ env "DECK_HOST" }}
  name: b
  retries: 2
  routes:
  - name: r
    paths:
    - /x
    strip_path: false
    tags:
    - team-a
`)
})

it('files are merged into one, which is written whole or not at all', async () => {
  const folder = newFolder()
  const out = join(folder, 'out.yaml')
  const [one, other] = [newFile('a.yaml', kong), newFile('b.yaml', '_format_version: "1.1"\nservices: []\n')]
  expect((await deck(['file', 'merge', one, one, '-o', out])).code).toBe(0)
  const before = readFileSync(out, 'utf8')
  expect(before.match(/name: a/g)).toHaveLength(2)
  const refused = await deck(['file', 'merge', one, other, '-o', out])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('major versions are incompatible; 3.0 and 1.1')
  expect(readFileSync(out, 'utf8')).toBe(before)
})

it.each([
  [
    ['file', 'add-tags', '--selector', 'services', 'x'],
    "selector 'services' is not a valid JSONpath expression",
  ],
  [
    ['file', 'patch', '--selector', '$', '--value', 'a:b'],
    'did you forget to wrap a json-string-value in quotes?',
  ],
  [['file', 'namespace', '-p', 'x'], "the namespace MUST start with '/'"],
  [
    ['file', 'add-plugins', '--config', '{"name":"cors","service":"a"}', '--selector', '$.services[*]'],
    'plugin 0 has foreign keys',
  ],
  [['file', 'list-tags', '--format', 'xml'], "got: 'xml'"],
])('%j is refused with a reason', async (argv, reason) => {
  const { code, stdout, stderr } = await deck(argv, { stdin: kong })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(reason)
})

it('a file for Kong 2.x is converted to 3.x, and the changes are printed on stderr', async () => {
  const old = `_format_version: "1.1"
services:
- name: a
  host: h
  routes:
  - name: inside
    paths: ['/x/\\d+', /plain]
routes:
- name: top
  paths: ['/y/(a|b)']
`
  const { code, stdout, stderr } = await deck(
    ['file', 'convert', '--from', 'kong-gateway-2.x', '--to', 'kong-gateway-3.x'],
    { stdin: old },
  )
  expect(code).toBe(0)
  expect(stdout).toContain('_format_version: "3.0"')
  expect(stdout.match(/- ?'?~\/.*/g)).toEqual(['- ~/y/(a|b)', String.raw`- ~/x/\d+`])
  expect(stderr).toMatch(/^2 routes have paths that are regular expressions.*\n\s+top\n\s+inside\n/)
})

it('an old field and its new name are not both taken', async () => {
  const both = `plugins:
- name: ip-restriction
  config: {whitelist: [10.0.0.1], allow: [10.0.0.2]}
`
  const { code, stderr } = await deck(['file', 'convert', '--from', '2.8', '--to', '3.4'], { stdin: both })
  expect(code).toBe(1)
  expect(stderr).toContain('conflicting fields: both legacy field "whitelist" and new field "allow"')
})

const rules = `rules:
  https-only: {description: Must use HTTPS, given: "$.services[*].protocol", severity: error, then: {function: pattern, functionOptions: {match: ^https}}}
  named: {given: "$.services[*]", message: "{{property}} is there", then: {field: name, function: falsy}}
  path-length: {given: "$..paths[*]", then: {function: length, functionOptions: {max: 3}}}
  places: {given: "$.services[*]", severity: info, then: {function: xor, functionOptions: {properties: [url, host]}}}
  sorted: {given: "$..paths", severity: hint, then: {function: alphabetical}}
  words: {given: "$.services[*].name", then: {function: casing, functionOptions: {type: kebab}}}
  zones: {given: "$.services[*]", severity: 0, then: [{field: tags, function: defined}, {field: path, function: undefined}]}
`

it('lint finds what each rule is about, at its line', async () => {
  const file = `services:
- name: some_name
  protocol: http
  host: h
  url: http://h
  path: /
  routes:
  - paths: [/b, /a, /long]
`
  const argv = ['file', 'lint', newFile('rules.yaml', rules)]
  const { code, stdout } = await deck(argv, { stdin: file })
  expect(code).toBe(1)
  expect(stdout).toBe(`Linting Violations: 8
Failures: 3

[error][3:13] Must use HTTPS: \`http\` does not match the expression \`^https\`
[warn][2:3] name is there
[warn][8:21] : '/long' must not be longer/greater than '3'
[info][2:3] : \`url\` and \`host\` must not be both defined or undefined
[hint][8:12] : \`/a\` must be placed before \`/b\` (alphabetical)
[warn][2:9] : \`some_name\` is not \`kebab\` case
[error][2:3] : \`tags\` must be defined
[error][6:3] : \`path\` must be undefined
`)
  const failures = await deck([...argv, '--format', 'json', '-D'], { stdin: file })
  expect(JSON.parse(failures.stdout)).toMatchObject({ fail_count: 3, total_count: 3 })
  expect((await deck([...argv, '-F', 'error'], { stdin: 'upstreams: []\n' })).code).toBe(0)
})

it('render shows what the files come to, with names in place of variables', async () => {
  const file = `_format_version: "3.0"
services:
- name: a
  url: \${{ env "DECK_URL" }}
  routes:
  - {name: r, paths: ['/x/\\d+']}
`
  const argv = ['file', 'render', '--populate-env-vars']
  const { stdout, stderr } = await deck(argv, { stdin: file, env: { DECK_URL: 'https://h.example/p' } })
  expect(stdout).toContain(
    '- connect_timeout: 60000\n  host: h.example\n  name: a\n  path: /p\n  port: 443\n',
  )
  expect(stdout).toContain('    regex_priority: 0\n    strip_path: true\n')
  expect(stderr).toContain('looks like a regular expression')
  const strict = await deck([...argv, '-E', 'route-regex-path-format'], {
    stdin: file,
    env: { DECK_URL: 'http://h' },
  })
  expect({ code: strict.code, stdout: strict.stdout }).toEqual({ code: 1, stdout: '' })
  const mocked = await deck(['file', 'render'], { stdin: file.replace('url:', 'host:') })
  expect(mocked.stdout).toContain('host: DECK_URL')
})

it('plugins that decK refuses are refused, or a warning with the matching flag', async () => {
  const file = '_format_version: "3.0"\nplugins:\n- name: openid-connect\n  config: {issuer: https://i}\n'
  const code = 'oidc-missing-required-config'
  expect((await deck(['file', 'render'], { stdin: file })).code).toBe(1)
  expect((await deck(['file', 'validate', '-'], { stdin: file })).code).toBe(1)
  const passed = await deck(['file', 'render', '-W', code], { stdin: file })
  expect(passed.code).toBe(0)
  expect(passed.stderr).toContain('STDIN:4:3: warning:')
  expect((await deck(['file', 'render', '-W', code, '-E', code], { stdin: file })).code).toBe(1)
  const salted = file.replace('{', '{cache_tokens_salt: abc, ')
  expect((await deck(['file', 'render'], { stdin: salted })).code).toBe(0)
})

it('render leaves values to those who send the file somewhere, and says what they will refuse', async () => {
  const part = newFile('kong.yaml', 'services:\n- {name: a b, host: c}\n')
  const { code, stdout, stderr } = await deck(['file', 'render', part])
  expect([code, stdout]).toEqual([0, expect.stringContaining('name: a b\n')])
  expect(stderr).toContain(":2:10: warning: name: invalid value 'a b'")
  expect((await deck(['file', 'validate', part])).code).toBe(1)
})

it.each(['add-tags x', 'remove-tags x', 'list-tags', 'add-tags x --selector $.services[*].routes[*]'])(
  '%s: what is no text among the tags is an error at its place',
  async argv => {
    const file = newFile(
      'kong.yaml',
      `services:
- name: a
  routes:
  - {name: r, tags: [a, 1, true, null, {b: c}]}
  - {name: s, tags: d}
  - {name: t, tags: null}
`,
    )
    const run = await deck(['file', ...argv.split(' '), '-s', file])
    expect(run.code).toBe(1)
    expect(run.stdout).toBe('')
    const places = [...run.stderr.matchAll(/:(\d+:\d+): error: tags: (.*)/g)].map(([, at, said]) => [
      at,
      said,
    ])
    expect(places).toEqual([
      ['4:25', 'a tag is a text, this is a number'],
      ['4:28', 'a tag is a text, this is a boolean'],
      ['4:34', 'a tag is a text, this is null'],
      ['4:40', 'a tag is a text, this is a mapping'],
      ['5:21', 'expected a list of texts'],
    ])
  },
)

it('an indented document is read', async () => {
  const run = await deck(['file', 'add-tags', 'x'], {
    stdin: '  services:\n  - name: a\n    url: http://x.example\n',
  })
  expect(run.stdout).toBe('services:\n- name: a\n  tags:\n  - x\n  url: http://x.example\n')
})

it.each([['add-tags', 'x'], ['list-tags'], ['namespace', '--path-prefix=/x'], ['openapi2kong'], ['ai2kong']])(
  '%s reads no folder',
  async (command, ...argv) => {
    const folder = newFolder()
    writeFileSync(join(folder, 'kong.yaml'), kong)
    const { code, stdout, stderr } = await deck(['file', command, '-s', folder, ...argv])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(`Error: failed to read input file '${folder}'; read ${folder}: is a directory\n`)
  },
)

it('convert refuses a folder, and names the two commands that read one', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'kong.yaml'), kong)
  const versions = ['--from', 'kong-gateway-2.x', '--to', 'kong-gateway-3.x']
  const { code, stdout, stderr } = await deck(['file', 'convert', ...versions, '--input-file', folder])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(`failed to read input file '${folder}'; read ${folder}: is a directory`)
  expect(stderr).toContain('convert each of its files with --in-place, or join them first: deck file merge')
})
