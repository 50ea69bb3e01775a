/**
 * Whether code is Lua: a parser without output that reports, in LuaJIT's words, the first error. Plugins with
 * Lua code (pre-function, custom fields of log plugins) refuse code that Kong could not load. Nothing runs.
 * Why it is our own: docs/decisions/2026-12-01-lua-syntax.md.
 */
import { createLabels } from './labels.ts'
import type { Parser } from './parser.ts'
import { LuaError } from './source.ts'
import { readBlock } from './statements.ts'
import { createWords } from './words.ts'

/** How LuaJIT names a chunk by its text: its first line, 45 bytes at most where more follows. */
function chunkName(code: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the name ends at the first of them
  const [start = ''] = /^[^\x00-\x1f]{0,48}/.exec(code) ?? []
  return `[string "${start.length === code.length ? code : `${start.slice(0, 45)}...`}"]`
}

/** @returns LuaJIT's error, such as `[string "x("]:1: unexpected symbol near '<eof>'`; undefined for Lua */
export function luaProblem(code: string): string | undefined {
  try {
    parse(code)
    return undefined
  } catch (error) {
    if (error instanceof LuaError) return `${chunkName(code)}:${error.message}`
    // Code that is nested deeper than we can follow is more than Lua takes, too.
    if (error instanceof RangeError) return `${chunkName(code)}:1: chunk has too many syntax levels`
    throw error
  }
}

/** @throws LuaError */
function parse(code: string): void {
  const parser: Parser = {
    words: createWords(code),
    labels: createLabels(),
    block: () => readBlock(parser),
    scope: { isVararg: true, loops: 0 },
  }
  parser.labels.body(parser.block)
  // Only the end of the code ends its outermost block.
  parser.words.demand('<eof>')
}
