/**
 * Rust's own `regex`, compiled to WebAssembly (the package rregex), loaded when a pattern first needs it: 50
 * ms. It is linear.
 */
import { createRequire } from 'node:module'
import type { RRegex } from 'rregex'
import { PatternError, type Regex, type RegexMatch } from './regex.ts'

interface Library {
  readonly RRegex: new (pattern: string) => RRegex
}

/**
 * Programs with many alphabets take a megabyte; the least recently made ones are made again when they are
 * needed.
 */
const mostPrograms = 200

interface Engine {
  /** @throws PatternError */
  compile(pattern: string): RRegex
  /** @returns the program, compiled again if necessary */
  program(holder: Holder): RRegex
}

interface Holder {
  readonly pattern: string
  made?: RRegex | undefined
}

function load(): Engine {
  const { url } = import.meta
  const { RRegex } =
    // The build bundles what is required by name.
    (url === undefined ? require('rregex') : createRequire(url)('rregex')) as Library
  const compile = (pattern: string): RRegex => {
    try {
      return new RRegex(pattern)
    } catch (error) {
      throw new PatternError(error instanceof Error ? error.message : String(error))
    }
  }
  const holders = new Set<Holder>()
  return {
    compile,
    program: holder => {
      if (holder.made !== undefined) return holder.made
      const [oldest] = holders
      if (oldest !== undefined && holders.size >= mostPrograms) {
        oldest.made?.free()
        oldest.made = undefined
        holders.delete(oldest)
      }
      holder.made = compile(holder.pattern)
      holders.add(holder)
      return holder.made
    },
  }
}

const engine = ((): (() => Engine) => {
  let loaded: Engine | undefined
  return () => {
    loaded ??= load()
    return loaded
  }
})()

/** @throws PatternError with Rust's own text, over several lines */
export function checkRust(pattern: string): void {
  engine().compile(pattern).free()
}

/** Texts are text here, not bytes. @param pattern one that has been checked */
export function rustRegex(pattern: string): Regex {
  const holder: Holder = { pattern }
  const withNames: Holder = { pattern: allNamed(pattern) }
  return {
    test: text => engine().program(holder).isMatch(text),
    find: text => engine().program(holder).find(text)?.value,
    match: text => matchOf(engine().program(holder), () => engine().program(withNames), text),
  }
}

/** The library leaves groups out that took no part, so that the others lose their numbers; names stay. */
function matchOf(regex: RRegex, withNames: () => RRegex, text: string): RegexMatch | undefined {
  const found = regex.captures(text)
  const [whole, ...groups] = found?.get ?? []
  if (found === undefined || whole === undefined) return undefined
  const named = Object.fromEntries(Object.entries(found.name).map(([name, { value }]) => [name, value]))
  const names = regex.captureNames() as (string | null)[]
  if (groups.length === names.length - 1)
    return { whole: whole.value, groups: groups.map(({ value }) => value), named }
  const all = withNames().captures(text)?.name ?? {}
  const numbered = names.slice(1).map((name, index) => all[name ?? numberName(index + 1)]?.value)
  return { whole: whole.value, groups: numbered, named }
}

const numberName = (number: number): string => `group_number_${number}`

/** Names each group that has none: `(a)?(b)` → `(?P<group_number_1>a)?(?P<group_number_2>b)`. */
function allNamed(pattern: string): string {
  const comment = /\(\?[a-zA-Z]*x/.test(pattern) ? '#[^\\n]*|' : ''
  const escapes = String.raw`\\(?:[pP]\{[^}]*\}|.)`
  const parts = new RegExp(String.raw`${escapes}|${comment}\[\^?\]?|\]|\((\?(?!P?<))?(\?P?<)?`, 'gsu')
  let number = 0
  let depth = 0
  return pattern.replace(parts, (whole, special: string | undefined, named: string | undefined) => {
    if (whole.startsWith('[')) depth += 1
    else if (whole === ']') depth = Math.max(0, depth - 1)
    if (!whole.startsWith('(') || depth > 0 || special !== undefined) return whole
    number += 1
    return named === undefined ? `(?P<${numberName(number)}>` : whole
  })
}
