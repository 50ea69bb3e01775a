/** What is shown of a response that repeats secrets: nothing of them, and nothing that tells them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerptOf, hidden, shownJson, shownSentence } from '../../src/state/echoes.ts'

describe('a sentence', () => {
  it.each([
    ['a value unlike any word', 'pw-7f3a99', 'bad value: pw-7f3a99', 'bad value: [masked]'],
    ['a value within other letters', 'pw-7f3a99', 'bad value: xpw-7f3a99x', undefined],
    ['a value in JSON', 'line\n7f3a99', 'bad value: "line\\n7f3a99"', 'bad value: "[masked]"'],
    ['a value in an address', 'pw/7f3a99', 'bad address: /x?p=pw%2F7f3a99', 'bad address: /x?p=[masked]'],
    ['one letter', 's', 'bad status', 'bad status'],
    ['one letter that stands alone', 's', 'bad value: s', undefined],
    ['a plain word', 'required', 'the field is required', undefined],
    ['a plain word within other letters', 'hunterhunter', 'bad value: xhunterhunter', undefined],
    ['a value with a sign at its end', '$1', 'bad value: $1', undefined],
  ])('with %s', (_what, value, text, shown) => {
    expect(shownSentence(text, [hidden(value)])).toBe(shown)
  })

  it('of Kong’s that names a field is masked at the field, whatever the value', () => {
    const text = `UNIQUE violation detected on '{key="s",name="s"}'`
    expect(shownSentence(text, [{ value: 's', shown: '[masked]', field: 'key' }])).toBeUndefined()
    expect(
      shownSentence(`UNIQUE violation detected on '{key="s"}'`, [
        { value: 's', shown: '[masked]', field: 'key' },
      ]),
    ).toBe(`UNIQUE violation detected on '{key="[masked]"}'`)
  })

  it('shows what is written around a value', () => {
    const host = { value: 'https://inner.example', shown: 'https://[masked].example' }
    expect(shownSentence('bad url: https://inner.example', [host, hidden('inner')])).toBe(
      'bad url: https://[masked].example',
    )
    expect(shownSentence('cannot resolve inner', [host, hidden('inner')])).toBeUndefined()
  })

  it('shows no value in full', () => {
    const value = fc.string({ minLength: 1 }).map(text => `§${text}§`)
    fc.assert(
      fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
        const text = before + secret + after
        for (const sentence of [text, JSON.stringify(text)])
          expect(shownSentence(sentence, [hidden(secret)]) ?? '').not.toContain(secret)
      }),
    )
  })
})

describe('JSON', () => {
  it('is masked by names, mistyped ones included, and by equal values', () => {
    const body = {
      config: { aws_secret: 's', secrt: ['a', { b: 'c' }], timeout: 1, host: 'h' },
      jwt_secrets: [{ algorithm: 'HS256', secret: 'x' }],
      message: 'h is bad',
      h: true,
    }
    expect(shownJson(body, [hidden('h')])).toEqual({
      config: {
        aws_secret: '[masked]',
        secrt: ['[masked]', { b: '[masked]' }],
        timeout: 1,
        host: '[masked]',
      },
      jwt_secrets: [{ algorithm: 'HS256', secret: '[masked]' }],
      message: '[masked]',
      '[masked]': true,
    })
  })

  it('hides numbers below hidden names, and no switches', () => {
    expect(shownJson({ port: 8123, on: true, none: null }, [], name => name !== '')).toEqual({
      port: '[masked]',
      on: true,
      none: null,
    })
  })
})

it('an excerpt is cut after it is masked', () => {
  const body = `<p>${'x'.repeat(90)} secret-value-7f3a</p>`
  expect(excerptOf(body, [hidden('secret-value-7f3a')])).toBe(`<p>${'x'.repeat(90)} [maske…`)
  expect(excerptOf({ a: 'x'.repeat(85), key: 'secret-value-7f3a' }, [])).not.toContain('secret')
})
