/** What docs/architecture.md promises of the tree, held against the files themselves. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands } from '../src/commands.ts'
import { everyKind } from '../src/entities/enterprise.ts'
import { running } from '../src/gateway/plugins/handlers.ts'

const root = resolve(import.meta.dirname, '..')
const src = join(root, 'src')

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.tsx?$/.test(name))
  .map(name => ({ name, text: readFileSync(join(src, name), 'utf8') }))

/**
 * The modules that a file imports, also those it loads later: `./x.ts` as a path below src, others as they
 * are.
 */
function importsOf({ name, text }: (typeof files)[number]): string[] {
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)
  return [...found].map(([, to = '']) =>
    to.startsWith('.') ? relative(src, resolve(src, dirname(name), to)) : to,
  )
}

const roomOf = (name: string): string => (name.includes('/') ? (name.split('/')[0] ?? '') : name)

/** Which rooms a room may look into, besides itself. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  entities: [],
  state: ['entities', 'errors.ts'],
  file: ['state', 'entities', 'errors.ts'],
  transform: ['file', 'entities', 'errors.ts'],
  'admin-client': ['state', 'entities', 'errors.ts'],
  plan: ['admin-client', 'state', 'entities', 'errors.ts'],
  report: ['plan', 'state', 'entities', 'errors.ts'],
  journal: ['report', 'plan', 'state', 'entities', 'errors.ts'],
  gateway: ['entities', 'errors.ts', 'listen.ts'],
  'route-check': ['gateway', 'entities', 'errors.ts'],
  recommended: ['route-check', 'state', 'entities', 'errors.ts'],
  recipes: [
    ...[
      'route-check',
      'recommended',
      'file',
      'journal',
      'plan',
      'report',
      'admin-client',
      'state',
      'entities',
    ],
    'errors.ts',
  ],
  'file-test': [
    ...['gateway', 'route-check', 'recipes', 'file', 'report', 'admin-client', 'entities'],
    'errors.ts',
  ],
  cli: [
    ...[
      'recipes',
      'recommended',
      'file',
      'transform',
      'journal',
      'plan',
      'report',
      'admin-client',
      'state',
      'entities',
    ],
    'errors.ts',
  ],
  manager: ['recipes', 'file', 'admin-client', 'state', 'entities', 'errors.ts', 'listen.ts'],
  library: ['recipes', 'file', 'plan', 'report', 'admin-client', 'entities', 'errors.ts'],
  commands: ['cli', 'errors.ts'],
  'errors.ts': [],
  'listen.ts': [],
  'commands.ts': ['commands'],
  'main.ts': ['cli', 'commands.ts'],
}

/** The commands that start the gateway and the Manager may name them; so may what reads their flags. */
const starters: Readonly<Record<string, readonly string[]>> = {
  'commands/serve.ts': ['gateway', 'manager', 'recipes', 'entities'],
  'commands/file/test.ts': ['gateway', 'file-test', 'report', 'entities'],
  'commands/manager.ts': ['manager', 'recipes'],
  'cli/serve-options.ts': ['gateway', 'entities'],
  'library/gateway.ts': ['gateway', 'manager'],
}

describe('rooms', () => {
  it.each(files.map(file => [file.name, file] as const))('%s looks only where it may', (name, file) => {
    const own = roomOf(name)
    const may = new Set([own, ...(arrows[own] ?? []), ...(starters[name] ?? [])])
    const rooms = importsOf(file)
      .filter(to => files.some(one => one.name === to))
      .map(roomOf)
    expect(rooms.filter(room => !may.has(room))).toEqual([])
  })

  it('each arrow is used', () => {
    const used = new Set(
      files.flatMap(file => importsOf(file).map(to => `${roomOf(file.name)} → ${roomOf(to)}`)),
    )
    const drawn = Object.entries(arrows).flatMap(([from, rooms]) => rooms.map(to => `${from} → ${to}`))
    expect(drawn.filter(arrow => !used.has(arrow))).toEqual([])
  })

  /** Within the gateway: the rooms that the proxy joins, and the Admin API's. */
  it.each([
    ['exchange', ['data-plane.ts', 'sharing.ts']],
    ['router', ['exchange', 'layered-map.ts']],
    ['upstream', ['exchange', 'balancer', 'dns', 'tls']],
    ['listener', ['exchange', 'tls']],
    ['plugins', ['exchange', 'data-plane.ts', 'sharing.ts']],
    ['balancer', ['data-plane.ts', 'dns', 'health']],
    ['dns', ['balancer']],
    ['health', ['balancer', 'dns', 'tls']],
    ['tls', []],
    ['store', ['data-plane.ts', 'layered-map.ts']],
    ['declarative', ['exchange', 'store']],
    ['admin-api', ['data-plane.ts', 'declarative', 'exchange', 'listener', 'store']],
  ])('gateway/%s looks only where it may', (room, may) => {
    const own = files.filter(({ name }) => name.startsWith(`gateway/${room}/`))
    const looked = own.flatMap(importsOf).filter(to => to.startsWith('gateway/'))
    const rooms = new Set(looked.map(to => roomOf(to.slice('gateway/'.length))))
    expect([...rooms].filter(to => to !== room && !may.includes(to))).toEqual([])
  })

  it('the page knows the Manager by HTTP alone, and the Manager knows no gateway', () => {
    const page = files.filter(({ name }) => name.startsWith('manager/page/'))
    expect(page.length).toBeGreaterThan(0)
    const outside = page.flatMap(file => importsOf(file).filter(to => files.some(one => one.name === to)))
    expect(outside.filter(to => !to.startsWith('manager/page/'))).toEqual([])
  })

  it('each has its line in docs/architecture.md, and no other does', () => {
    const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
    const folders = readdirSync(src, { withFileTypes: true }).filter(entry => entry.isDirectory())
    for (const { name } of folders) expect(page).toContain(`\n  ${name}/`)
    const below = readdirSync(join(src, 'gateway'), { withFileTypes: true }).filter(entry =>
      entry.isDirectory(),
    )
    for (const { name } of below) expect(page).toContain(`\n    ${name}/`)
    const banned = ['utils', 'common', 'helpers', 'core', 'lib', 'shared']
    const all = readdirSync(src, { recursive: true, withFileTypes: true }).filter(entry =>
      entry.isDirectory(),
    )
    expect(all.map(entry => entry.name).filter(name => banned.includes(name))).toEqual([])
  })
})

