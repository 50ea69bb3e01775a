/** Reads the words of Lua code one after another, and refuses a word at a wrong place. */
import { type Word, wordsOf } from './lexer.ts'
import { LuaError } from './source.ts'

export interface Words {
  /** The word that is read next. */
  readonly word: Word
  /** The word after it. */
  ahead(): Word
  next(): void
  /** Reads the word if it is of that type. */
  accept(type: string): boolean
  /** @throws LuaError unless the word is of that type */
  demand(type: string): void
  /** The same for the end of a construct that began at a line. */
  close(type: string, opened: string, line: number): void
  demandName(): string
  /** @throws LuaError at the word */
  fail(problem: string): never
}

/** @throws LuaError */
export function createWords(code: string): Words {
  const words = wordsOf(code)
  let word = words.next().value
  let following: Word | undefined

  const next = (): void => {
    word = following ?? words.next().value
    following = undefined
  }
  const fail = (problem: string): never => {
    throw new LuaError(word.line, problem, word.text)
  }
  const accept = (type: string): boolean => {
    if (word.type !== type) return false
    next()
    return true
  }
  const demand = (type: string): void => {
    if (!accept(type)) fail(`'${type}' expected`)
  }
  return {
    get word() {
      return word
    },
    ahead: () => {
      following ??= words.next().value
      return following
    },
    next,
    accept,
    demand,
    close: (type, opened, line) => {
      if (word.line === line) demand(type)
      else if (!accept(type)) fail(`'${type}' expected (to close '${opened}' at line ${line})`)
    },
    demandName: () => {
      const { text } = word
      demand('<name>')
      return text
    },
    fail,
  }
}
