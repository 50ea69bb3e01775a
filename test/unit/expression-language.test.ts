/** The route language of the router flavor `expressions`: valid expressions, and error messages. */
import { describe, expect, it } from 'vitest'
import { expressionTypeProblem } from '../../src/entities/expressions/expression-fields.ts'
import { parseExpression } from '../../src/entities/expressions/expression-language.ts'

function problem(text: string, protocol = 'http'): string | undefined {
  try {
    return expressionTypeProblem(parseExpression(text), protocol)
  } catch (error) {
    return (error as Error).message
  }
}

describe('an expression that cannot be read', () => {
  it.each([
    ['http.path ==', ' --> 1:13\n  |\n1 | http.path ==\n  |             ^---\n  |\n  = expected rhs'],
    ['bad', ' --> 1:4\n  |\n1 | bad\n  |    ^---\n  |\n  = expected binary_operator'],
    ['! a == 1', ' --> 1:1\n  |\n1 | ! a == 1\n  | ^---\n  |\n  = expected term'],
    [
      'a == 1 || ! b == 2',
      ' --> 1:11\n  |\n1 | a == 1 || ! b == 2\n  |           ^---\n  |\n  = expected term',
    ],
    ['a == 1\n&& b', ' --> 2:5\n  |\n2 | && b\n  |     ^---\n  |\n  = expected binary_operator'],
  ])('%j', (text, message) => {
    expect(problem(text)).toBe(message)
  })

  it.each([
    ['', 'expected term'],
    ['(a == 1', 'expected and_op or or_op'],
    ['a == 1 b', 'expected EOI, and_op, or or_op'],
    ['a == "b', 'expected str_esc or str_char'],
    ['a == r#"b"', 'expected rawstr_char'],
    ['upper(a) == "b"', 'unknown transformation function: upper'],
    ['a ~ 1', 'regex operator can only be used with String operands'],
    ['a == 300.1.1.1', 'invalid IPv4 address syntax'],
    ['a == 99999999999999999999', 'number too large to fit in target type'],
  ])('%j: %s', (text, message) => {
    expect(problem(text)?.split(' = ').at(-1)).toBe(message)
  })
})

describe('fields, operators and values that do not go together', () => {
  it.each([
    ['foo.bar == 1', 'Unknown LHS field'],
    ['http.headers.a.b == "c"', 'Unknown LHS field'],
    ['net.dst.port == "80"', 'Type mismatch between the LHS and RHS values of predicate'],
    [
      'lower(net.dst.port) == 80',
      'lower-case transformation function only supported with String type fields',
    ],
    ['http.path in 10.0.0.0/8', 'In/NotIn operators only supports IP in CIDR'],
    ['net.src.ip in 10.0.0.1', 'In/NotIn operators only supports IP in CIDR'],
    ['net.dst.port ~ "8"', 'Regex operators only supports string operands'],
    ['net.dst.port ^= 8', 'Prefix/Postfix operators only supports string operands'],
    ['http.path > "a"', 'Greater/GreaterOrEqual/Less/LessOrEqual operators only supports integer operands'],
    ['http.path.segments.01 == "a"', 'illformed http.path.segments.* field'],
    ['http.path.segments.2_1 == "a"', 'illformed http.path.segments.* field'],
  ])('%j: %s', (text, message) => {
    expect(problem(text)).toBe(message)
  })

  it('streams have no paths', () => {
    expect(problem('http.path == "/a"', 'tcp')).toBe('Unknown LHS field')
    expect(problem('net.src.ip in 10.0.0.0/8 && net.dst.port == 0x50', 'tcp')).toBeUndefined()
  })
})

it('numbers are decimal, octal and hexadecimal, addresses old and new', () => {
  const value = (text: string) => {
    const parsed = parseExpression(`a == ${text}`)
    return parsed.is === 'predicate' ? parsed.value : undefined
  }
  expect(value('-010')).toEqual({ type: 'Int', value: -8 })
  expect(value('0x1f')).toEqual({ type: 'Int', value: 31 })
  expect(value('::1')).toEqual({ type: 'IpAddr', value: '::1' })
  expect(value('fd00::/8')).toEqual({ type: 'IpCidr', value: 'fd00::', bits: 8 })
  expect(value('r#"a\\"b"#')).toEqual({ type: 'String', value: 'a\\"b' })
  expect(value('"a\\"\\n"')).toEqual({ type: 'String', value: 'a"\n' })
})
