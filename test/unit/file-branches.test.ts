/** Parts of a state file that only count under a condition, and Go's own functions. */
import { describe, expect, it } from 'vitest'
import { parseDocument } from '../../src/file/yaml/parse.ts'

const parse = (text: string, env: Record<string, string> = {}) => {
  const { document, diagnostics } = parseDocument({ name: 'a.yaml', text }, { env })
  return { content: document?.content, place: document?.whereIs(['services', 0, 'host']), diagnostics }
}

const file = `services:
- name: a
\${{ if eq (env "DECK_STAGE") "live" }}
  host: live.example
\${{ else if eq (env "DECK_STAGE") "test" }}
  host: test.example
\${{- else }}
  host: \${{ env "DECK_HOST" }}
\${{ end }}
  port: 80
`

describe('if', () => {
  it.each([
    ['live', 'live.example', 4],
    ['test', 'test.example', 6],
    ['mine', 'mine.example', 8],
  ])('%s', (stage, host, line) => {
    const { content, place } = parse(file, { DECK_STAGE: stage, DECK_HOST: 'mine.example' })
    expect(content).toEqual({ services: [{ name: 'a', host, port: 80 }] })
    expect(place).toMatchObject({ line })
  })

  it('asks for no variable where nothing counts', () => {
    expect(parse(file, { DECK_STAGE: 'live' }).diagnostics).toEqual([])
  })

  it.each([
    ['a: ${{ if true }}1', 'this "if" has no "end"'],
    ['a: 1 ${{ end }}', '"end" without an "if" before it'],
  ])('%s', (text, message) => {
    expect(parse(text).diagnostics.map(one => one.message)).toContain(message)
  })
})

describe("Go's own functions", () => {
  it.each([
    ['eq "a" "b" "a"', true],
    ['ne "a" "b"', true],
    ['and true (not false)', true],
    ['or "" "x"', 'x'],
    ['lt 9 10', true],
    ['ge "b" "c"', false],
    ['len "abc"', 3],
    ['slice "abc" 1', 'bc'],
    ['html "<a>"', '&lt;a&gt;'],
    ['urlquery "a b&c"', 'a+b%26c'],
    ['env "DECK_ON" | toBool | not', false],
  ])('%s', (expression, expected) => {
    expect(parse(`a: \${{ ${expression} }}`, { DECK_ON: 'true' }).content).toEqual({ a: expected })
  })
})
