/** YAML and JSON to content with places; what is wrong with a text, and where. */
import { describe, expect, it } from 'vitest'
import { parseDocument } from '../../src/file/yaml/parse.ts'

const parse = (text: string) => parseDocument({ name: 'kong.yaml', text })

describe('content', () => {
  it.each([
    ['JSON with a comma too many, indented by tabs', '{\n\t"a": [\n\t\t1,\n\t],\n}', { a: [1] }],
    ['an indented document', '  a: 1\n  b: 2\n', { a: 1, b: 2 }],
    ['a byte order mark', '\ufeffa: 1\n', { a: 1 }],
    ['line ends of Windows', 'a: 1\r\nb: |\r\n  x\r\n  y\r\n', { a: 1, b: 'x\ny\n' }],
    [
      'anchors and merge keys',
      'a: &a {b: 1, c: 2}\nd:\n  <<: *a\n  c: 3\n',
      { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } },
    ],
    ['numbers as keys', 'a: {80: x}', { a: { 80: 'x' } }],
    ['nothing but comments', '# a\n', {}],
    ['nothing but a marker', '---\n', {}],
    ['an end marker, and an empty document behind', 'a: 1\n---\n', { a: 1 }],
    ['a bracket at the margin', 'a: [\n  {b: 1}\n]\n', { a: [{ b: 1 }] }],
    ['a date is a text', 'a: 2020-01-01', { a: '2020-01-01' }],
  ])('%s', (_title, text, content) => {
    const { document, diagnostics } = parse(text)
    expect(diagnostics).toEqual([])
    expect(document?.content).toEqual(content)
  })
})

describe('errors', () => {
  it.each([
    ['yaml-tab', 'a:\n\t- b\n', 2, 1],
    ['yaml-syntax', 'a: "x\nb: c\n', 1, 4],
    ['yaml-syntax', '{"services": [', 1, 15],
    ['yaml-syntax', 'a: b: c\n', 1, 4],
    ['yaml-alias', 'a: *nope\n', 1, 4],
    ['yaml-duplicate-key', 'a:\n  b: 1\n  b: 2\n', 3, 3],
    ['yaml-documents', 'a: 1\n---\nb: 2\n', 3, 1],
    ['not-a-mapping', 'hello\n', 1, 1],
    ['not-a-mapping', '- a\n', 1, 1],
  ])('%s', (code, text, line, column) => {
    const { document, diagnostics } = parse(text)
    expect(document).toBeUndefined()
    expect(diagnostics).toMatchObject([
      { severity: 'error', code, where: { file: 'kong.yaml', line, column } },
    ])
  })

  it('names the first of two keys', () => {
    const { diagnostics } = parse('a: 1\nb: 2\na: 3\n')
    expect(diagnostics[0]?.related).toMatchObject({ line: 1, column: 1 })
  })

  it('refuses aliases that multiply', () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]\n`
    const text = `a: &a [x, x]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}${level('e', 'd')}${level('f', 'e')}`
    expect(parse(text).diagnostics).toMatchObject([{ code: 'yaml-alias' }])
  })

  it('takes one anchor that is used often', () => {
    const text = `a: &a {b: c}\nlist:\n${'- *a\n'.repeat(2000)}`
    expect(parse(text).diagnostics).toEqual([])
  })
})

describe('YAML 1.1', () => {
  it.each([
    ['strip_path: yes', { strip_path: true }, 'yes was read as true'],
    ['enabled: off', { enabled: false }, 'off was read as false'],
    ['host: on', { host: 'on' }, 'on was read as a text; YAML 1.1 reads the boolean true'],
    ['port: 017', { port: 17 }, '017 was read as the number 17; YAML 1.1 reads the octal number 15'],
    ['port: 0o17', { port: 15 }, '0o17 was read as the number 15; YAML 1.1 reads the text "0o17"'],
    ['port: 1_000', { port: '1_000' }, '1_000 was read as a text; YAML 1.1 reads the number 1000'],
    ['a: 1:30', { a: '1:30' }, '1:30 was read as a text; YAML 1.1 reads a number to the base of 60'],
  ])('%s is reported', (text, content, message) => {
    const { document, diagnostics } = parse(text)
    expect(document?.content).toEqual(content)
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'yaml-1.1', message }])
  })

  it.each(['a: "yes"', "a: 'on'", 'a: true', 'a: 80', 'yes: 1', 'a: 1.5'])('%s is not', text => {
    expect(parse(text).diagnostics).toEqual([])
  })
})

describe('places', () => {
  const text = 'a: &x\n  b: [c, {d: e}]\n  f:\ng: *x\nh:\n  <<: *x\n  i: |\n    j\n'
  const { document } = parse(text)

  it.each([
    [['a', 'b', 0], 2, 7, 1],
    [['a', 'b', 1], 2, 10, 6],
    [['a', 'b', 1, 'd'], 2, 14, 1],
    [['g', 'b', 0], 2, 7, 1],
    [['h', 'b', 1, 'd'], 2, 14, 1],
    [['a', 'f'], 3, 3, 1],
    [['h', 'i'], 7, 6, 1],
    [['a', 'b', 7, 'x'], 2, 6, 11],
    [['nothing'], 1, 1, 5],
  ])('of %j', (path, line, column, length) => {
    expect(document?.whereIs(path)).toMatchObject({ file: 'kong.yaml', line, column, length })
  })

  it('of a key', () => {
    expect(document?.whereIs(['a', 'b'], 'key')).toMatchObject({
      line: 2,
      column: 3,
      length: 1,
      source: '  b: [c, {d: e}]',
    })
  })

  it('show no secret of the line they point at', () => {
    const other = parse('- x')
    expect(other.diagnostics[0]?.where?.source).toBe('- x')
    const secret = parse('a: {key: abc, password: "d e", host: x}\n').document
    expect(secret?.whereIs(['a', 'host'])?.source).toBe('*****************************, host: x}')
  })

  it('are those of the file as written', () => {
    const env = { DECK_LONG: 'x'.repeat(50) }
    const parsed = parseDocument(
      { name: 'a', text: 'a: {b: ${{ env "DECK_LONG" }}, c: d}\r\ne: f\r\n' },
      { env },
    )
    expect(parsed.document?.whereIs(['a', 'c'])).toMatchObject({ line: 1, column: 35 })
    expect(parsed.document?.whereIs(['e'])).toMatchObject({ line: 2, column: 4, source: 'e: f' })
    expect(parsed.document?.whereIs(['a', 'b'])?.source).toContain('${{ env "DECK_LONG" }}')
  })
})
