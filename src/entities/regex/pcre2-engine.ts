/**
 * PCRE2 10.46, compiled to WebAssembly (scripts/pcre2/build.sh). It is loaded when a pattern first needs it
 * (8 ms). Patterns and texts are bytes, as in Kong, which sets no UTF flag.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { MatchLimitError, PatternError } from './regex.ts'

/** The functions of scripts/pcre2/pcre2-calls.c; all values are numbers, pointers too. */
interface Calls {
  readonly memory: { readonly buffer: ArrayBuffer }
  _initialize(): void
  allocate(size: number): number
  release(pointer: number): void
  compile(pattern: number, length: number, options: number, longestVaryingLookbehind: number): number
  compile_error(): number
  compile_error_offset(): number
  error_message(code: number, buffer: number, size: number): number
  release_code(code: number): void
  capture_count(code: number): number
  name_count(code: number): number
  name_entry_size(code: number): number
  name_table(code: number): number
  match_data(code: number): number
  release_match_data(data: number): void
  ovector(data: number): number
  match(
    code: number,
    text: number,
    length: number,
    data: number,
    matchLimit: number,
    heapKibibytes: number,
  ): number
}

export interface Pcre2Options {
  /** As with the flag `a` of `ngx.re`: matches begin at the start of the text. */
  readonly anchored: boolean
  /** As in PCRE 8: each alternative of a look-behind has a fixed length. */
  readonly fixedLookbehind: boolean
}

export interface Pcre2Pattern {
  /**
   * @returns where the whole match and each group begin and end; -1 for a group that took no part
   * @throws MatchLimitError
   */
  exec(bytes: string): readonly number[] | undefined
  /** Numbers of groups and their names. */
  readonly names: readonly (readonly [number, string])[]
}

/** @throws PatternError */
export type CompilePcre2 = (pattern: string, options: Pcre2Options) => Pcre2Pattern

const anchoredOption = 0x80000000
/** PCRE2's own default. */
const longestLookbehind = 255
const noMatch = -1
const unset = 0xffffffff

/**
 * Steps of one match: enough for every pattern that does not go back and forth through the text over and
 * over, few enough to end in some hundredths of a second. Kong allows 10,000,000 steps of machine code, which
 * takes about as long.
 */
const matchLimit = (length: number): number => Math.min(100_000 + 10 * length, 10_000_000)
const heapLimit = 64 * 1024

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

/** Beside this file; or compressed, beside the bundle that this file is part of. */
function readProgram(): Uint8Array {
  const { url } = import.meta
  if (url !== undefined) return readFileSync(new URL('pcre2.wasm', url))
  return brotliDecompressSync(readFileSync(join(__dirname, 'pcre2.wasm.br')))
}

function load(): CompilePcre2 {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readProgram()), {})
  const calls = instance.exports as Calls
  calls._initialize()
  const unused = new FinalizationRegistry((code: number) => calls.release_code(code))
  return (pattern, options) => {
    const code = compileCode(calls, pattern, options)
    const names = namesOf(calls, code)
    const compiled: Pcre2Pattern = { exec: bytes => execute(calls, code, bytes), names }
    unused.register(compiled, code)
    return compiled
  }
}

/** Loads the engine at the first call, and once. */
export const pcre2 = ((): (() => CompilePcre2) => {
  let compile: CompilePcre2 | undefined
  return () => {
    compile ??= load()
    return compile
  }
})()

/** The caller releases it. */
function write(calls: Calls, bytes: string): number {
  const pointer = calls.allocate(bytes.length + 1)
  if (pointer === 0) throw new MatchLimitError('no memory for the text')
  Buffer.from(calls.memory.buffer, pointer, bytes.length).write(bytes, 'latin1')
  return pointer
}

function compileCode(calls: Calls, pattern: string, { anchored, fixedLookbehind }: Pcre2Options): number {
  const pointer = write(calls, pattern)
  const code = calls.compile(
    pointer,
    pattern.length,
    anchored ? anchoredOption : 0,
    fixedLookbehind ? 0 : longestLookbehind,
  )
  calls.release(pointer)
  if (code !== 0) return code
  throw new PatternError(errorMessage(calls), pattern.slice(calls.compile_error_offset()))
}

function errorMessage(calls: Calls): string {
  const size = 256
  const buffer = calls.allocate(size)
  const length = calls.error_message(calls.compile_error(), buffer, size)
  const message = Buffer.from(calls.memory.buffer, buffer, Math.max(length, 0)).toString('latin1')
  calls.release(buffer)
  return message
}

/** Each entry of the table is the number of a group in two bytes and its name, ended by a zero. */
function namesOf(calls: Calls, code: number): [number, string][] {
  const size = calls.name_entry_size(code)
  const table = Buffer.from(calls.memory.buffer, calls.name_table(code), calls.name_count(code) * size)
  const names: [number, string][] = []
  for (let at = 0; at < table.length; at += size) {
    names.push([table.readUInt16BE(at), table.toString('latin1', at + 2, table.indexOf(0, at + 2))])
  }
  return names
}

function execute(calls: Calls, code: number, bytes: string): number[] | undefined {
  const text = write(calls, bytes)
  const data = calls.match_data(code)
  const result = calls.match(code, text, bytes.length, data, matchLimit(bytes.length), heapLimit)
  const size = 2 * (calls.capture_count(code) + 1)
  const offsets =
    result > 0 ? [...new Uint32Array(calls.memory.buffer, calls.ovector(data), size)] : undefined
  calls.release_match_data(data)
  calls.release(text)
  if (result < 0 && result !== noMatch) throw new MatchLimitError(`PCRE2 error ${result}`)
  return offsets?.map(offset => (offset === unset ? -1 : offset))
}
