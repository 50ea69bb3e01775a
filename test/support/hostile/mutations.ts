/**
 * Changes to texts and values, as files and requests may get them by hand, from a broken disk or from an
 * attacker.
 */
import fc from 'fast-check'

/** What readers of YAML, JSON, templates and Lua have special ways for. */
const tokens = [
  ...[
    '&a ',
    '*a',
    '*b',
    '<<: ',
    '<<: *a',
    '? ',
    ': ',
    '- ',
    '|\n',
    '>-\n',
    '!!binary ',
    '!x ',
    '---\n',
    '...\n',
    '%YAML 9\n',
    '# ',
  ],
  ...[
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    '{}',
    '[]',
    ',',
    '\t',
    '\r',
    '\n',
    '\n\n',
    '  ',
    '\0',
    '\ufeff',
    '\u2028',
    '\u0085',
    '\ud800',
    '😀',
    '\\',
  ],
  ...[
    'null',
    '~',
    'true',
    'yes',
    '0x10',
    '1e999',
    '-0',
    '.nan',
    '9'.repeat(400),
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(3000),
  ],
  ...[
    '${{ env "DECK_A" }}',
    '${{',
    '}}',
    '${{ if }}',
    '${{ printf "%d" }}',
    '${{ range 3 }}',
    '${{ end }}',
    '{vault://env/x}',
    '$x',
    '$(x)',
  ],
  ...[
    '$ref',
    '#/',
    '$..',
    '$[?(@.a)]',
    '~/(',
    '~/a{9999}',
    '(?<=',
    '\\Q',
    '%',
    '%ff',
    '../',
    '/',
    'http://',
    '://',
    '@',
    '-----BEGIN CERTIFICATE-----',
  ],
]

const weird: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    '',
    ' ',
    'x',
    [],
    {},
    [null],
    [[]],
    [{}],
    { '': 1 },
    { id: 1 },
  ),
  fc.constantFrom(...tokens),
  fc.jsonValue({ maxDepth: 3 }),
)

/** Positions are parts of the whole, so that they fit any text. */
const part = fc.integer({ min: 0, max: 9999 }).map(number => number / 10_000)

type Edit = (text: string) => string

const textEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ at: part, token: fc.constantFrom(...tokens) }).map(({ at, token }): Edit => {
    return text => text.slice(0, at * text.length) + token + text.slice(at * text.length)
  }),
  fc.record({ at: part, length: fc.integer({ min: 1, max: 40 }) }).map(({ at, length }): Edit => {
    return text => text.slice(0, at * text.length) + text.slice(at * text.length + length)
  }),
  fc.record({ at: part, token: fc.constantFrom(...tokens) }).map(({ at, token }): Edit => {
    return text => text.slice(0, at * text.length) + token + text.slice(at * text.length + token.length)
  }),
  fc.record({ from: part, to: part }).map(
    ({ from, to }): Edit =>
      text => {
        const lines = text.split('\n')
        const [line = ''] = lines.slice(from * lines.length)
        return lines.toSpliced(to * lines.length, 0, line).join('\n')
      },
  ),
  fc.record({ from: part }).map(
    ({ from }): Edit =>
      text => {
        const lines = text.split('\n')
        return lines.toSpliced(from * lines.length, 1).join('\n')
      },
  ),
  part.map(
    (at): Edit =>
      text =>
        text.slice(0, at * text.length),
  ),
)

/** @param value changed at the step that `at` counts to, in its own order */
function replaceIn(value: unknown, at: number, by: (old: unknown) => unknown): unknown {
  let left = Math.floor(at * countIn(value))
  const visit = (inner: unknown): unknown => {
    left -= 1
    if (left === -1) return by(inner)
    if (Array.isArray(inner)) return inner.map(visit)
    if (typeof inner !== 'object' || inner === null) return inner
    return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, visit(one)]))
  }
  return visit(value)
}

const countIn = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum: number, one) => sum + countIn(one), 1)
    : 1

const valueEdit: fc.Arbitrary<(value: unknown) => unknown> = fc.oneof(
  fc.record({ at: part, by: weird }).map(
    ({ at, by }) =>
      (value: unknown) =>
        replaceIn(value, at, () => by),
  ),
  fc.record({ at: part, name: fc.constantFrom(...tokens), by: weird }).map(
    ({ at, name, by }) =>
      (value: unknown) =>
        replaceIn(value, at, old =>
          typeof old === 'object' && old !== null && !Array.isArray(old)
            ? Object.fromEntries([...Object.entries(old), [name, by]])
            : [old, by],
        ),
  ),
  fc.record({ at: part }).map(
    ({ at }) =>
      (value: unknown) =>
        replaceIn(value, at, old => [old, old]),
  ),
)

/** One to four changes of a text. */
export const mutatedText = (text: string): fc.Arbitrary<string> =>
  fc
    .array(textEdit, { minLength: 1, maxLength: 4 })
    .map(edits => edits.reduce((now, edit) => edit(now), text))

/** One to three changes of a value. */
export const mutatedValue = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(valueEdit, { minLength: 1, maxLength: 3 })
    .map(edits => edits.reduce((now, edit) => edit(now), value))

/** A file after changes: of its letters, or of what is in it. */
export const mutatedFile = (text: string, parse: (text: string) => unknown): fc.Arbitrary<string> =>
  fc.oneof(
    mutatedText(text),
    mutatedValue(parse(text)).map(value => JSON.stringify(value, undefined, 2) ?? ''),
  )
