/** Text in lines and columns of a width; with an infinite width, each text is one line. */

/** The first column is as wide as its widest term, up to this. */
const widestTerm = 34
const gap = 2

/** @example wrap('one two three', 8) // ['one two', 'three'] */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** The width of all terms of a page, so that its lists are aligned. */
export const termWidth = (terms: readonly string[]): number =>
  Math.min(widestTerm, Math.max(0, ...terms.map(({ length }) => length)))

/** Terms and their texts; after a term that is too wide, the text begins on the next line. */
export function columns(
  rows: readonly (readonly [term: string, text: string])[],
  wide: number,
  width: number,
): string {
  const indent = ' '.repeat(2 + wide + gap)
  return rows
    .flatMap(([term, text]) => {
      const [first = '', ...rest] = wrap(text, Math.max(20, width - indent.length))
      const more = rest.map(line => `${indent}${line}`)
      const fits = term.length <= wide
      return fits
        ? [`  ${term.padEnd(wide + gap)}${first}`, ...more]
        : [`  ${term}`, `${indent}${first}`, ...more]
    })
    .join('\n')
}

export const paragraph = (text: string, width: number): string =>
  wrap(text, width - 2)
    .map(line => `  ${line}`)
    .join('\n')
