/** Lua code while it is read, and what LuaJIT says where it cannot be. */

export interface Source {
  readonly code: string
  at: number
  /** Line of `at`, from 1. */
  line: number
}

/** LuaJIT's message about code, without the chunk's name: `1: unexpected symbol near '<eof>'`. */
export class LuaError extends Error {
  constructor(line: number, problem: string, near?: string) {
    super(near === undefined ? `${line}: ${problem}` : `${line}: ${problem} near '${near}'`)
    this.name = 'LuaError'
  }
}

/** @param pattern a sticky one @returns what it matches here, undefined for nothing */
export function lookingAt({ code, at }: Source, pattern: RegExp): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(code)?.[0]
}

/** Goes on by so many characters. @returns them */
export function take(source: Source, length: number): string {
  const text = source.code.slice(source.at, source.at + length)
  source.line += text.match(/\r\n|\n\r|\r|\n/g)?.length ?? 0
  source.at += length
  return text
}