/** The modules whose values a file needs when it is loaded: neither types nor what it loads later. */
function valueImportsOf({ name, text }: (typeof files)[number]): string[] {
  const found = text.matchAll(
    /^(?:import|export) (?!type )([^'\n]*?(?:\{[^}]*\})?[^'\n]*?)from '(\.[^']+)'/gm,
  )
  return [...found]
    .filter(([, names = '']) => !/^\{(\s*type \w+( as \w+)?,?)+\s*\}\s*$/.test(names))
    .map(([, , to = '']) => relative(src, resolve(src, dirname(name), to)))
}

describe('circles', () => {
  /** An editor of a list has editors of its elements: the one honest recursion. */
  const allowed = ['manager/page/form/field.tsx', 'manager/page/form/lists.tsx']

  it('no file needs itself through the values that it imports', () => {
    const graph = new Map(files.map(file => [file.name, valueImportsOf(file)]))
    const circles: string[] = []
    const done = new Set<string>()
    const visit = (name: string, path: readonly string[]): void => {
      if (path.includes(name)) circles.push([...path.slice(path.indexOf(name)), name].join(' → '))
      if (done.has(name)) return
      done.add(name)
      for (const next of graph.get(name) ?? []) visit(next, [...path, name])
    }
    for (const name of graph.keys()) visit(name, [])
    expect([...graph.values()].flat().length).toBeGreaterThan(1000)
    expect(circles.filter(circle => !allowed.every(name => circle.includes(name)))).toEqual([])
  })
})

