/** `--in-place` and `--strict` of the operations on files. `yaml-edit.test.ts` tests the editing of texts. */
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { deck, guide, newFile, newFolder, repository } from '../support/binary.ts'

const read = (path: string): string => readFileSync(path, 'utf8')

const kong = `# our gateway
_format_version: "1.1"   # old

services:
  # the shop
  - name: shop   # do not rename
    host: "\${{ env "DECK_HOST" }}"
    tags: ["a", 'b']  # tags
    routes:
      - name: all
        paths:
        - "/shop/\\\\d+"
        - /store

plugins:
- {name: ip-restriction, config: {whitelist: [10.0.0.0/8]}}   # flow
`

describe('each operation changes what it is about, and no other byte', () => {
  test.each<[string, string[], [string, string][]]>([
    [
      'add-tags',
      ['--selector', '$..routes[*]', 'public'],
      [['        - /store\n', '        - /store\n        tags: [public]\n']],
    ],
    ['remove-tags', ['a'], [[`["a", 'b']`, `['b']`]]],
    [
      'add-plugins',
      ['--selector', '$.services[*]', '--config', '{"name":"cors","config":{"origins":["*"]}}'],
      [
        [
          '        - /store\n',
          "        - /store\n    plugins:\n      - name: cors\n        config:\n          origins: ['*']\n",
        ],
      ],
    ],
    [
      'patch',
      ['--selector', '$.services[*]', '--value', 'name:"store"', '--value', 'tags:'],
      [
        ['name: shop ', 'name: store '],
        [`    tags: ["a", 'b']  # tags\n`, ''],
      ],
    ],
    [
      'namespace',
      ['-p', '/kong'],
      [
        ['"/shop/', '"/kong/shop/'],
        ['- /store', '- /kong/store'],
      ],
    ],
    [
      'convert',
      ['--from', '2.8', '--to', '3.4'],
      [
        ['"1.1"', '"3.0"'],
        ['"/shop/', '"~/shop/'],
        ['whitelist', 'allow'],
      ],
    ],
  ])('%s', async (name, argv, replaced) => {
    const file = newFile('kong.yaml', kong)
    const input = name === 'convert' ? '--input-file' : '-s'
    const { code, stdout, stderr } = await deck(['file', name, '--in-place', input, file, ...argv])
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain(`edited ${file}\n`)
    expect(read(file)).toBe(replaced.reduce((text, [from, to]) => text.replace(from, to), kong))
  })

  test('and the content is what decK’s output says', async () => {
    const argv = ['file', 'patch', '--selector', '$..routes[*]', '--value', 'tags:["x"]']
    const file = newFile('kong.yaml', read(guide))
    const printed = await deck([...argv, '-s', guide])
    await deck([...argv, '-i', '-s', file])
    expect(parse(read(file))).toEqual(parse(printed.stdout))
    expect(read(file)).not.toBe(printed.stdout)
  })

  test('JSON stays JSON', async () => {
    const content = { services: [{ name: 'a', tags: ['x'] }, { name: 'b' }] }
    const file = newFile('kong.json', JSON.stringify(content, null, '\t'))
    await deck(['file', 'add-tags', '-i', '-s', file, 'y'])
    const after = {
      services: [
        { name: 'a', tags: ['x', 'y'] },
        { name: 'b', tags: ['y'] },
      ],
    }
    expect(JSON.parse(read(file))).toEqual(after)
    expect(read(file)).toMatch(/\n\t\t\t"tags": \[\n\t\t\t\t"x",\n\t\t\t\t"y"\n\t\t\t\]\n/)
  })

  test('the example of docs/editing.md', async () => {
    const page = read(join(repository, 'docs/editing.md'))
    const [before = '', after] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text)
    const commands = [...page.matchAll(/`deck (file [^`]* -s kong\.yaml [^`]*)`/g)].map(([, line]) => line)
    const file = newFile('kong.yaml', before)
    expect(commands).toHaveLength(2)
    for (const line of commands) {
      const argv = [...(line ?? '').matchAll(/'([^']*)'|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? '',
      )
      await deck(argv.map(word => (word === 'kong.yaml' ? file : word)))
    }
    expect(read(file)).toBe(after)
  })

  test('an alias that only one user changes is reported', async () => {
    const file = newFile('kong.yaml', 'services:\n- name: a\n  tags: &t [x]\n- name: b\n  tags: *t\n')
    const argv = ['file', 'add-tags', '-i', '-s', file, '--selector', '$.services[1]', 'z']
    const { stderr } = await deck(argv)
    expect(read(file)).toContain('tags: [x, z]\n')
    expect(stderr).toContain(`${file}:5:9: warning: this value is a copy now in the place of an alias`)
  })
})

