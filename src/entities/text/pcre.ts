/**
 * PCRE's patterns, which Kong's routes and plugins speak, as regular expressions of ours. What JavaScript writes differently is
 * translated, what it lacks comes as near as it can: possessive repetition and atomic groups may go back where PCRE would not.
 */

const posix: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
}

const escapes: Readonly<Record<string, string>> = {
  A: '^',
  z: '$',
  Z: '$',
  h: '[ \\t]',
  H: '[^ \\t]',
  R: '(?:\\r\\n|\\n|\\r)',
  a: '\\x07',
  e: '\\x1b',
}

/** An escape, or a class. A bracket that closes is text where it comes first: `[]` is a class that is not closed. */
const classes = /\\.|\[(\^?)(\]?)((?:\\.|[^\]\\])*)\]/gs

function inClass(whole: string, not: string | undefined, first: string, rest: string): string {
  if (not === undefined) return whole
  if (first !== '') return `[${not}\\]${rest}]`
  return rest === '' ? `[${not}\\]` : whole
}

/** `\\Q…\\E` is text as it stands. */
const unquoted = (pattern: string): string =>
  pattern.replace(/\\Q(.*?)(?:\\E|$)/gs, (_whole, text: string) =>
    text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'),
  )

/** `(?i)` and its like set flags from there on; JavaScript has them for the whole pattern only. */
function flagsOf(pattern: string): string {
  const named = [...pattern.matchAll(/\(\?([a-zA-Z]*)(?:-[a-zA-Z]+)?[):]/g)]
    .map(match => match[1] ?? '')
    .join('')
  return ['i', 'm', 's'].filter(flag => named.includes(flag)).join('')
}

/**
 * @throws SyntaxError where the pattern is none
 * @example pcre('(?i)/a').test('/A') // true
 */
export function pcre(pattern: string, flags = ''): RegExp {
  const source = unquoted(pattern)
    .replace(/\[:(\^?)(\w+):\]/g, (whole, not: string, name: string) =>
      not === '' ? (posix[name] ?? whole) : whole,
    )
    .replace(classes, inClass)
    .replace(/\\([a-zA-Z])/g, (whole, letter: string) => escapes[letter] ?? whole)
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replaceAll('(?>', '(?:')
    .replace(/\(\?[a-zA-Z]*(?:-[a-zA-Z]+)?\)/g, '')
    .replace(/\(\?[a-zA-Z]+(?:-[a-zA-Z]+)?:/g, '(?:')
    .replace(/(?<!\\)([*+?}])\+/g, '$1')
  return new RegExp(source, [...new Set(flags + flagsOf(pattern))].join(''))
}

/** What can not be said in our regular expressions matches nothing: one route must not bring down the others. */
export function pcreOrNever(pattern: string, flags = ''): RegExp {
  try {
    return pcre(pattern, flags)
  } catch {
    return /(?!)/
  }
}
