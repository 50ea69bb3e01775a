import { describe, expect, it } from 'vitest'
import { luaPattern } from '../../src/entities/text/lua-pattern.ts'

describe('Lua patterns', () => {
  it.each([
    ['^%u+$', 'GET', true],
    ['^%u+$', 'get', false],
    ['^[0-9]+-[0-9]+$', '200-299', true],
    ['^[0-9]+-[0-9]+$', '200', false],
    ['^[a-z][a-z%d-]-[a-z%d]+$', 'my-vault1', true],
    ['^[a-z][a-z%d-]-[a-z%d]+$', '1vault', false],
    ['^%*%.', '*.example.com', true],
    ['%.%*$', 'example.*', true],
    ['^[^*]*$', 'a*b', false],
    ['//', '/a//b', true],
    ['^[Hh][Oo][Ss][Tt]$', 'hOsT', true],
    ['^[^:]+:.*$', 'name:value', true],
    ['^[%a_-][%a%d_-]*$', 'A_1', true],
  ])('%s on %s: %s', (pattern, text, matches) => {
    expect(luaPattern(pattern).test(text)).toBe(matches)
  })
})
