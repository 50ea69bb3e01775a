/** Files that are edited in place: what is concerned changes, all other bytes stay. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { substitute } from '../../src/file/environment.ts'
import { nameOf } from '../../src/file/yaml/edit/align.ts'
import { editText } from '../../src/file/yaml/edit/edit.ts'
import { contentEnd, dashesOf, isFlow, pairEnd } from '../../src/file/yaml/edit/extent.ts'
import { trackedCopy } from '../../src/file/yaml/edit/tracked-copy.ts'
import { parseDocument, treeToEdit } from '../../src/file/yaml/parse.ts'
import { isEmpty, type Node } from '../../src/file/yaml/tree.ts'
import { type Change, changes, documents } from '../support/random-documents.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test reaches into content whose shape it has just written
type Anything = any

const contentOf = (name: string, text: string) => {
  const { document, diagnostics } = parseDocument({ name, text }, { mode: 'skip' })
  if (document === undefined) throw new Error(`${JSON.stringify(diagnostics)}\n${text}`)
  return document.content
}

function edited(text: string, change: (content: Anything) => void, name = 'kong.yaml') {
  const before = contentOf(name, text)
  const { copy, originals } = trackedCopy(before)
  change(copy)
  return { ...editText({ name, text }, before, copy, originals), after: copy }
}

describe('block mappings', () => {
  const file = `# our gateway
_format_version: "3.0"

services:
  # the shop
  - name: shop   # do not rename
    url: 'http://shop.example'
    routes:
      - name: all
        paths: ["/shop", '/store']

        # deeper
  - name: second
`

  test('a changed value keeps its quotes, its comment and its line', () => {
    const { text } = edited(file, content => {
      content.services[0].name = 'store'
      content.services[0].url = 'http://it’s.example'
      content.services[0].routes[0].paths[1] = '/x'
    })
    expect(text).toBe(
      file
        .replace('name: shop ', 'name: store ')
        .replace("'http://shop.example'", "'http://it’s.example'")
        .replace("'/store'", "'/x'"),
    )
  })

  test('a new single value stands before what is nested, a new list of mappings at the end', () => {
    const { text } = edited(file, content => {
      content.services[0].tags = ['a', 'b']
      content.services[0].plugins = [{ name: 'cors', config: { origins: ['*'] } }]
      content.services[1].retries = 3
    })
    expect(text).toBe(
      file
        .replace("shop.example'\n", "shop.example'\n    tags: [a, b]\n")
        .replace(
          '# deeper\n',
          "# deeper\n    plugins:\n      - name: cors\n        config:\n          origins: ['*']\n",
        )
        .replace('second\n', 'second\n    retries: 3\n'),
    )
  })

  test('a removed pair takes its line along, no other', () => {
    const { text } = edited(file, content => {
      delete content.services[0].url
      delete content.services[0].name
    })
    expect(text).toBe(file.replace("name: shop   # do not rename\n    url: 'http://shop.example'\n    ", ''))
  })

  test('a renamed field stays where it is', () => {
    const { text } = edited('config:\n  # who\n  whitelist: [a, b]   # these\n  z: 1\n', content => {
      const { whitelist } = content.config
      delete content.config.whitelist
      content.config.allow = whitelist
    })
    expect(text).toBe('config:\n  # who\n  allow: [a, b]   # these\n  z: 1\n')
  })

  test('a sorted file stays sorted', () => {
    const { text } = edited('a: 1\nc: 2\nd:\n- b: 1\n', content => {
      content.b = 5
      content.e = [1]
    })
    expect(text).toBe('a: 1\nb: 5\nc: 2\nd:\n- b: 1\ne:\n- 1\n')
  })

  test('CRLF, a byte order mark and no line break at the end stay', () => {
    const { text } = edited('\ufeffa: 1 # one\r\nb:\r\n- x\r\n- y', content => {
      content.b.push('z')
      content.c = 'two\nlines\n'
      content.d = 1
    })
    expect(text).toBe('\ufeffa: 1 # one\r\nb:\r\n- x\r\n- y\r\n- z\r\nc: |\r\n  two\r\n  lines\r\nd: 1')
  })

  test('an empty value, null and empty collections are filled', () => {
    const { text } = edited('a:\nb: null # n\nc: [] # c\nd: {}\ne:\n', content => {
      content.a = { x: 1 }
      content.b = 'text'
      content.c = ['x']
      content.d = { u: { z: [] } }
      content.e = 5
    })
    expect(text).toBe('a:\n  x: 1\nb: text # n\nc: [x] # c\nd:\n  u:\n    z: []\ne: 5\n')
  })

  test('a collection whose last part goes is empty, a value may become another', () => {
    const { text } = edited(
      'a:\n  x: 1 # gone\nb: # below\n  - 1\n  - 2\nc: |\n  text\n\nd: 4\n',
      content => {
        content.a = {}
        content.b = 'x'
        content.c = { u: 1 }
      },
    )
    expect(text).toBe('a: {} # gone\nb: x # below\nc:\n  u: 1\n\nd: 4\n')
  })
})

describe('flow collections and JSON', () => {
  test.each([
    ['tags: [a, b]\n', 'tags: [a, b, c]\n'],
    ['tags: ["a", "b",] # two\n', 'tags: ["a", "b", "c",] # two\n'],
    ['tags: [\n  a, # first\n  b # second\n]\n', 'tags: [\n  a, # first\n  b, # second\n  c\n]\n'],
    ['tags: [\n  a,\n  b,\n]\n', 'tags: [\n  a,\n  b,\n  c,\n]\n'],
    ['{"tags":["a","b"]}', '{"tags":["a","b","c"]}'],
    ['{\n\t"tags": [\n\t\t"a",\n\t\t"b"\n\t]\n}\n', '{\n\t"tags": [\n\t\t"a",\n\t\t"b",\n\t\t"c"\n\t]\n}\n'],
  ])('an item is added to %j', (before, after) => {
    expect(edited(before, content => content.tags.push('c')).text).toBe(after)
  })

  test.each([
    ['tags: [a, b, c]\n', ['a'], 'tags: [b, c]\n'],
    ['tags: [a, b, c]\n', ['c', 'b'], 'tags: [a]\n'],
    ['tags: [a, b, c,]\n', ['c'], 'tags: [a, b,]\n'],
    ['tags: [a, b]\n', ['a', 'b'], 'tags: []\n'],
    ['tags: [\n  a, # first\n  # about b\n  b,\n  c\n]\n', ['a', 'c'], 'tags: [\n  # about b\n  b\n]\n'],
  ])('of %j %j are removed', (before, gone, after) => {
    const { text } = edited(before, content => {
      content.tags = content.tags.filter((tag: string) => !gone.includes(tag))
    })
    expect(text).toBe(after)
  })

  test('pairs of flow mappings', () => {
    const { text } = edited('a: { x: 1, y: 2 }\nb: {x: 1}\nc: {k: , l}\n', content => {
      delete content.a.x
      content.a.z = 'p,q'
      content.b.w = { v: [1] }
      content.c.k = 1
      content.c.l = 2
    })
    expect(text).toBe('a: { z: "p,q", y: 2 }\nb: {x: 1, w: { v: [1] }}\nc: {k: 1, l: 2}\n')
  })

  test('JSON over several lines gets new lines', () => {
    const { text } = edited(
      '{\n    "services": [\n        {\n            "name": "a"\n        }\n    ]\n}\n',
      content => {
        content.services[0].tags = ['x']
        content.services.push({ name: 'b' })
      },
      'kong.json',
    )
    expect(text).toBe(
      `${JSON.stringify({ services: [{ name: 'a', tags: ['x'] }, { name: 'b' }] }, null, 4)}\n`,
    )
  })
})

describe('anchors, aliases and merge keys', () => {
  const file = `base: &base
  retries: 1
  host: h
a:
  <<: *base
  name: a
b:
  <<: *base
  host: other
tags: &t [x]
c: *t # as above
d: *t
`

  test('what all users change is changed once', () => {
    const { text, copied } = edited(file, content => {
      for (const name of ['tags', 'c', 'd']) content[name] = ['x', 'z']
      for (const name of ['base', 'a', 'b']) content[name].retries = 2
    })
    expect(text).toBe(file.replace('retries: 1', 'retries: 2').replace('[x]', '[x, z]'))
    expect(copied).toEqual([])
  })

  test('what one user changes becomes a copy there, and the others stay', () => {
    const { text, copied } = edited(file, content => {
      content.c = ['x', 'z']
      content.a.retries = 5
    })
    expect(text).toBe(file.replace('name: a', 'name: a\n  retries: 5').replace('c: *t', 'c: [x, z]'))
    expect(copied).toEqual([['c']])
  })

  test('a key that a merge would bring in cannot be missing: the merge becomes its values', () => {
    const { text, copied } = edited(file, content => {
      delete content.b.retries
      delete content.a.host
    })
    expect(text).toBe(
      file
        .replace('  <<: *base\n  name: a\n', '  name: a\n  retries: 1\n')
        .replace('  <<: *base\n  host', '  host'),
    )
    expect(copied).toEqual([
      ['a', '<<'],
      ['b', '<<'],
    ])
  })

  test('where the anchor goes, its users get what it stood for', () => {
    const { text, copied } = edited(file, content => {
      delete content.tags
      content.base = 1
    })
    expect(contentOf('x.yaml', text)).toEqual({
      base: 1,
      a: { retries: 1, host: 'h', name: 'a' },
      b: { retries: 1, host: 'other' },
      c: ['x'],
      d: ['x'],
    })
    expect(copied).toHaveLength(4)
  })
})

describe('expressions', () => {
  test('stay as they are written, also as keys', () => {
    const file =
      'host: "${{ env "DECK_HOST" }}"   # where\nport: ${{ env "DECK_PORT" | toInt }}\n${{ env "DECK_KEY" }}: [a]\n# ${{ env "DECK_NO" }}\n'
    const { text } = edited(file, content => {
      content['${{ env "DECK_KEY" }}'].push('b')
      content.zone = '/${{ env "DECK_ZONE" }}'
    })
    expect(text).toBe(file.replace('[a]\n', '[a, b]\nzone: /${{ env "DECK_ZONE" }}\n'))
  })
})

describe('any document', () => {
  it('stays the same bytes without a change', () => {
    fc.assert(
      fc.property(documents(), ({ text }) => {
        expect(edited(text, () => {}).text).toBe(text)
      }),
      { numRuns: 200 },
    )
  })

  it('says what it should after any changes', () => {
    fc.assert(
      fc.property(documents(), changes(), ({ text }, list) => {
        const { text: result, after } = edited(text, content => {
          for (const change of list) change.apply(content)
        })
        expect(contentOf('kong.yaml', result)).toEqual(after)
      }),
      { numRuns: 400 },
    )
  })

  it('keeps every line that a change is not about', () => {
    fc.assert(
      fc.property(documents({ aliases: false }), changes({ count: 1 }), ({ text }, [change]) => {
        const before = contentOf('kong.yaml', text)
        const { text: result, after } = edited(text, content => change?.apply(content))
        if (isDeepStrictEqual(before, after)) expect(result).toBe(text)
        else expectLinesKept(text, result, change as Change, before)
      }),
      { numRuns: 400 },
    )
  })
})

/**
 * All lines but those that the change is about are there, in their order. Empty lines below a block text that
 * would become a part of it may go.
 */
