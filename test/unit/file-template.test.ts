/**
 * Templates in `${{ }}`: what they come to is what decK 1.65 makes of them (tried with it), and where they
 * stand is known.
 */
import { describe, expect, it } from 'vitest'
import { parseDocument } from '../../src/file/yaml/parse.ts'

const env = { DECK_A: 'abc', DECK_N: '3', DECK_ON: 'true', DECK_E: '', DECK_F: '1.50', DECK_STAGE: 'live' }

const parse = (text: string) => parseDocument({ name: 'kong.yaml', text }, { env })

describe('come to what Go makes of them', () => {
  it.each([
    ['${{ $x := env "DECK_A" }}${{ $x }}-${{ $x }}', 'abc-abc'],
    ['${{ $x := "a" }}${{ $x = "b" }}${{ $x }}', 'b'],
    ['${{ $a := 1 }}${{ if true }}${{ $a = 2 }}${{ end }}${{ $a }}', '2'],
    ['${{ $a := 1 }}${{ if true }}${{ $a := 2 }}${{ end }}${{ $a }}', '1'],
    ['${{ with env "DECK_A" }}got ${{ . }}${{ end }}', 'got abc'],
    ['${{ with env "DECK_E" }}got ${{ . }}${{ else }}none${{ end }}', 'none'],
    ['${{ with env "DECK_E" }}a${{ else with env "DECK_A" }}b${{ . }}${{ end }}', 'babc'],
    ['x${{ range 3 }}r${{ end }}', 'xrrr'],
    ['x${{ range $i := 3 }}${{ $i }}.${{ end }}', 'x0.1.2.'],
    ['x${{ range (env "DECK_N" | toInt) }}${{ . }}${{ end }}', 'x012'],
    ['x${{ range $i := 5 }}${{ if eq $i 3 }}${{ break }}${{ end }}${{ $i }}${{ end }}', 'x012'],
    ['x${{ range $i := 5 }}${{ if eq $i 3 }}${{ continue }}${{ end }}${{ $i }}${{ end }}', 'x0124'],
    ['x${{ range 0 }}a${{ else }}b${{ end }}', 'xb'],
    ['x   ${{- env "DECK_A" -}}   y', 'xabcy'],
    ['x   ${{- /* nothing */ -}}   y', 'xy'],
    ['${{ print 1 2 "a" 3 4 "b" }}', '1 2a3 4b'],
    ['${{ printf "%s-%03d-%v-%t" "a" 7 1.5 true }}', 'a-007-1.5-true'],
    ['${{ printf "%5s|%-5s|%.2s|%.2f" "a" "b" "xyz" 1.239 }}', '    a|b    |xy|1.24'],
    ['${{ printf "%x %d%%" "hi" 5 }}', '6869 5%'],
    ['${{ env "DECK_F" | toFloat }}', '1.5'],
    ['${{ print 100000000000000000000000.0 0.00001 0x1F 017 1_000 }}', '1e+23 1e-05 31 15 1000'],
    ['${{ "\\x41\\u0042" }}', 'AB'],
    ['${{ len "äb" }}', '3'],
    ['${{ index "abc" 1 }}', '98'],
    ['${{ slice "hello" 1 3 }}', 'el'],
    ['${{ urlquery "a b&c*()!~" }}', 'a+b%26c%2A%28%29%21~'],
    ['${{ js "<b> & =" }}', '\\u003Cb\\u003E \\u0026 \\u003D'],
    ['${{ lt "9" "10" }}', 'false'],
    ['${{ or (env "DECK_A") (env "DECK_UNSET") }}', 'abc'],
    ['${{if and (lt 1 2) (gt 3 2)}}a${{end}}', 'a'],
    ['${{ `a}}b` }}', 'a}}b'],
  ])('%s', (template, expected) => {
    const { document, diagnostics } = parse(`a: '${template}'\n`)
    expect(diagnostics).toEqual([])
    expect(document?.content).toEqual({ a: expected })
  })
})