describe('files and folders', () => {
  const folderOf = (...names: string[]): string => {
    const folder = newFolder()
    for (const name of names) {
      mkdirSync(join(folder, name, '..'), { recursive: true })
      writeFileSync(join(folder, name), kong)
    }
    return folder
  }

  test('each file is edited by itself, at any depth; others are left alone', async () => {
    const folder = folderOf('a.yaml', 'deep/b.yml', 'notes.txt')
    writeFileSync(join(folder, 'empty.yaml'), '# nothing\n')
    const one = newFile('one.yaml', kong)
    const { stderr } = await deck(['file', 'remove-tags', '-i', '-s', folder, '-s', one, '-s', one, 'a'])
    const changed = kong.replace(`["a", 'b']`, `['b']`)
    for (const file of [join(folder, 'a.yaml'), join(folder, 'deep/b.yml'), one]) {
      expect(read(file)).toBe(changed)
      expect(stderr.split(`edited ${file}\n`)).toHaveLength(2)
    }
    expect(read(join(folder, 'notes.txt'))).toBe(kong)
    expect(read(join(folder, 'empty.yaml'))).toBe('# nothing\n')
  })

  test('a mistake in one file leaves all as they are, and all mistakes are reported', async () => {
    const folder = folderOf('a.yaml')
    writeFileSync(join(folder, 'b.yaml'), 'services: [{tags: [1]}]\n')
    writeFileSync(join(folder, 'c.yaml'), 'a: [\n')
    writeFileSync(join(folder, 'd.yaml'), 'a: 1\n---\nb: 2\n')
    const { code, stderr } = await deck(['file', 'add-tags', '-i', '-s', folder, 'x'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/b\.yaml:1:.*error: tags: a tag is a text, this is a number/)
    expect(stderr).toMatch(/c\.yaml:.*error/)
    expect(stderr).toMatch(/c\.yaml:2:[\s\S]*d\.yaml:3:1: error: a second YAML document/)
    expect(read(join(folder, 'a.yaml'))).toBe(kong)
  })

  test('mode and symbolic links stay, and where nothing changes nothing is written', async () => {
    const folder = folderOf('real.yaml')
    const [real, link] = [join(folder, 'real.yaml'), join(folder, 'link.yaml')]
    chmodSync(real, 0o640)
    symlinkSync('real.yaml', link)
    await deck(['file', 'add-tags', '-i', '-s', link, 'x'])
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(statSync(real).mode & 0o777).toBe(0o640)
    expect(read(real)).toContain(`["a", 'b', x]`)
    const { ino, mtimeNs } = statSync(real, { bigint: true })
    const { stderr } = await deck(['file', 'add-tags', '-i', '-s', folder, 'x'])
    expect(stderr).toBe('nothing to change\n')
    expect(statSync(real, { bigint: true })).toMatchObject({ ino, mtimeNs })
    expect(readdirSync(folder)).toHaveLength(2)
  })

  test('a read-only file is refused before any other is written', async () => {
    const folder = folderOf('a.yaml', 'b.yaml')
    chmodSync(join(folder, 'b.yaml'), 0o444)
    const { code, stderr } = await deck(['file', 'add-tags', '-i', '-s', folder, 'x'])
    expect(code).toBe(1)
    expect(stderr).toContain('b.yaml: the file is read-only')
    for (const name of ['a.yaml', 'b.yaml']) expect(read(join(folder, name))).toBe(kong)
  })

  test('convert names the file of each note', async () => {
    const folder = folderOf('a.yaml', 'b.yaml')
    const argv = ['file', 'convert', '-i', '--from', '2.8', '--to', '3.4', '--input-file', folder]
    const { stderr } = await deck(argv)
    expect(stderr).toContain(`${join(folder, 'b.yaml')}: the _format_version field has been migrated`)
    expect(stderr.match(/Look the changes over/g)).toHaveLength(1)
  })

  test('namespace: some of many files may have no routes, not all of them', async () => {
    const folder = folderOf('a.yaml')
    writeFileSync(join(folder, 'b.yaml'), 'upstreams: [{name: u}]\n')
    expect((await deck(['file', 'namespace', '-i', '-s', folder, '-p', '/x'])).code).toBe(0)
    copyFileSync(join(folder, 'b.yaml'), join(folder, 'a.yaml'))
    const { code, stderr } = await deck(['file', 'namespace', '-i', '-s', folder, '-p', '/x'])
    expect(code).toBe(1)
    expect(stderr).toContain('no routes matched the selectors')
  })

  test.each<[string, string[]]>([
    ['--in-place edits files, not standard input', ['add-tags', '-i', 'x']],
    ['--in-place edits files, not standard input', ['convert', '-i', '--from', '2.8', '--to', '3.4']],
    [
      '--in-place and --output-file exclude one another',
      ['add-tags', '-i', '-s', guide, '-o', 'kong.yaml', 'x'],
    ],
    [`${JSON.stringify(guide)} is a file, not a tag`, ['add-tags', '-i', '-s', guide, guide]],
    ['unknown flag: --in-place', ['list-tags', '--in-place', '-s', guide]],
    ['no such file or directory', ['add-tags', '-i', '-s', 'nowhere.yaml', 'x']],
  ])('%s: %j', async (reason, argv) => {
    const { code, stdout, stderr } = await deck(['file', ...argv])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(reason)
  })
})

describe('selectors that match nothing', () => {
  const patches = newFile(
    'patch.yaml',
    `patches:
- selectors: ["$.services[?@.name=='shp']", "$..name"]
  values: {retries: 3}
- selectors:
  - $.services[*]
  values: {retries: 4}
- values: [x]
`,
  )

  test('of a patch file are reported with their places; the others are applied', async () => {
    const { code, stdout, stderr } = await deck(['file', 'patch', patches], { stdin: kong })
    expect(code).toBe(0)
    expect(parse(stdout).services[0].retries).toBe(4)
    expect(stderr).toContain(
      `${patches}:2:15: warning: selector '$.services[?@.name=='shp']' matches nothing\n`,
    )
    expect(stderr).toContain(
      `${patches}:2:45: warning: selector '$..name' matches 3 values, none of which is a mapping\n`,
    )
    expect(stderr).toContain(`${patches}:7:3: warning: selector '$' matches one value, which is not a list\n`)
  })

  test('fail with --strict, all of them at once, and nothing is printed or written', async () => {
    const file = newFile('kong.yaml', kong)
    for (const flags of [
      ['-s', file],
      ['-i', '-s', file],
      ['-s', file, '-o', file],
    ]) {
      const { code, stdout, stderr } = await deck(['file', 'patch', '--strict', ...flags, patches])
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr.match(/error: selector/g)).toHaveLength(3)
    }
    expect(read(file)).toBe(kong)
  })

  test.each<string[][]>([
    [['add-tags', '--selector', '$.nope', 'x']],
    [['remove-tags', '--selector', '$.nope', 'x']],
    [['list-tags', '--selector', '$.nope']],
    [['add-plugins', '--selector', '$.nope', '--config', '{"name":"cors"}']],
    [['patch', '--selector', '$.nope', '--value', 'a:1']],
    [['namespace', '--selector', '$.nope', '--selector', '$..routes[*]', '-p', '/x']],
  ])('of flags: %j', async argv => {
    const plain = await deck(['file', ...argv], { stdin: kong })
    expect(plain).toMatchObject({ code: 0, stderr: "warning: selector '$.nope' matches nothing\n" })
    const strict = await deck(['file', ...argv, '--strict'], { stdin: kong })
    expect(strict).toMatchObject({ code: 1, stdout: '' })
    expect(strict.stderr).toContain("error: selector '$.nope' matches nothing\n")
  })

  test('a selector must match in one of several files', async () => {
    const [one, other] = [newFile('one.yaml', kong), newFile('other.yaml', 'upstreams: [{name: u}]\n')]
    const argv = [
      'file',
      'add-tags',
      '-i',
      '--strict',
      '-s',
      one,
      '-s',
      other,
      '--selector',
      '$.upstreams[*]',
      'x',
    ]
    expect(await deck(argv)).toMatchObject({ code: 0, stderr: `edited ${other}\n` })
    const none = await deck([...argv, '--selector', '$.vaults[*]'])
    expect(none.stderr).toContain("error: selector '$.vaults[*]' matches nothing")
  })

  test('files without patches or plugins are reported as well', async () => {
    const empty = newFile('none.yaml', 'services: []\n')
    for (const [name, list] of [
      ['patch', 'patches'],
      ['add-plugins', 'add-plugins'],
    ] as const) {
      const { code, stderr } = await deck(['file', name, empty], { stdin: kong })
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringContaining(`${empty}:1:1: warning: no ${list} in this file`),
      })
      expect((await deck(['file', name, '--strict', empty], { stdin: kong })).code).toBe(1)
    }
  })
})
