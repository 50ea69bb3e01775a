/** How paths are read, joined and sent. */
import { describe, expect, it } from 'vitest'
import {
  escapePath,
  headerPath,
  normalisePath,
  readPath,
  upstreamPath,
} from '../../src/gateway/exchange/paths.ts'

describe('reading a path', () => {
  it.each([
    ['/', '/'],
    ['/a//b', '/a/b'],
    ['/a/./b/../c', '/a/c'],
    ['/../../a', '/a'],
    ['/a/..', '/'],
    ['/a/.', '/a/'],
    ['/%41%7e', '/A~'],
    ['/a%20b', '/a b'],
    ['/%2f%3f', '/%2F%3F'],
    ['/%2e%2e/a', '/a'],
    ['/%C3%A4', '/\u00c3\u00a4'],
  ])('%s is %s', (raw, read) => {
    expect(normalisePath(raw)).toBe(read)
  })

  it('a route says what requests say', () => {
    expect(readPath('/ä b')).toBe(normalisePath('/%C3%A4%20b'))
  })

  it('what was unescaped is escaped again when it is sent', () => {
    expect(escapePath(normalisePath('/%C3%A4%20b/%2F'))).toBe('/%C3%A4%20b/%2F')
  })

  it('no path ends a header line', () => {
    expect(headerPath('/a\r\nX: 1')).toBe('/a%0D%0AX: 1')
  })
})

const v0 = { strip_path: true, path_handling: 'v0' } as const
const v1 = { strip_path: true, path_handling: 'v1' } as const

describe('what the upstream is asked for', () => {
  it.each([
    ['/r', '/r', v0, null, '/'],
    ['/r/x', '/r', v0, '/s', '/s/x'],
    ['/rx', '/r', v0, '/s', '/s/x'],
    ['/rx', '/r', v1, '/s', '/sx'],
    ['/r/x', '/r', v1, '/s/', '/s/x'],
    ['/r/', '/r', v0, '/s', '/s/'],
    ['/r', '/r', v0, '/s/', '/s'],
    ['/r', '/r', { ...v0, strip_path: false }, '/s', '/s/r'],
    ['/r', '/r', { ...v1, strip_path: false }, '/s', '/sr'],
    // A route that has no path.
    ['/', '', v0, '/s', '/s'],
    ['/r/', '', v0, '/s', '/s/r/'],
    ['/r', '', v1, '/s', '/sr'],
    // Nothing behind the prefix leads upwards.
    ['/r./x', '/r', v0, '/s', '/s/x'],
    ['/r../x', '/r', v1, '/s', '/sx'],
    ['/r..', '/r', v0, '/s', '/s'],
    ['/r../x', '/r', { ...v0, strip_path: false }, '/s', '/s/r../x'],
  ] as const)('%s matched by %s, %o, behind %s: %s', (path, matched, route, base, expected) => {
    expect(upstreamPath(path, matched, route, base)).toBe(expected)
  })
})
