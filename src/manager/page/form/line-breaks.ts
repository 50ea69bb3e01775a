/**
 * Texts with any line breaks in a text area, which only has LF: a browser returns LF for each CRLF and CR.
 * Lines that an edit does not touch keep their line breaks; new ones are like the others of the text.
 */

/** The text in a text area. */
export const shownText = (text: string): string => text.replace(/\r\n?/g, '\n')

export const hasLineBreaks = (text: string): boolean => /[\r\n]/.test(text)

/**
 * @param original with its own line breaks
 * @param edited what the text area holds after an edit of `shownText(original)`
 */
export function withEdit(original: string, edited: string): string {
  if (!original.includes('\r')) return edited
  const shown = shownText(original)
  const shorter = Math.min(shown.length, edited.length)
  let start = 0
  while (start < shorter && shown[start] === edited[start]) start++
  let end = 0
  while (end < shorter - start && shown.at(-1 - end) === edited.at(-1 - end)) end++
  const inserted = edited.slice(start, edited.length - end)
  const [from, to] = [placeIn(original, start), placeIn(original, shown.length - end)]
  return original.slice(0, from) + inserted.replaceAll('\n', lineBreakOf(original)) + original.slice(to)
}

/** Where a place in the shown text is in the original: each CRLF before it counts once more. */
function placeIn(original: string, shownPlace: number): number {
  let place = 0
  for (let shown = 0; shown < shownPlace; shown++) place += original.startsWith('\r\n', place) ? 2 : 1
  return place
}

/** CRLF or CR where all line breaks of the text are such, else LF. */
function lineBreakOf(text: string): string {
  const breaks = new Set(text.match(/\r\n|\r|\n/g))
  const [only = '\n'] = breaks
  return breaks.size === 1 ? only : '\n'
}

const names: Readonly<Record<string, string>> = { '\r\n': 'CRLF', '\r': 'CR', '\n': 'LF' }

/** A note about line breaks, which are invisible; undefined if all are LF. */
export function lineBreakNote(text: string): string | undefined {
  if (!text.includes('\r')) return undefined
  const found = [...new Set(text.match(/\r\n|\r|\n/g))].map(one => names[one])
  return found.length === 1
    ? `The lines end with ${found[0]}. New lines will, too.`
    : `Some lines end with ${found.slice(0, -1).join(', ')}, others with ${found.at(-1)}. They stay so; new lines end with LF.`
}
