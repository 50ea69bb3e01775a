/**
 * What is typed into a form of the Manager becomes exactly that, or is refused: texts with any line breaks,
 * numbers, JSON.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/manager/page/form/json-text.ts'
import { lineBreakNote, shownText, withEdit } from '../../src/manager/page/form/line-breaks.ts'
import { parseNumber } from '../../src/manager/page/form/numbers.ts'
import { typedErrors } from '../../src/manager/page/form/typed-errors.ts'
import { changedValues, entityValues } from '../../src/manager/page/form/values.ts'
import type { Field, NamedField } from '../../src/manager/page/schema.ts'

const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('\r\n', '\n', '\r', 'a', ' ', '\u00a0', '\u2028', '\u0085', 'א', '😀'),
      fc.string(),
    ),
    { maxLength: 12 },
  )
  .map(parts => parts.join(''))

describe('line breaks', () => {
  test('stay as they are where nothing is edited', () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(withEdit(text, shownText(text))).toBe(text)
      }),
    )
  })

  test('stay as they are around an edit, which is in the text as it was typed', () => {
    const edit = fc.tuple(anyText, anyText, anyText, anyText)
    fc.assert(
      fc.property(edit, ([head, old, typed, tail]) => {
        // A CR at the end of one part and an LF at the beginning of the next are one line break.
        fc.pre(!/\r$/.test(head + old) && !/\r$/.test(head) && !/\r$/.test(old))
        const shown = shownText(head) + shownText(typed) + shownText(tail)
        const result = withEdit(head + old + tail, shown)
        expect(shownText(result)).toBe(shown)
        expect(result.startsWith(head)).toBe(true)
      }),
    )
    expect(withEdit('a\r\nb\r\nc', 'a\nB\nc')).toBe('a\r\nB\r\nc')
    expect(withEdit('a\r\nb\nc\rd', 'a\nb\nC\nd')).toBe('a\r\nb\nC\rd')
    expect(withEdit('a\r\n\r\nb', 'a\nb')).toBe('a\r\nb')
  })

  test('that are new are as all others are', () => {
    expect(withEdit('a\r\nb', 'a\nb\nc')).toBe('a\r\nb\r\nc')
    expect(withEdit('a\rb', 'a\nb\nc')).toBe('a\rb\rc')
    expect(withEdit('a\r\nb\n', 'a\nb\nc')).toBe('a\r\nb\nc')
    expect(withEdit('', 'a\nb')).toBe('a\nb')
  })

  test('that no page shows are named', () => {
    expect(lineBreakNote('a\nb')).toBeUndefined()
    expect(lineBreakNote('a\r\nb')).toBe('The lines end with CRLF. New lines will, too.')
    expect(lineBreakNote('a\r\nb\n')).toContain('Some lines end with CRLF, others with LF.')
  })
})

describe('numbers', () => {
  test.each([
    ['80', 80],
    [' 80 ', 80],
    ['80\n', 80],
    ['-1', -1],
    ['0', 0],
    ['1.50', 1.5],
    ['0.1', 0.1],
    ['9007199254740991', 9007199254740991],
    ['1e+21', 1e21],
    ['1e-7', 1e-7],
  ])('%j is %d', (text, value) => {
    expect(parseNumber(text)).toEqual({ value })
  })

  test.each([
    ['8e2', 'Write 800.'],
    ['0x50', 'Write 80.'],
    ['0b11', 'Write 3.'],
    ['1_000', 'Write 1000.'],
    ['1,000', 'Write 1000.'],
    ['1 000', 'Write 1000.'],
    ['007', 'Write 7.'],
    ['+5', 'Write 5.'],
    ['.5', 'Write 0.5.'],
    ['5.', 'Write 5.'],
    ['8\n0', 'Write 80.'],
    ['-0', 'would become 0'],
    ['9007199254740993', 'would become 9007199254740992'],
    ['0.1000000000000000000001', 'would become 0.1'],
    ['1e999', 'not a number'],
    ['Infinity', 'not a number'],
    ['NaN', 'not a number'],
    ['٣', 'not a number'],
    ['eighty', 'not a number'],
  ])('%j is refused: %s', (text, words) => {
    expect(parseNumber(text)).toEqual({ problem: expect.stringContaining(words) })
  })

  test('that an entity has are never refused', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
        const [field] = [{ name: 'n', field: { type: 'number' } }]
        const form = entityValues([field], { n: value })
        expect(typedErrors([field], form).size).toBe(0)
        expect(changedValues([field], {}, form)).toEqual({ n: value === 0 ? 0 : value })
      }),
    )
  })
})

describe('JSON', () => {
  test('is what it says', () => {
    fc.assert(
      fc.property(fc.json(), text => {
        const parsed = parseJson(text)
        if ('value' in parsed) expect(parsed.value).toEqual(JSON.parse(text))
      }),
    )
    expect(parseJson('{"a": 1e5, "b": {"a": "\\"a\\": 1"}, "c": [{"a": 1}, {"a": 2}]}')).toHaveProperty(
      'value',
    )
  })

  test.each([
    ['{"a": 1, "a": 2}', 'The name "a" stands twice'],
    ['{"a": 1, "\\u0061": 2}', 'stands twice'],
    ['[12345678901234567890]', 'would become 12345678901234567000'],
    ['{"a": -0}', 'would become 0'],
    ['{"a": 1e999}', 'would become Infinity'],
    ['{a: 1}', 'This is not JSON'],
  ])('%s is refused', (text, words) => {
    expect(parseJson(text)).toEqual({ problem: expect.stringContaining(words) })
  })
})

const record = (fields: Readonly<Record<string, Field>>): NamedField[] =>
  Object.entries(fields).map(([name, field]) => ({ name, field }))

test('what is wrong is said at its field, however deep', () => {
  const inner: Field = { type: 'record', fields: record({ port: { type: 'integer' } }) }
  const fields = record({
    list: { type: 'array', elements: inner },
    limits: { type: 'map', keys: { type: 'string' }, values: { type: 'integer' } },
    extra: { type: 'json' },
  })
  const values = {
    list: [{ port: '80' }, { port: '0x50' }],
    limits: [
      { key: 'a', value: '1' },
      { key: 'a', value: '2' },
      { key: '', value: '3' },
      { key: 'b', value: '1_0' },
    ],
    extra: '{',
  }
  const errors = typedErrors(fields, values)
  expect([...errors.keys()]).toEqual(['list.1.port', 'limits.a', 'limits.2', 'limits.b', 'extra'])
})
