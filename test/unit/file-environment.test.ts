/**
 * `${{ env "DECK_X" }}`: what decK's expressions come to, where their values end up, and that they stay
 * there.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadStateFile } from '../../src/file/load.ts'
import type { Mode } from '../../src/file/template/functions.ts'
import { parseDocument } from '../../src/file/yaml/parse.ts'
import { createAuthority } from '../support/certificates.ts'

const parse = (text: string, env: Record<string, string> = {}, mode: Mode = 'expand') =>
  parseDocument({ name: 'kong.yaml', text }, { env, mode })

const contentOf = (text: string, env: Record<string, string> = {}, mode: Mode = 'expand') => {
  const { document, diagnostics } = parse(text, env, mode)
  expect(diagnostics).toEqual([])
  return document?.content
}

const only = (text: string, env: Record<string, string> = {}) => {
  const { diagnostics } = parse(text, env)
  expect(diagnostics).toHaveLength(1)
  return diagnostics[0]
}

describe('values', () => {
  it.each([
    ['a plain value has the type of its text', 'a: ${{ env "DECK_A" }}', { a: 80 }, '80'],
    ['also a boolean', 'a: ${{ env "DECK_A" }}', { a: true }, 'true'],
    ['in single quotes it is a text', `a: '\${{ env "DECK_A" }}'`, { a: '80' }, '80'],
    ['in double quotes too, with quotes inside', 'a: "${{ env "DECK_A" }}"', { a: '80' }, '80'],
    ['with escaped quotes inside', 'a: "${{ env `DECK_A` }}"', { a: 'x' }, 'x'],
    ['part of a text', 'a: http://${{ env "DECK_A" }}:80/x', { a: 'http://h:80/x' }, 'h'],
    ['part of a number', 'a: 8${{ env "DECK_A" }}', { a: 80 }, '0'],
    ['as a key', '${{ env "DECK_A" }}: 1', { key: 1 }, 'key'],
    ['in a flow mapping', 'a: {b: ${{ env "DECK_A" }}}', { a: { b: 'x' } }, 'x'],
    ['empty is allowed', 'a: "${{ env "DECK_A" }}"', { a: '' }, ''],
    ['empty and plain is no value', 'a: ${{ env "DECK_A" }}', { a: null }, ''],
    ['toInt', 'a: ${{ env "DECK_A" | toInt }}', { a: 80 }, '+80'],
    ['toBool', 'a: ${{ env "DECK_A" | toBool }}', { a: true }, 'T'],
    ['toFloat', 'a: ${{ env "DECK_A" | toFloat }}', { a: 1.5 }, '1.50'],
    ['a call in brackets', 'a: ${{ toInt (env "DECK_A") }}', { a: 7 }, '7'],
    ['printf', 'a: ${{ printf "%s-%s" "x" (env "DECK_A") }}', { a: 'x-y' }, 'y'],
    ['a template comment', 'a: x${{/* nothing */}}', { a: 'x' }, ''],
  ])('%s', (_title, text, expected, value) => {
    expect(contentOf(text, { DECK_A: value })).toEqual(expected)
  })

  it('takes a value of several lines into a block', () => {
    const env = { DECK_CERT: '-----BEGIN\nabc\n-----END\n' }
    const text = 'certificates:\n- cert: |\n    ${{ env "DECK_CERT" | indent 4 }}\n  key: x\n'
    expect(contentOf(text, env)).toEqual({
      certificates: [{ cert: '-----BEGIN\nabc\n-----END\n', key: 'x' }],
    })
    const deeper = 'cert: |\n  first\n  ${{ env "DECK_CERT" | indent 4 }}\n'
    expect(contentOf(deeper, { DECK_CERT: 'a\nb' })).toEqual({ cert: 'first\na\n  b\n' })
    expect(contentOf('cert: |-\n  ${{ env "DECK_CERT" }}\n', env)).toEqual({
      cert: '-----BEGIN\nabc\n-----END',
    })
  })

  it('leaves comment lines alone', () => {
    expect(contentOf('# ${{ env "DECK_NOT_SET" }}\n  # ${{ nonsense\na: 1\n')).toEqual({ a: 1 })
  })

  it('mocks: the variable for its value, and the zero of each conversion', () => {
    const text = 'a: ${{ env "DECK_A" }}\nb: ${{ env "DECK_A" | toInt }}\nc: ${{ env "DECK_A" | toBool }}\n'
    expect(contentOf(text, {}, 'mock')).toEqual({ a: 'DECK_A', b: 42, c: false })
  })

  it('skips: the expression stays', () => {
    expect(contentOf('a: ${{ env "X" }}\nb: {c: "${{ nonsense }}"}', {}, 'skip')).toEqual({
      a: '${{ env "X" }}',
      b: { c: '${{ nonsense }}' },
    })
  })

  it('keeps every value in its place, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), value => {
        const text = `a: {b: '\${{ env "DECK_A" }}', c: 1}\nd: \${{ env "DECK_A" }} x\ne: "y"\n`
        const content = parse(text, { DECK_A: value }).document?.content
        expect(content).toMatchObject({ a: { b: value, c: 1 }, d: `${value} x`, e: 'y' })
      }),
    )
  })
})

const { cert, key } = await createAuthority()