describe('the interfaces of docs/architecture.md', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const [, seams = ''] = /## Interfaces between folders\n\n```ts\n(.*?)```/s.exec(page) ?? []
  const named = [...seams.matchAll(/^(?:interface )?(\w+)(?:\(| \{)/gm)].map(([, name = '']) => name)

  it('are what the code exports', () => {
    expect(named.length).toBeGreaterThan(30)
    const isExported = (name: string): boolean =>
      files.some(({ text }) =>
        new RegExp(`^export (?:async )?(?:function\\*? |const |interface |type )${name}\\b`, 'm').test(text),
      )
    expect(named.filter(name => !isExported(name))).toEqual([])
  })
})

describe('libraries have one place each', () => {
  it.each([
    ['axios', 'admin-client/'],
    ['chalk', 'report/'],
    ['deep-diff', 'plan/compare.ts'],
    ['lmdb', 'gateway/store/'],
    ['@fastify/busboy', 'gateway/admin-api/'],
    ['js-yaml', 'file/yaml/'],
    ['undici', 'gateway/upstream/'],
    ['dns-packet', 'gateway/dns/'],
    ['rregex', 'entities/regex/'],
    ['vue', 'manager/page/'],
    ['vue-router', 'manager/page/'],
  ])('%s in %s', (library, place) => {
    const users = files.filter(file => importsOf(file).includes(library)).map(file => file.name)
    expect(users.filter(name => !name.startsWith(place))).toEqual([])
  })

  it('yaml in file/yaml/, and where the gateway reads the declarative format as Kong does', () => {
    const users = files.filter(file => importsOf(file).includes('yaml')).map(file => file.name)
    const places = ['file/yaml/', 'gateway/declarative/yaml.ts']
    expect(users.filter(name => !places.some(place => name.startsWith(place)))).toEqual([])
  })
})

describe('habits', () => {
  it.each(files.map(file => [file.name, file.text] as const))('%s', (name, text) => {
    expect(text.split('\n').length, 'lines').toBeLessThanOrEqual(301)
    expect(text, 'process.exit belongs in bin/').not.toMatch(/process\.exit\(/)
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    expect(code, 'any').not.toMatch(/: any\b|as any\b|@ts-ignore|@ts-expect-error/)
    // A plugin's own settings (`limit_by: service`) are words of that plugin.
    // So are the words of Lua's syntax trees (`kind: 'name'`) of Lua.
    const may = [
      'entities/kinds/',
      'entities/plugins/',
      'entities/text/lua/',
      'gateway/admin-api/custom/',
      'gateway/plugins/',
    ]
    if (!may.some(place => name.startsWith(place))) {
      expect(code, 'a stage that knows kinds').not.toMatch(
        /\bkind === '|case '(service|route|upstream|target|consumer|plugin)'/,
      )
    }
  })
})

/** Words whose meaning a reader must guess, by /CONTRIBUTING.md: name the thing instead. */
const vagueWords =
  /\b(?:told|somebody|nobody|everybody|whoever|anew|by now|can not|that is none|that are none)\b/i

describe('words', () => {
  const commentsOf = (text: string): string[] =>
    text.split('\n').filter(line => /^\s*(?:\/\*\*|\*|\/\/)/.test(line))

  it.each(files.map(file => [file.name, file.text] as const))('%s', (_name, text) => {
    for (const line of commentsOf(text)) {
      expect(line).not.toMatch(vagueWords)
      expect(line.length, line).toBeLessThanOrEqual(112)
    }
  })

  const isTitle = (line: string): boolean => /^\s*(?:it|test|describe)\b.*['"`]|^\s*\]\S*\)\('/.test(line)
  const testFiles = ['unit', 'gateway', 'conformance', 'manager', 'cli', 'support', 'campaign'].flatMap(
    folder =>
      readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts'))
        .map(name => join(folder, name)),
  )
  it.each(testFiles)('comments and titles of test/%s', name => {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8')
    const titles = text.split('\n').filter(isTitle)
    expect([...commentsOf(text), ...titles].filter(line => vagueWords.test(line))).toEqual([])
    expect(commentsOf(text).filter(line => line.length > 112)).toEqual([])
  })

  const pages = ['docs', 'docs/decisions'].flatMap(folder =>
    readdirSync(join(root, folder))
      .filter(name => name.endsWith('.md') && name !== 'library.api.md')
      .map(name => join(folder, name)),
  )
  it.each([...pages, 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'])('%s', page => {
    const prose = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '')
    expect(prose.split('\n').filter(line => vagueWords.test(line))).toEqual([])
  })
})

describe('tests', () => {
  const tests = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => ({ name, text: readFileSync(join(import.meta.dirname, name), 'utf8') }))
  const users = (pattern: RegExp) => tests.filter(({ text }) => pattern.test(text)).map(({ name }) => name)

  it('that run the built program are where it is built before them', () => {
    const found = users(/from '.*\/(binary|browser)\.ts'/)
    expect(found.filter(name => !/^(cli|manager|conformance|support|campaign)\//.test(name))).toEqual([])
  })

  it('start programs by support/processes.ts, so that none outlives them', () => {
    const found = users(/import [^;]*\b(spawn|fork|exec|execFile)\b[^;]*from 'node:child_process'/)
    // The host of recorded commands ends with its channel.
    expect(found.sort()).toEqual(['support/deck-host.ts', 'support/processes.ts'])
  })
})

describe('lists', () => {
  it('every kind is registered', () => {
    const kinds = readdirSync(join(src, 'entities/kinds'))
    expect(everyKind.length).toBe(kinds.length)
  })

  /**
   * Each has its reason: keys of `_info`, what a request meets, what decK's flags leave alone, what an entity
   * is in another format, arrays that belong to no kind.
   */
  const mayNameSets = [
    'file/json-schema/state-file-schema.ts',
    'gateway/proxy/snapshot.ts',
    'state/select.ts',
    'transform/kubernetes/manifests.ts',
    'transform/owners.ts',
    'transform/terraform/resources.ts',
  ]

  it('there is no second list of kinds', () => {
    const sets = everyKind.map(({ schema }) => schema)
    const namesMany = ({ text }: { readonly text: string }): boolean => {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      return sets.filter(set => new RegExp(`'${set}'|(?<![\\w.'-])${set}:`).test(code)).length >= 7
    }
    const found = files.filter(file => !file.name.startsWith('entities/') && namesMany(file))
    expect(found.map(({ name }) => name).sort()).toEqual(mayNameSets)
  })

  it("every handler stands in a file with its plugin's name", () => {
    const names = readdirSync(join(src, 'gateway/plugins'), { withFileTypes: true })
      .filter(entry => entry.isFile() && entry.name !== 'handlers.ts')
      .map(({ name }) => name.replace(/\.ts$/, ''))
    expect([...running].sort()).toEqual(names.sort())
  })

  it('every command file has its line', () => {
    const ids = readdirSync(join(src, 'commands'), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => name.replace(/\.ts$/, '').replaceAll('/', ':'))
    expect(Object.keys(commands).sort()).toEqual(ids.sort())
  })
})
