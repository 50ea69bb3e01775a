/**
 * JSON as Kong's plugins read and write it (lua-cjson). Slashes are plain: Kong's acme plugin turns their
 * escape off for all.
 */
import type { Version } from '../../../entities/language/define.ts'

/** lua-cjson reads nothing that is nested deeper. */
const deepest = 1000

/** @returns undefined if Kong cannot read it as JSON */
export function decodeJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return depthOf(text) > deepest ? undefined : value
  } catch {
    return undefined
  }
}

/** @param json valid JSON: all brackets outside of texts are in pairs */
function depthOf(json: string): number {
  let [depth, most] = [0, 0]
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    if (depth > most) most = depth
  }
  return most
}

/** Digits of a number in bodies that Kong writes; plugins with their own encoder write 14 digits. */
export const digitsOf = ({ major }: Version): number => (major >= 3 ? 16 : 14)

/** Members keep their order. */
export function luaJson(value: unknown, digits = 14): Buffer {
  return Buffer.from(written(value, digits) ?? 'null')
}

function written(value: unknown, digits: number): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value).replaceAll('\x7f', '\\u007f')
  if (typeof value === 'number') return numeral(value, digits)
  if (Array.isArray(value)) return `[${value.map(one => written(one, digits) ?? 'null').join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).flatMap(([name, one]) => {
    const text = written(one, digits)
    return text === undefined ? [] : [`${written(name, digits)}:${text}`]
  })
  return `{${members.join(',')}}`
}

/** A number as Lua writes it, C's `%.14g`: `0.1`, `1e+20`. */
export function numeral(value: number, digits = 14): string {
  if (value === 0 || (Number.isInteger(value) && Math.abs(value) < 10 ** digits)) return String(value)
  const [coefficient = '', exponent = '0'] = value.toExponential(digits - 1).split('e')
  const power = Number(exponent)
  if (power >= -4 && power < digits) return String(Number(value.toPrecision(digits)))
  const sign = power < 0 ? '-' : '+'
  return `${Number(coefficient)}e${sign}${String(Math.abs(power)).padStart(2, '0')}`
}
