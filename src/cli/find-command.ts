/**
 * Finds the command of the words, and the rest of the arguments. Global flags may be before and between the
 * words, as in decK.
 */
import { nearest } from '../entities/text/did-you-mean.ts'

export type CommandMatch =
  | { readonly what: 'command'; readonly id: string; readonly argv: readonly string[] }
  /** `words`: the subject of the help; empty for the whole program. */
  | { readonly what: 'help'; readonly words: readonly string[] }
  | { readonly what: 'unknown'; readonly word: string; readonly under: string; readonly near?: string }

interface Known {
  /** `sync`, `gateway:sync`. */
  readonly ids: readonly string[]
  /** Names of flags that take no value. */
  readonly booleans: ReadonlySet<string>
}

/**
 * @example findCommand(['--verbose', '1', 'gateway', 'sync', 'a.yaml'], …) // gateway:sync ['--verbose', '1',
 *   'a.yaml'] Wrong words below `gateway` and `file` are unknown too, where decK shows help and succeeds.
 */
export function findCommand(argv: readonly string[], { ids, booleans }: Known): CommandMatch {
  const wantsHelp = argv.slice(0, endOfFlags(argv)).some(word => word === '--help' || word === '-h')
  const first = nextWord(argv, 0, booleans)
  if (first === undefined) {
    const [flag] = argv
    if (wantsHelp || flag === undefined) return { what: 'help', words: [] }
    return { what: 'unknown', word: flag, under: 'deck' }
  }
  if (first.word === 'help') return help(argv.filter(word => !word.startsWith('-')).slice(1), ids)
  const words = [first]
  if (!ids.includes(first.word)) {
    const below = childrenOf(first.word, ids)
    if (below.length === 0) return unknown(first.word, 'deck', topics(ids))
    const second = nextWord(argv, first.index + 1, booleans)
    if (second === undefined) return { what: 'help', words: [first.word] }
    if (!below.includes(second.word)) return unknown(second.word, `deck ${first.word}`, below)
    words.push(second)
  }
  const names = words.map(({ word }) => word)
  if (wantsHelp) return { what: 'help', words: names }
  const taken = new Set(words.map(({ index }) => index))
  return { what: 'command', id: names.join(':'), argv: argv.filter((_, index) => !taken.has(index)) }
}

function help(words: readonly string[], ids: readonly string[]): CommandMatch {
  const [first, second] = words
  if (first === undefined) return { what: 'help', words: [] }
  const below = childrenOf(first, ids)
  if (below.length === 0 && !ids.includes(first)) return unknown(first, 'deck', topics(ids))
  if (second !== undefined && below.length > 0 && !below.includes(second)) {
    return unknown(second, `deck ${first}`, below)
  }
  return { what: 'help', words: below.length > 0 ? words.slice(0, 2) : [first] }
}

/** The first argument from `start` on that is neither a flag nor a flag's value. */
function nextWord(argv: readonly string[], start: number, booleans: ReadonlySet<string>) {
  for (let index = start; index < argv.length; index++) {
    const word = argv[index] ?? ''
    if (!word.startsWith('-') || word === '-') return { word, index }
    if (word === '--') return undefined
    const takesNext = /^--[\w-]+$/.test(word) && word !== '--help' && !booleans.has(word.slice(2))
    if (takesNext) index++
  }
  return undefined
}

const endOfFlags = (argv: readonly string[]): number =>
  argv.includes('--') ? argv.indexOf('--') : argv.length

const childrenOf = (topic: string, ids: readonly string[]): string[] =>
  ids.filter(id => id.startsWith(`${topic}:`)).map(id => id.slice(topic.length + 1))

const topics = (ids: readonly string[]): string[] => [...new Set(ids.map(id => id.split(':')[0] ?? id))]

function unknown(word: string, under: string, names: readonly string[]): CommandMatch {
  const [near] = nearest(word, names)
  return { what: 'unknown', word, under, ...(near !== undefined && { near }) }
}
