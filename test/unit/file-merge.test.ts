/** Several documents as one; names used twice and references to nothing; what cannot be read. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { formatVersionProblems } from '../../src/file/format-version.ts'
import { loadStateFile } from '../../src/file/load.ts'
import { mergeDocuments } from '../../src/file/merge.ts'
import { readTexts } from '../../src/file/read.ts'
import { parseDocument } from '../../src/file/yaml/parse.ts'

const merge = (...texts: string[]) => {
  const documents = texts.flatMap((text, index) => {
    const { document, diagnostics } = parseDocument({ name: `${'abc'[index]}.yaml`, text })
    expect(diagnostics).toEqual([])
    return document ?? []
  })
  return mergeDocuments(documents)
}

const problemsOf = (...texts: string[]) =>
  merge(...texts).diagnostics.map(({ severity, code, message, where, related, hint }) => ({
    what: `${severity} ${code}: ${message}`,
    where: `${where?.file}:${where?.line}:${where?.column}`,
    ...(related && { related: `${related.file}:${related.line}:${related.column}` }),
    ...(hint && { hint }),
  }))

describe('settings', () => {
  it('are taken from the first document that has them, entities from all', () => {
    const { file } = merge(
      '_workspace: w\nservices: [{name: a, host: x}]\n_info: {select_tags: [t], defaults: {service: {port: 1}}}',
      '_format_version: "3.0"\nservices: [{name: b, host: x}]\n_info: {select_tags: [u, t], defaults: {service: {port: 2, retries: 3}}}',
    )
    expect(file.workspace?.value).toBe('w')
    expect(file.formatVersion?.value).toBe('3.0')
    expect(file.selectTags).toEqual(['t', 'u'])
    expect(file.entities.map(({ values, document }) => [values['name'], document.name])).toEqual([
      ['a', 'a.yaml'],
      ['b', 'b.yaml'],
    ])
  })

  it('that contradict one another name both places', () => {
    expect(problemsOf('_workspace: w', '_workspace: v')).toEqual([
      {
        what: 'error different-workspaces: _workspace is "v" here and "w" in a.yaml: one run is for one workspace',
        where: 'b.yaml:1:13',
        related: 'a.yaml:1:13',
      },
    ])
    expect(problemsOf('_format_version: "3.0"', '_format_version: "1.1"')).toMatchObject([
      {
        what: expect.stringContaining('warning contradicting-settings: _format_version is "1.1" here'),
        related: 'a.yaml:1:18',
      },
    ])
    expect(problemsOf('_plugin_configs: {a: {b: 1}}', '_plugin_configs: {a: {b: 2}}')).toMatchObject([
      { what: expect.stringContaining('warning contradicting-settings'), where: 'b.yaml:1:19' },
    ])
  })

  it.each([[''], ['# nothing'], ['{}'], ['services: []']])('%j is an empty configuration', text => {
    expect(problemsOf(text)).toMatchObject([{ what: expect.stringContaining('error empty-configuration') }])
    expect(problemsOf(text, '_format_version: "3.0"')).toEqual([])
  })
})

describe('duplicates', () => {
  it.each([
    ['services: [{name: a, host: b}, {name: a, host: c}]', 'service "a" has the same name'],
    ['services: [{id: x, name: a}, {id: x, name: b}]', 'service "b" has the same id'],
    [
      'services: [{name: a, routes: [{name: r}]}, {name: b, routes: [{name: r}]}]',
      'route "r" has the same name',
    ],
    ['services: [{name: a, routes: [{name: r}]}]\nroutes: [{name: r}]', 'route "r" has the same name'],
    ['consumers: [{username: a}, {username: a}]', 'consumer "a" has the same username'],
    [
      'consumers: [{username: a, custom_id: c}, {username: b, custom_id: c}]',
      'consumer "b" has the same custom_id',
    ],
    [
      'consumers: [{username: a, keyauth_credentials: [{key: k}]}, {username: b, keyauth_credentials: [{key: k}]}]',
      'key-auth of consumer "b" has the same key',
    ],
    [
      'upstreams: [{name: u, targets: [{target: a.test}, {target: "a.test:8000"}]}]',
      'target "a.test:8000" of upstream "u" has the same upstream, target',
    ],
    ['plugins: [{name: cors}, {name: cors}]', 'plugin "cors" has the same name, service, route, consumer'],
    [
      'services: [{name: a, id: i, plugins: [{name: cors}]}]\nplugins: [{name: cors, service: i}]',
      'plugin "cors" has the same name, service, route, consumer',
    ],
  ])('%s', (text, message) => {
    const [first, ...more] = problemsOf(text)
    expect(more).toEqual([])
    expect(first?.what).toContain(message)
    expect(first?.related).toBeDefined()
  })

  it.each([
    'services: [{name: a, plugins: [{name: cors}]}, {name: b, plugins: [{name: cors}]}]\nplugins: [{name: cors}]',
    'upstreams: [{name: u, targets: [{target: a}]}, {name: v, targets: [{target: a}]}]',
    'consumers: [{username: a}, {custom_id: a}]',
    'services: [{name: a, id: i, routes: [{name: a, id: i}]}]',
    'services: [{id: i, host: a}, {id: j, host: a}]',
  ])('none in %s', text => {
    expect(problemsOf(text)).toEqual([])
  })

  it('are found across files', () => {
    const text = 'services: [{name: a, host: b}]'
    expect(problemsOf(text, text)).toMatchObject([{ where: 'b.yaml:1:19', related: 'a.yaml:1:19' }])
  })
})

describe('references', () => {
  it('to missing entities are reported, with similar names', () => {
    expect(
      problemsOf(
        'services: [{name: svc1, host: x}, {name: svc2, host: x}]\nplugins:\n- {name: cors, service: svc}',
      ),
    ).toEqual([
      {
        what: 'error dangling-reference: no service "svc" for plugin "cors"',
        where: 'a.yaml:3:25',
        hint: 'did you mean "svc1" or "svc2"?',
      },
    ])
    expect(problemsOf('routes: [{name: r, paths: [/a], service: {name: ghost}}]')).toMatchObject([
      { what: 'error dangling-reference: no service "ghost" for route "r"' },
    ])
  })

  it('may be by name or id, across files, and by id to what is outside from within an entity', () => {
    const id = '4bd3b8c0-79a8-4f16-9c1c-2a3a34c62ee1'
    expect(
      problemsOf(
        `services: [{name: a, id: ${id}, host: x}]`,
        `plugins: [{name: b, service: ${id}}, {name: c, service: a}]`,
      ),
    ).toEqual([])
    expect(problemsOf(`services: [{name: a, plugins: [{name: b, consumer: ${id}}]}]`)).toEqual([])
    expect(problemsOf(`plugins: [{name: b, consumer: ${id}}]`)).toHaveLength(1)
  })

  it('are left to the gateway where the file looks entities up there', () => {
    const text = '_info: {default_lookup_tags: {services: [t]}}\nroutes: [{name: r, service: {name: ghost}}]'
    const { document } = parseDocument({ name: 'a.yaml', text })
    expect(mergeDocuments(document ? [document] : [], { online: 'tagged' }).diagnostics).toEqual([])
    expect(problemsOf(text).map(({ what }) => what)).toEqual([expect.stringContaining('lookup-offline')])
  })
})

describe('_format_version', () => {
  const problems = (text: string, version: string) => {
    const parsed = parseVersion(version)
    if (parsed === undefined) throw new Error(version)
    return formatVersionProblems(merge(text).file, parsed).map(
      ({ severity, code, where }) => `${severity} ${code} ${where?.line}:${where?.column}`,
    )
  }

  it.each([
    ['_format_version: "3.0"', '3.9.1', []],
    ['_format_version: "3.0"', '2.8.5', []],
    ['_format_version: "1.1"', '2.8.5', []],
    ['_format_version: "latest"', '2.8.5', []],
    ['_format_version: "1.1"', '3.4.0.0-enterprise-edition', ['error format-version 1:18']],
    ['services: [{name: a}]', '3.9.1', ['error format-version undefined:undefined']],
    ['_format_version: "9.9"', '3.9.1', ['error format-version 1:18']],
    ['_format_version: "0.1"', '3.9.1', ['error format-version 1:18']],
    ['_format_version: "latest"', '3.9.1', ['error format-version 1:18']],
    [
      '_format_version: "1.1"\nroutes: [{paths: [/a, "/b\\\\d", "/c$"]}]',
      '3.9.1',
      ['error format-version 1:18', 'error format-version 2:23', 'error format-version 2:32'],
    ],
    [
      '_format_version: "3.0"\nroutes: [{paths: [/a-%_., "~/b$", "/c$", "~nok "]}]',
      '3.9.1',
      ['warning route-regex-path-format 2:35', 'warning route-regex-path-format 2:42'],
    ],
    ['_format_version: "3.0"\nroutes: [{paths: ["/c$"]}]', '2.8.5', []],
  ])('%s at %s', (text, version, expected) => {
    expect(problems(text, version)).toEqual(expected)
  })
})

describe('reading', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'state-files-'))
    await mkdir(join(folder, 'd', 'sub'), { recursive: true })
    await writeFile(join(folder, 'd', 'b.YML'), 'services: [{name: b, host: h}]')
    await writeFile(join(folder, 'd', 'a.json'), '{"services": [{"name": "a", "host": "h"}]}')
    await writeFile(join(folder, 'd', 'sub', 'c.yaml'), 'services: [{name: c, host: h}]')
    await writeFile(join(folder, 'd', 'no.txt'), 'nothing of ours')
    await writeFile(join(folder, 'other'), 'services: [{name: o, host: h}]')
    await writeFile(join(folder, 'latin1.yaml'), Buffer.from('a: b\nc: \xe9t\xe9\n', 'latin1'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('takes folders in the order of paths, files of any name, and standard input', async () => {
    const stdin = async () => Buffer.from('services: [{name: s, host: h}]')
    const paths = [join(folder, 'other'), '-', join(folder, 'd'), '-']
    const { texts, diagnostics } = await readTexts(paths, { stdin })
    expect(diagnostics).toEqual([])
    expect(texts.map(({ name }) => name.replace(folder, ''))).toEqual([
      '/other',
      'STDIN',
      '/d/a.json',
      '/d/b.YML',
      '/d/sub/c.yaml',
      'STDIN',
    ])
    const { file } = await loadStateFile(paths, { stdin })
    expect(file?.entities.map(({ values }) => values['name'])).toEqual(['o', 's', 'a', 'b', 'c'])
  })

  it('tells of all that cannot be read', async () => {
    const { file, diagnostics } = await loadStateFile([
      join(folder, 'nope'),
      join(folder, 'latin1.yaml'),
      join(folder, 'nor'),
    ])
    expect(file).toBeUndefined()
    expect(
      diagnostics.map(({ code, message, where }) => [
        code,
        message.replace(folder, ''),
        where?.line,
        where?.column,
      ]),
    ).toEqual([
      ['unreadable', 'reading state file: stat /nope: no such file or directory', undefined, undefined],
      ['unreadable', 'reading state file: stat /nor: no such file or directory', undefined, undefined],
      ['not-utf8', 'the file is not UTF-8 from here on', 2, 4],
    ])
  })

  it('puts the problems of all files in order', async () => {
    await writeFile(
      join(folder, 'x.yaml'),
      'services: [{name: a, host: h}]\nbogus: 1\nplugins: [{name: cors, service: b}]',
    )
    await writeFile(join(folder, 'y.yaml'), 'services: [{name: a, host: h}, {hots: h}]')
    const { diagnostics } = await loadStateFile([join(folder, 'x.yaml'), join(folder, 'y.yaml')])
    expect(diagnostics.map(({ code, where }) => [code, where?.file.at(-6), where?.line])).toEqual([
      ['unknown-field', 'x', 2],
      ['dangling-reference', 'x', 3],
      ['duplicate', 'y', 1],
      ['missing-field', 'y', 1],
      ['unknown-field', 'y', 1],
    ])
  })
})
