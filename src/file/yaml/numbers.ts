/**
 * Numbers as decK writes them in YAML. decK first writes JSON, and then reads that JSON as YAML: integers that
 * fit into 64 bits stay integers, and all other numbers are printed as Go prints a float (`%g`).
 */
const leastInteger = -(2n ** 63n)
const greatestInteger = 2n ** 64n - 1n

export function yamlNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value)
  if (Number.isFinite(value)) return isInteger64(value) ? String(value) : goFloat(value)
  return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf'
}

/** Judged by the digits in JSON: 2^63 is written as `9223372036854776000`, which is greater. */
function isInteger64(value: number): boolean {
  const text = String(value)
  if (!/^-?\d+$/.test(text)) return false
  const integer = BigInt(text)
  return integer >= leastInteger && integer <= greatestInteger
}

/** Go prints an exponent of two digits where the number is 1,000,000 or more, or less than 0.0001. */
export function goFloat(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return String(value)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}
