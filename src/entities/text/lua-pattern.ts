/**
 * Lua patterns, which Kong's schemas speak, as regular expressions of ours. Covers what schemas use: classes,
 * sets, anchors, repetition.
 */

const classes: Readonly<Record<string, string>> = {
  a: 'A-Za-z',
  c: '\\x00-\\x1f\\x7f',
  d: '0-9',
  l: 'a-z',
  p: '!-\\/:-@\\[-`{-~',
  s: '\\s',
  u: 'A-Z',
  w: 'A-Za-z0-9',
  x: '0-9A-Fa-f',
}

const escaped = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** What `%x` stands for, inside a set or alone. */
function percent(letter: string, inSet: boolean): string {
  const lower = letter.toLowerCase()
  const members = classes[lower]
  if (members === undefined) return escaped(letter)
  if (letter === lower) return inSet ? members : `[${members}]`
  // A negated class inside a set cannot be spelled as members; schemas do not use it.
  return `[^${members}]`
}

/** What may follow one item; at the beginning of an item these are characters like others. */
const repeats: Readonly<Record<string, string>> = { '*': '*', '+': '+', '?': '?', '-': '*?' }

/**
 * @example luaPattern('^%u+$').test('GET') // true
 */
export function luaPattern(pattern: string): RegExp {
  let source = ''
  let inSet = false
  /** Whether an item has just ended that nothing repeats yet. */
  let isItem = false
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? ''
    const repeat: string | undefined = inSet || !isItem ? undefined : repeats[character]
    isItem = repeat === undefined
    if (character === '%') {
      at++
      source += percent(pattern[at] ?? '%', inSet)
    } else if (inSet) {
      if (character === ']') inSet = false
      source += character === '\\' || character === '[' ? `\\${character}` : character
    } else if (repeat !== undefined) source += repeat
    else if (character === '[') {
      inSet = true
      source += '['
      if (pattern[at + 1] === '^') {
        source += '^'
        at++
      }
    } else if (character === '(' || character === ')') {
      source += character
      isItem = false
    } else if (character === '^' && at === 0) {
      source += '^'
      isItem = false
    } else if (character === '$' && at === pattern.length - 1) source += '$'
    else source += character === '.' ? '.' : escaped(character)
  }
  return new RegExp(source, 's')
}
