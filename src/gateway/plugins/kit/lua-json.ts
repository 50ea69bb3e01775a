/** JSON as Kong's plugins write it anew (lua-cjson): slashes are escaped, and numbers have 14 digits. Names keep their order. */
export function luaJson(value: unknown): Buffer {
  return Buffer.from(written(value) ?? 'null')
}

function written(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value).replaceAll('/', '\\/')
  if (typeof value === 'number') return numeral(value)
  if (Array.isArray(value)) return `[${value.map(one => written(one) ?? 'null').join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).flatMap(([name, one]) => {
    const text = written(one)
    return text === undefined ? [] : [`${written(name)}:${text}`]
  })
  return `{${members.join(',')}}`
}

/** A number as Lua writes it, C's `%.14g`: `0.1`, `1e+20`. */
export function numeral(value: number): string {
  if (value === 0 || (Number.isInteger(value) && Math.abs(value) < 1e14)) return String(value)
  const [digits = '', exponent = '0'] = value.toExponential(13).split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 14) return String(Number(value.toPrecision(14)))
  const sign = power < 0 ? '-' : '+'
  return `${Number(digits)}e${sign}${String(Math.abs(power)).padStart(2, '0')}`
}
