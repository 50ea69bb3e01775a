/**
 * Texts that hold a value from the environment in part: what is shown of the file's, of the gateway's old
 * ones, and of what a server repeats.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from '../../src/file/yaml/parse.ts'
import { hiddenParts, shownText, shownTexts } from '../../src/report/filled-text.ts'
import type { FilledText } from '../../src/state/state.ts'

/** How the text at `a` of a file was put together. */
function filledAt(text: string, env: Record<string, string>): readonly FilledText[] {
  const { document, diagnostics } = parseDocument({ name: 'kong.yaml', text }, { env })
  expect(diagnostics).toEqual([])
  return document?.filledAt(['a']) ?? []
}

const host = 'https://${{ env "DECK_H" }}.example.com/v1'

describe('one text', () => {
  it.each([
    ['the file’s own', `a: ${host}`, 'https://inner.example.com/v1', 'https://[masked].example.com/v1'],
    ['a piece of it', `a: ${host}`, 'inner.example.com', '[masked].example.com'],
    ['a piece that is the value', `a: ${host}`, 'inner', '[masked]'],
    ['a piece without any of it', `a: ${host}`, '/v1', '/v1'],
    [
      'an old one of the same shape',
      `a: ${host}`,
      'https://old.example.com/v1',
      'https://[masked].example.com/v1',
    ],
    ['an old one of another shape', `a: ${host}`, 'http://old.example.com', '[masked]'],
    ['a value on its own', 'a: ${{ env "DECK_H" }}', 'inner', '[masked]'],
    ['what was there before it', 'a: ${{ env "DECK_H" }}', 'anything', '[masked]'],
    ['two values', 'a: ${{ env "DECK_H" }}-${{ env "DECK_I" }}', 'inner-2', '[masked]-[masked]'],
    ['two values, old', 'a: ${{ env "DECK_H" }}-${{ env "DECK_I" }}', 'x-y-z', '[masked]-[masked]'],
    [
      'written out beside it',
      'a: ${{ env "DECK_H" }} is inner, not dinner',
      'inner is inner, not dinner',
      '[masked] is [masked], not dinner',
    ],
    ['an empty text', `a: ${host}`, '', '[masked]'],
    ['in a block', 'a: |\n  x ${{ env "DECK_H" }}\n', 'x inner\n', 'x [masked]\n'],
  ])('%s', (_title, text, value, shown) => {
    expect(shownText(value, filledAt(text, { DECK_H: 'inner', DECK_I: '2' }))).toBe(shown)
  })

  it('shows no value, whatever it is', () => {
    const value = fc.string({ minLength: 1 }).map(text => `§${text}§`)
    fc.assert(
      fc.property(value, value, (now, old) => {
        const filled: FilledText[] = [
          [
            { text: 'x-', secret: false },
            { text: now, secret: true },
            { text: '.y', secret: false },
          ],
        ]
        for (const text of [`x-${now}.y`, `x-${old}.y`, now, old, `${now}.y`, `z${old}`]) {
          expect(shownText(text, filled)).not.toContain('§')
        }
      }),
    )
  })
})

describe('a list', () => {
  const list = 'a:\n- team-${{ env "DECK_H" }}\n- plain\n'

  it.each([
    ['the file’s own', ['team-inner', 'plain'], ['team-[masked]', 'plain']],
    [
      'in another order, with a tag of the run',
      ['plain', 'run', 'team-inner'],
      ['plain', 'run', 'team-[masked]'],
    ],
    ['an old value', ['plain', 'team-old'], ['plain', 'team-[masked]']],
    ['what may be an old value', ['plain', 'old'], ['plain', '[masked]']],
    ['what holds the value elsewhere', ['team-inner', 'my inner'], ['team-[masked]', '[masked]']],
  ])('%s', (_title, values, shown) => {
    expect(shownTexts(values, filledAt(list, { DECK_H: 'inner' }))).toEqual(shown)
  })
})

it.each([
  ['https://inner.example', 'https://[masked].example', ['inner']],
  ['a-b', '[masked]-[masked]', ['a', 'b']],
  ['all', '[masked]', []],
])('what is hidden of %s, shown as %s', (value, shown, parts) => {
  expect(hiddenParts(value, shown)).toEqual(parts)
})
