/**
 * The beginnings and ends of expressions in a file's text. One line may have tens of thousands of unclosed
 * ones: every part is read a limited number of times.
 */

export const open = '${{'
export const close = '}}'

/**
 * Lines that are comments are left alone; comments behind other text are not (as in decK).
 *
 * @returns whether an expression at an offset is in a comment line
 */
export function commentLines(text: string): (offset: number) => boolean {
  let line = { from: 0, to: -1, isComment: false }
  return offset => {
    if (offset < line.from || offset > line.to) {
      const from = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
      const end = text.indexOf('\n', offset)
      line = { from, to: end === -1 ? text.length : end, isComment: text[firstSolid(text, from)] === '#' }
    }
    return line.isComment
  }
}

/** The offset of the first character that is not white space. */
export function firstSolid(text: string, from: number): number {
  const solid = /\S/g
  solid.lastIndex = from
  return solid.exec(text)?.index ?? text.length
}

/**
 * Quoted texts and comments may contain braces. The quotes may be escaped, as in an expression inside a
 * text in double quotes: `"${{ env \"DECK_X\" }}"`.
 *
 * @returns the offset behind the closing braces of the expression at an offset; -1 if there are none before
 * the next expression
 */
export function expressionEnds(text: string): (offset: number) => number {
  const commentEnd = nextOf(text, '*/')
  const backtick = nextOf(text, '`')
  // The text after these offsets is already read, and closes nothing.
  const dead = new Set<number>()

  /** @returns the offset behind the text in quotes; 0 where it does not end */
  function quotedEnd(quote: string, at: number): number {
    if (quote === '`') return backtick(at + 1) + 1
    const quoted = quote === '"' ? /"(?:[^"\\\n]|\\.)*"/y : /\\"(?:[^"\\\n]|\\\\\\"|\\(?!\\\\")[^"])*\\"/y
    quoted.lastIndex = at
    return quoted.test(text) ? quoted.lastIndex : 0
  }

  function closing(from: number): number {
    const mark = /\}\}|\$\{\{|\\"|["`]/g
    const passed: number[] = []
    for (let at = from; at !== 0 && !dead.has(at); ) {
      passed.push(at)
      mark.lastIndex = at
      const [found] = mark.exec(text) ?? []
      if (found === close) return mark.lastIndex
      if (found === undefined || found === open) break
      at = quotedEnd(found, mark.lastIndex - found.length)
    }
    for (const at of passed) dead.add(at)
    return -1
  }

  return offset => {
    const inside = offset + open.length
    const begin = firstSolid(text, text[inside] === '-' ? inside + 1 : inside)
    const end = text.startsWith('/*', begin) ? commentEnd(begin + 2) : -1
    const behind = /\s*-?\}\}/y
    behind.lastIndex = end + 2
    return end !== -1 && behind.test(text) ? behind.lastIndex : closing(inside)
  }
}

/** Like `indexOf`, for ascending offsets: a far word is searched for only once. */
function nextOf(text: string, word: string): (from: number) => number {
  let known = { from: 0, at: text.indexOf(word) }
  return from => {
    const isKnown = from >= known.from && (known.at === -1 || from <= known.at)
    if (!isKnown) known = { from, at: text.indexOf(word, from) }
    return known.at
  }
}