describe('a certificate or key in one line, whose line breaks are written \\n', () => {
  const oneLine = (pem: string): string => pem.trim().replaceAll('\n', '\\n')
  const lines = (pem: string): string => pem.trim()

  it.each([
    ['in double quotes', 'a: "${{ env "DECK_A" }}"'],
    ['in single quotes', `a: '\${{ env "DECK_A" }}'`],
    ['without quotes', 'a: ${{ env "DECK_A" }}'],
    ['in a block', 'a: |-\n  ${{ env "DECK_A" }}'],
    ['in JSON', '{"a": "${{ env "DECK_A" }}"}'],
    ['in JSON, deeper', '{"a": "${{ env `DECK_A` }}"}'],
  ])('is one of several lines %s', (_where, text) => {
    expect(contentOf(text, { DECK_A: oneLine(cert) })).toEqual({ a: lines(cert) })
    expect(contentOf(text, { DECK_A: oneLine(cert).replaceAll('\\n', '\\r\\n') })).toEqual({ a: lines(cert) })
    expect(contentOf(text, { DECK_A: oneLine(`${cert}${cert}`) })).toEqual({ a: lines(`${cert}${cert}`) })
  })

  it('is put together with what stands beside it', () => {
    const [first = '', ...rest] = cert.trim().split('\n')
    const text = `a: "${first}\\n\${{ env "DECK_A" }}\\n${rest.at(-1)}\\n"`
    expect(contentOf(text, { DECK_A: rest.slice(0, -1).join('\\n') })).toEqual({ a: `${cert.trim()}\n` })
  })

  it('keeps the line break at its end', () => {
    const text = 'a: "${{ env "DECK_A" }}"'
    expect(contentOf(text, { DECK_A: `${oneLine(key)}\\n` })).toEqual({ a: `${lines(key)}\n` })
  })

  it('is as secret as before', () => {
    const { document } = parse('a: "${{ env "DECK_A" }}"', { DECK_A: oneLine(key) })
    expect(document?.isSecret(['a'])).toBe(true)
    expect(document?.filledAt(['a'])).toEqual([[{ text: lines(key), secret: true }]])
  })

  it.each(['a\\nb', '-----BEGIN\\n', 'print("-----BEGIN A-----\\n-----END A-----")'])(
    'other texts stay as they are: %s',
    text => expect(contentOf('a: "${{ env "DECK_A" }}"', { DECK_A: text })).toEqual({ a: text }),
  )

  it.each([
    [
      'certificate',
      (cert: string, key: string) =>
        `certificates: [{id: 77c1b1e0-3b6a-4f4e-8a1e-1f2d3c4b5a69, cert: ${cert}, key: ${key}}]`,
    ],
    [
      'CA certificate',
      (cert: string) => `ca_certificates: [{id: 77c1b1e0-3b6a-4f4e-8a1e-1f2d3c4b5a69, cert: ${cert}}]`,
    ],
    ['key', (_cert: string, key: string) => `keys: [{name: k, kid: k, pem: {private_key: ${key}}}]`],
  ])('makes a valid %s', async (_kind, written) => {
    const path = join(mkdtempSync(join(tmpdir(), 'deck-pem-')), 'kong.yaml')
    writeFileSync(path, written('"${{ env "DECK_C" }}"', '"${{ env "DECK_K" }}"'))
    const { diagnostics } = await loadStateFile([path], {
      env: { DECK_C: oneLine(cert), DECK_K: oneLine(key) },
    })
    expect(diagnostics).toEqual([])
  })
})

describe('what is wrong', () => {
  it.each([
    [
      'env-not-set',
      'b: 1\na: x ${{ env "DECK_NO" }}',
      2,
      6,
      "environment variable 'DECK_NO' present in state file but not set",
    ],
    ['env-prefix', 'a: ${{ env "HOST" }}', 1, 4, "must be prefixed with 'DECK_', found: 'HOST'"],
    ['env-syntax', 'a: ${{ nofunc "x" }}', 1, 4, 'function "nofunc" not defined'],
    ['env-syntax', 'a: "${{ env }"', 1, 5, 'not closed'],
    ['env-syntax', 'a: ${{ env }}', 1, 4, 'env takes 1 value, got 0'],
    ['env-value', 'a: ${{ env "DECK_A" | toInt }}', 1, 4, 'toInt: the value is not an integer'],
    ['env-value', 'a: ${{ env "DECK_A" | toBool }}', 1, 4, 'toBool: the value is not a boolean'],
  ])('%s in %s', (code, text, line, column, message) => {
    const diagnostic = only(text, { DECK_A: 'top-secret' })
    expect(diagnostic).toMatchObject({ code, severity: 'error', where: { line, column } })
    expect(diagnostic?.message).toContain(message)
    expect(JSON.stringify(diagnostic)).not.toContain('top-secret')
  })

  it('is reported all at once', () => {
    const { diagnostics } = parse('a: ${{ env "DECK_A" }}\nb: ${{ env "B" }}\nc: ${{ x }}\n')
    expect(diagnostics.map(({ code, where }) => [code, where?.line])).toEqual([
      ['env-not-set', 1],
      ['env-prefix', 2],
      ['env-syntax', 3],
    ])
  })
})

describe('secrets', () => {
  const text = 'a: &x {b: "${{ env "DECK_A" }}", c: d}\ne: *x\nf:\n  <<: *x\n  c: g\nh: ${{ print "i" }}\n'
  const document = parse(text, { DECK_A: 'v' }).document

  it.each([
    [['a', 'b'], true],
    [['a', 'c'], false],
    [['a'], true],
    [['e', 'b'], true],
    [['f', 'b'], true],
    [['f', 'c'], false],
    [['h'], false],
    [['nothing'], false],
  ])('%j: %s', (path, secret) => {
    expect(document?.isSecret(path)).toBe(secret)
  })
})
