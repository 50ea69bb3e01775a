/** Texts as a gateway may hold them: all of Unicode, and above all what means something to a reader of YAML. */
import fc from 'fast-check'

/** Blanks, line breaks and controls of every sort; marks of YAML; what is no text in YAML 1.1 or 1.2. */
const pieces = [
  ...' \n\t\r\v\f\b\0\x07\x1b\x7f\x85\xa0\u1680\u2007\u2028\u2029\u200b\u3000\ufeff\ufffd\ufffe\uffff\ue000\ufdd0é\u0301',
  ...'#:-?"\'\\{}[],&*!|>%@`~=<$./_+09aeEnNyYx',
  ...[
    '  ',
    '\n\n',
    '\n  ',
    ' \n',
    '\r\n',
    ': ',
    ' #',
    '- ',
    '? ',
    '---',
    '...',
    '%YAML 1.1',
    '<<',
    '😀',
    'word word ',
  ],
  ...[
    'null',
    'true',
    'False',
    'on',
    'y',
    'no',
    '0x1f',
    '0o7',
    '017',
    '0b1',
    '1_0',
    '1e3',
    '.5',
    '12:30',
    '1:2:3.4',
  ],
  ...[
    '2001-01-01',
    '2001-01-01T00:00:00Z',
    '+1',
    '-0',
    '.inf',
    '.nan',
    '1'.repeat(20),
    'x'.repeat(45),
    'k'.repeat(130),
  ],
]

/** Half of a character stands in no file and in no Kong: `anyText` has none. */
export const halves = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

const part = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...pieces) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
)

export const anyText = fc
  .array(part, { maxLength: 12 })
  .map(parts => parts.join(''))
  .filter(text => !halves.test(text))

/** Names of keys: short and plain, or any text, now and then one that is too long for a key on one line. */
export const anyKey = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('a', 'b', 'name', 'tags', '<<', '=', 'y', '1', '__proto__', 'constructor'),
  },
  { weight: 3, arbitrary: anyText },
  { weight: 1, arbitrary: anyText.map(text => text.repeat(9)) },
)

const keys = { noNullPrototype: true, maxKeys: 4 }

/** Numbers as JSON has them: a zero has no sign. */
const anyNumber = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(number => number || 0),
)

/** Whatever a file can hold: lists and mappings of each other. */
export const { value: anyValue } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    anyText,
    anyNumber,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(anyKey, tie('value'), keys),
  ),
}))

export const anyContent = fc.dictionary(anyKey, anyValue, keys)

/** A value as text, keys in one order: what is the same value gives the same text. */
export const canonicalText = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )
