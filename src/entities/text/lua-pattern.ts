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

/** The characters of `%x`, inside a set or alone. */
function percent(letter: string, inSet: boolean): string {
  const lower = letter.toLowerCase()
  const members = classes[lower]
  if (members === undefined) return escaped(letter)
  if (letter === lower) return inSet ? members : `[${members}]`
  // A negated class inside a set cannot be spelled as members; schemas do not use it.
  return `[^${members}]`
}

/** Repetitions after an item; at the beginning of an item they are plain characters. */
const repeats: Readonly<Record<string, string>> = { '*': '*', '+': '+', '?': '?', '-': '*?' }

/** An escape, a set, or one character. */
const tokens = /%(?<letter>[\s\S]?)|(?<open>\[\^?)(?<inside>(?:%[\s\S]?|[^\]%])*)(?<close>\]?)|[\s\S]/g

/**
 * @example luaPattern('^%u+$').test('GET') // true
 */
export function luaPattern(pattern: string): RegExp {
  let source = ''
  /** Whether the last token is an item that nothing repeats yet. */
  let isItem = false
  for (const { 0: token, index, groups = {} } of pattern.matchAll(tokens)) {
    const repeat: string | undefined = isItem ? repeats[token] : undefined
    const isAnchor = (token === '^' && index === 0) || (token === '$' && index === pattern.length - 1)
    source += repeat ?? (isAnchor ? token : itemSource(token, groups))
    isItem = repeat === undefined && !isAnchor && token !== '(' && token !== ')'
  }
  return new RegExp(source, 's')
}

function itemSource(token: string, { letter, open, inside = '', close }: Tokens): string {
  if (letter !== undefined) return percent(letter || '%', false)
  if (open !== undefined) return `${open}${setSource(inside)}${close}`
  return token === '(' || token === ')' || token === '.' ? token : escaped(token)
}

type Tokens = Readonly<Record<string, string | undefined>>

const setSource = (inside: string): string =>
  inside.replace(/%([\s\S]?)|[\\[]/g, (token, letter: string | undefined) =>
    letter === undefined ? `\\${token}` : percent(letter || '%', true),
  )
