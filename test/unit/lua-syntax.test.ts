/**
 * What is Lua and what is not, in the words of LuaJIT's parser, which Kong repeats (recorded: the first two).
 */
import { describe, expect, it } from 'vitest'
import { luaProblem } from '../../src/entities/text/lua/syntax.ts'

describe('Lua', () => {
  it.each([
    '',
    'return 1',
    ';;; return',
    'kong.response.exit(200, "x")',
    'local a, b = 1, ...; a.b["c"]:d{ x = 1, [2] = 3; 4 } "text" [[long]]',
    'function a.b:c(x, ...) return x, ... end',
    'for i = 1, 10, 2 do if i > 3 then break elseif i == 2 then else end end',
    'for k, v in pairs(t) do while true do repeat local x until x end end',
    '-- a comment\n--[==[ a long\n one ]] ]==] return "\\x41\\u{41}\\065\\z   \\n\\\n"',
    'return 0x1p4 + 1e-3 .. 2ULL ^ -#t == not nil and a or b',
    'goto done; ::done::',
    'for i = 1, 3 do goto continue ::continue:: end',
    'while x do if y then goto out end end ::out::',
    'return function() end',
    'return "\\255\\u{10FFFF}\\a\\\\"',
    'a\u00a0b = 1',
    '-- a comment\rx = 1',
  ])('%j', code => expect(luaProblem(code)).toBeUndefined())

  it.each([
    ['x(', `[string "x("]:1: unexpected symbol near '<eof>'`],
    ['return (', `[string "return ("]:1: unexpected symbol near '<eof>'`],
    ['x =', `[string "x ="]:1: unexpected symbol near '<eof>'`],
    ['x', `[string "x"]:1: '=' expected near '<eof>'`],
    ['(x)', `[string "(x)"]:1: syntax error near '<eof>'`],
    ['local 1', `[string "local 1"]:1: '<name>' expected near '1'`],
    ['if x', `[string "if x"]:1: 'then' expected near '<eof>'`],
    ['if x then', `[string "if x then"]:1: 'end' expected near '<eof>'`],
    ['if x then\n', `[string "if x then..."]:2: 'end' expected (to close 'if' at line 1) near '<eof>'`],
    ['end', `[string "end"]:1: '<eof>' expected near 'end'`],
    ['return 1 2', `[string "return 1 2"]:1: '<eof>' expected near '2'`],
    ['f(1, 2', `[string "f(1, 2"]:1: ')' expected near '<eof>'`],
    ['a:b', `[string "a:b"]:1: function arguments expected near '<eof>'`],
    ['x = "abc', `[string "x = "abc"]:1: unfinished string near '<eof>'`],
    ['x = "a\\tb\nc"', `[string "x = "a\\tb..."]:1: unfinished string near '"a\tb'`],
    ['x = "\\q"', `[string "x = "\\q""]:1: invalid escape sequence near '"'`],
    ['x = "a\\x4"', `[string "x = "a\\x4""]:1: invalid escape sequence near '"a'`],
    ['x = "\\256"', `[string "x = "\\256""]:1: invalid escape sequence near '"'`],
    ['x = "\\u{110000}"', `[string "x = "\\u{110000}""]:1: invalid escape sequence near '"'`],
    ['x = "\\u{d800}"', `[string "x = "\\u{d800}""]:1: invalid escape sequence near '"'`],
    ['local "a\\065"', `[string "local "a\\065""]:1: '<name>' expected near '"aA"'`],
    ['x = [==', `[string "x = [=="]:1: invalid long string delimiter near '[=='`],
    ['x =\r\n\r\n)', `[string "x =..."]:3: unexpected symbol near ')'`],
    ['x = [[abc', `[string "x = [[abc"]:1: unfinished long string near '<eof>'`],
    ['x = 3x', `[string "x = 3x"]:1: malformed number near '3x'`],
    ['break', `[string "break"]:1: no loop to break`],
    ['goto nowhere', `[string "goto nowhere"]:1: undefined label 'nowhere'`],
    ['do ::a:: end goto a', `[string "do ::a:: end goto a"]:1: undefined label 'a'`],
    ['::a:: f(function() goto a end)', `[string "::a:: f(function() goto a end)"]:1: undefined label 'a'`],
    [
      'function f() return ... end',
      `[string "function f() return ... end"]:1: cannot use '...' outside a vararg function near '...'`,
    ],
    ['for x do end', `[string "for x do end"]:1: '=' or 'in' expected near 'do'`],
    ['f(', `[string "f("]:1: unexpected symbol near '<eof>'`],
    [
      'this is a line that is longer than what fits into a name =',
      `[string "this is a line that is longer than what fits ..."]:1: '=' expected near 'is'`,
    ],
  ])('%j is none', (code, said) => expect(luaProblem(code)).toBe(said))

  it('takes what is nested too deeply for refused, not for a crash', () => {
    expect(luaProblem('('.repeat(200_000))).toMatch(/chunk has too many syntax levels|unexpected symbol/)
  })
})