function expectLinesKept(text: string, result: string, change: Change, before: Anything): void {
  const concerned = concernedLines(text, change, before)
  const lines = withoutMark(result).split('\n')
  let at = 0
  for (const [index, line] of withoutMark(text)
    .replace(/\r?\n$/, '')
    .split('\n')
    .entries()) {
    if (concerned.has(index) || line.trim() === '') continue
    const next = lines.findIndex((one, from) => from >= at && one.trimEnd() === line.trimEnd())
    expect(next, `${JSON.stringify(line)} is missing in\n${result}\nwhich was\n${text}`).not.toBe(-1)
    at = next + 1
  }
}

const withoutMark = (text: string): string => text.replace(/^\ufeff/, '')

function concernedLines(text: string, change: Change, before: Anything): Set<number> {
  const plain = withoutMark(text)
  const root = treeToEdit(substitute(plain, {}, 'skip')) as Node
  const { path, key } = change.place(before)
  const lineOf = (at: number): number => plain.slice(0, at).split('\n').length - 1
  const linesOf = (from: number, to: number): number[] => {
    const [first, last] = [lineOf(from), lineOf(to)]
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  }
  const holder = nodeAt(root, path)
  const owner = path.length === 0 ? root : nodeAt(root, path.slice(0, -1))
  const ownerKey = owner.type === 'mapping' ? keyNode(owner, String(path.at(-1))) : undefined
  const whole = linesOf(ownerKey?.start ?? holder.start, contentEnd(holder, plain))
  const parts = holder.type === 'mapping' ? holder.pairs : holder.type === 'sequence' ? holder.items : []
  // A flow collection may change its commas; an empty one becomes another, or becomes one.
  if (isFlow(holder, plain) || parts.length < 2) return new Set(whole)
  if (['set', 'append', 'insert'].includes(change.action)) {
    if (holder.type === 'mapping' || change.action !== 'set') return new Set(firstLine(holder, plain, lineOf))
  }
  const stretches = partStretches(holder, plain)
  const index = holder.type === 'mapping' ? holder.pairs.findIndex(pair => nameOf(pair) === key) : Number(key)
  const [from, to] = stretches[index] ?? []
  if (from === undefined || to === undefined) return new Set()
  // What comes after the first of a list item moves up to its dash.
  const next = index === 0 ? linesOf(from, stretches[1]?.[0] ?? to) : []
  return new Set([...linesOf(from, to), ...next])
}

