/**
 * Typed numbers: read exactly, or refused with a reason. `8e2`, `0x50` and `1_000` are refused, and so are
 * numbers that 64 bits cannot hold exactly: JSON's numbers have 64 bits, here as in Kong, and more than 15
 * digits may change.
 */

export type Parsed = { readonly value: unknown } | { readonly problem: string }

const plain = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/** @param text not empty; blanks around it do not matter */
export function parseNumber(text: string): Parsed {
  const typed = text.trim()
  const value = Number(typed)
  // The form starts with JavaScript's text of a very large or small number, such as 1e+21.
  if (plain.test(typed) || (Number.isFinite(value) && typed === String(value))) {
    return isExact(typed)
      ? { value }
      : { problem: `A number cannot hold ${typed}: it would become ${value}.` }
  }
  const meant = Number(typed.replace(/[_'\s]|,(?=\d{3}(?!\d))/g, ''))
  const advice = Number.isFinite(meant) && /\d/.test(typed) ? ` Write ${String(meant)}.` : ''
  return { problem: `${JSON.stringify(typed)} is not a number in plain digits.${advice}` }
}

/** Whether a number that is read from the text and written again says the same. */
export const isExact = (text: string): boolean => decimal(text) === decimal(String(Number(text)))

/** Digits and exponent, without zeros at either end: `-1.50e3` → `-15e2`. */
function decimal(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  const power = Number(exponent) - fraction.length + (digits.length - significant.length)
  return `${sign}${significant}e${significant === '' ? 0 : power}`
}
