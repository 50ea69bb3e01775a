/** Changes of a text at offsets, and where its lines begin and end. */

/** Everything from `from` to `to` gives way to `text`. */
export interface Splice {
  readonly from: number
  readonly to: number
  readonly text: string
}

/**
 * What is inserted at one place stands there in the order of the splices, before what replaces the text
 * behind it. What is inserted within a removed stretch stands in its place.
 */
export function spliced(text: string, splices: readonly Splice[]): string {
  let done = 0
  let result = ''
  for (const { from, to, text: fresh } of inOrder(splices)) {
    result += text.slice(done, Math.max(done, from)) + fresh
    done = Math.max(done, to)
  }
  return result + text.slice(done)
}

const inOrder = (splices: readonly Splice[]): Splice[] => {
  const isInsertion = ({ from, to }: Splice): number => (from === to ? 0 : 1)
  return splices.toSorted((a, b) => a.from - b.from || isInsertion(a) - isInsertion(b))
}

export const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

/** Before the line break. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  if (end === -1) return text.length
  return end > at && text[end - 1] === '\r' ? end - 1 : end
}

/** The start of the line below, or the end of the text. */
export function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end + 1
}

export const columnOf = (text: string, at: number): number => at - lineStart(text, at)

/** The blanks that a line begins with. */
export function indentOf(text: string, at: number): string {
  const start = lineStart(text, at)
  return /^[ \t]*/.exec(text.slice(start, lineEnd(text, at)))?.[0] ?? ''
}

/** Over blanks, line breaks and comments. */
export function skipSpace(text: string, from: number): number {
  let at = from
  for (; at < text.length; at++) {
    if (text[at] === '#' && (at === 0 || /\s/.test(text[at - 1] ?? ''))) at = lineEnd(text, at)
    else if (!/\s/.test(text[at] ?? '')) return at
  }
  return Math.min(at, text.length)
}

/** Whether nothing but blanks stands before an offset on its line. */
export const beginsLine = (text: string, at: number): boolean =>
  text.slice(lineStart(text, at), at).trim() === ''