/** From where to where the parts of a block collection reach; an empty item is its dash. */
function partStretches(holder: Node, text: string): [from: number, to: number][] {
  if (holder.type === 'mapping') return holder.pairs.map(pair => [pair.key.start, pairEnd(pair, text)])
  if (holder.type !== 'sequence') return []
  const dashes = dashesOf(holder.items, holder.start, text)
  return holder.items.map((item, index) => {
    const dash = dashes[index] ?? 0
    return [dash, isEmpty(item) ? dash : contentEnd(item, text)]
  })
}

/** What a new first entry pushes away, where it begins behind a dash. */
const firstLine = (node: Node, text: string, lineOf: (at: number) => number): number[] =>
  text.slice(text.lastIndexOf('\n', node.start) + 1, node.start).trim() === '' ? [] : [lineOf(node.start)]

const keyNode = (node: Node, name: string): Node | undefined =>
  node.type === 'mapping' ? node.pairs.find(pair => nameOf(pair) === name)?.key : undefined

function nodeAt(root: Node, path: readonly (string | number)[]): Node {
  let node = root
  for (const step of path) {
    if (node.type === 'sequence') node = node.items[Number(step)] as Node
    else if (node.type === 'mapping')
      node = node.pairs.find(pair => nameOf(pair) === String(step))?.value as Node
  }
  return node
}