describe('are refused at their place', () => {
  it.each([
    ['${{ eq "1" 1 }}', 'eq: a text cannot be compared with an integer'],
    ['${{ lt 9 10.0 }}', 'lt: an integer cannot be compared with a number with a fraction'],
    ['${{ le true false }}', 'le: there is no order of a boolean'],
    ['${{ . }}', 'there is no value here'],
    ['${{ .Foo }}', '.Foo: a state file is given no data'],
    ['${{ $undefined }}', 'undefined variable $undefined'],
    ['${{ range $i := 2 }}a${{ end }}${{ $i }}', 'undefined variable $i'],
    ['${{ slice "hello" 9 }}', 'slice: 9 to 5 is not within the text'],
    ['${{ toInt 5 }}', 'toInt takes a text, got an integer'],
    ['${{ "a" "b" }}', 'only a function can have values behind it'],
    ['${{ "a" | "b" }}', 'only a function can take what comes from the left'],
    ['${{ template "x" }}', '"template" is not supported in state files'],
    ['${{ break }}', '"break" outside of a "range"'],
    ['${{ else }}', '"else" without an "if" before it'],
    ['${{ if true }}a${{ else }}b${{ else }}c${{ end }}', 'a second "else"'],
    ['${{ range "abc" }}${{ . }}${{ end }}', 'range goes over an integer here'],
    ['${{ range 1000000 }}x${{ end }}', 'range goes round 100000 times at the most'],
    ['${{ printf "%d" "a" }}', 'printf: %d is not for a text'],
    ['${{ printf "%s" }}', 'printf has no value for %s'],
    ['${{ }}', 'an expression is missing'],
    ['${{ print (print "a" }}', 'a ")" is missing'],
    ['${{ "\\k" }}', 'Go knows no \\k'],
  ])('%s', (template, message) => {
    const { document, diagnostics } = parse(`b: 1\na: '${template}'\n`)
    expect(document).toBeUndefined()
    expect(diagnostics.map(one => [one.code, one.where?.line])).toEqual([['env-syntax', 2]])
    expect(diagnostics[0]?.message).toContain(message)
  })
})

describe('places', () => {
  const text = `services:
\${{ range $i := env "DECK_N" | toInt }}
- name: s-\${{ $i }}
  host: \${{ env "DECK_A" }}.example
\${{ end }}
- name: last
  port: 80
`

  it('are those of the file as written, however often they count', () => {
    const { document } = parse(text)
    expect(document?.content).toEqual({
      services: [
        ...['s-0', 's-1', 's-2'].map(name => ({ name, host: 'abc.example' })),
        { name: 'last', port: 80 },
      ],
    })
    expect(document?.whereIs(['services', 2, 'host'])).toEqual({
      file: 'kong.yaml',
      line: 4,
      column: 9,
      length: '${{ env "DECK_A" }}.example'.length,
      source: '  host: ${{ env "DECK_A" }}.example',
    })
    expect(document?.whereIs(['services', 3, 'port'])).toMatchObject({ line: 7, column: 9, length: 2 })
  })

  it('are known of what YAML finds wrong behind a block', () => {
    const { diagnostics } = parse('${{ if eq "a" "b" }}\na: 1\n${{ end }}\nb: 1\nb: 2\n')
    expect(diagnostics.map(({ code, where }) => [code, where?.line, where?.column])).toEqual([
      ['yaml-duplicate-key', 5, 1],
    ])
  })

  it('keep what is secret: what comes from a variable by way of others', () => {
    const { document } = parse(
      'a: ${{ with env "DECK_A" }}x${{ . | len }}${{ end }}\nb: ${{ if eq (env "DECK_A") "abc" }}c${{ end }}\n',
    )
    expect(document?.content).toEqual({ a: 'x3', b: 'c' })
    expect([document?.isSecret(['a']), document?.isSecret(['b'])]).toEqual([true, false])
  })
})

describe('take time in proportion to their length', () => {
  const many = (text: string): string => text.repeat(100_000)

  it.each([
    ['blocks on one line', many('${{ if true }}${{ end }}')],
    ['expressions that are not closed', many('${{ if ')],
    ['comments that are not closed', many('${{/*')],
    ['quotes', `${many('${{ "')}"`],
    ['backticks', `${many('${{ `')}\``],
    ['escaped quotes', `\${{ \\" ${many('\\\\\\"')}"`],
    ['marks that take white space away', many('${{- 1 -}} ')],
  ])('%s', (_what, text) => {
    const began = performance.now()
    parse(`a: ${text}\n`)
    expect(performance.now() - began).toBeLessThan(30_000)
  })
})
