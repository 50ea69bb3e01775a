/** Numbers in YAML are written as decK 1.65 writes them. */

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from '../../src/file/yaml/parse.ts'
import { write } from '../../src/file/yaml/write.ts'

/** Numbers as JavaScript writes them, each with what `deck file render` of decK 1.65.1 wrote of it. */
const recorded: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('../../fixtures/numbers/deck-yaml.json', import.meta.url), 'utf8'),
)

const written = (value: number): string => write({ number: value }, 'yaml')

const readBack = (text: string): unknown =>
  parseDocument({ name: 'f.yaml', text }, { mode: 'expand', env: {} }).document?.content['number']

describe('numbers in YAML', () => {
  it('are written as decK writes them', () => {
    const ours = Object.keys(recorded).map(text => [text, written(Number(text)).slice('number: '.length, -1)])
    expect(Object.fromEntries(ours)).toEqual(recorded)
    expect(ours.length).toBeGreaterThan(200)
  })

  it('are read back as the same number', () => {
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer().map(digits => digits / 1024),
      fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(Number),
    )
    fc.assert(
      fc.property(numbers, value => readBack(written(value)) === value),
      { numRuns: 2000 },
    )
  })

  it('have an exponent exactly if they are no 64-bit integers and at least 1,000,000 or below 0.0001', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
        const size = Math.abs(value)
        const hasExponent = !Number.isInteger(value) && (size >= 1e6 || size < 1e-4)
        if (size < 2 ** 63)
          expect(written(value).includes('e+') || written(value).includes('e-')).toBe(hasExponent)
      }),
      { numRuns: 2000 },
    )
  })
})
