import { describe, expect, it } from 'vitest'
import { pcre } from '../../src/entities/text/pcre.ts'

describe('PCRE patterns', () => {
  it.each([
    ['(?i)/a', '/A'],
    ['/(?P<id>\\d+)', '/12'],
    ['/(?>a|ab)c', '/ac'],
    ['/a++b', '/aaab'],
    ['^/[[:alpha:]]+$', '/abc'],
    ['\\A/\\Qa.b\\E\\z', '/a.b'],
    ['/a\\+b', '/a+b'],
    ['/(?<x>a)(?P=x)', '/aa'],
    ['^[]a]+$', ']a'],
    ['^[^]a]$', 'b'],
    ['^[[]$', '['],
    ['^\\[]$', '[]'],
  ])('%s matches %s', (pattern, text) => {
    expect(pcre(pattern).test(text)).toBe(true)
  })

  it.each(['(', '[a', '[]', '[^]', 'a{2,1}', '*a'])('%s is none', pattern => {
    expect(() => pcre(pattern)).toThrow(SyntaxError)
  })
})
