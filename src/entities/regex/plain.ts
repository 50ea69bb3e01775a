/**
 * Plain patterns as JavaScript's own regular expressions, which are many times faster than an engine in
 * WebAssembly: only where the result is certainly the same and time is bounded.
 */
import { once } from '../language/once.ts'
import { costOf } from './plain-cost.ts'
import type { Dialect } from './plain-sets.ts'
import { type PlainNode, type PlainTree, parsePlain } from './plain-tree.ts'
import { asBytes, fromBytes, type Regex, type RegexMatch } from './regex.ts'

export interface PlainPattern {
  /** @returns undefined for a text that only the pattern's own engine can judge */
  regexFor(text: string): Regex | undefined
}

/** Of texts for which time grows with the square of the length: two million steps. */
const longestQuadratic = 2048
/** Ways to be tried for each character, by degree. */
const mostWays: Readonly<Record<number, number>> = { 1: 1000, 2: 8 }

/** @returns undefined where JavaScript would, or might, match otherwise or for too long */
export function plainPattern(
  pattern: string,
  dialect: Dialect,
  isAnchored = false,
): PlainPattern | undefined {
  const tree = parsePlain(pattern, dialect)
  if (tree === undefined) return undefined
  const cost = costOf(tree, isAnchored)
  if (cost === undefined || cost.ways > (mostWays[cost.degree] ?? 0)) return undefined
  const isShort = (text: string) => cost.degree === 1 || text.length <= longestQuadratic
  const [narrow, wide] = regexesOf(tree, dialect, isAnchored)
  return {
    regexFor: text => {
      if (!isShort(text)) return undefined
      return dialect === 'pcre' || !/[^\0-\x7f]/.test(text) ? narrow() : wide?.()
    },
  }
}

/** Made when first used: of many thousand routes few are tried. */
function regexesOf(
  tree: PlainTree,
  dialect: Dialect,
  isAnchored: boolean,
): readonly [() => Regex, (() => Regex) | undefined] {
  const flags = `${tree.ignoresCase ? 'i' : ''}${isAnchored ? 'y' : ''}`
  const narrow = once(() => regexOf(new RegExp(sourceOf(tree.root, 'source'), flags)))
  // A bound of words, and the case of letters, are matters of ASCII in JavaScript, or of other rules.
  if (dialect === 'pcre' || tree.ignoresCase || hasBoundary(tree.root)) return [narrow, undefined]
  return [narrow, once(() => ofBytes(regexOf(new RegExp(sourceOf(tree.root, 'wide'), `${flags}u`))))]
}

function sourceOf(node: PlainNode, which: 'source' | 'wide'): string {
  switch (node.is) {
    case 'set':
      return node.set[which]
    case 'sequence':
      return node.parts.map(part => sourceOf(part, which)).join('')
    case 'choice':
      return node.parts.map(part => sourceOf(part, which)).join('|')
    case 'group': {
      const opening = node.name === undefined ? (node.isCapturing ? '(' : '(?:') : `(?<${node.name}>`
      return `${opening}${sourceOf(node.inner, which)})`
    }
    case 'repeat': {
      const { min, max } = node
      const bounds = `{${min},${max === Infinity ? '' : max}}`
      return `${sourceOf(node.inner, which)}${bounds}${node.isLazy ? '?' : ''}`
    }
    default:
      return node.source
  }
}

function hasBoundary(node: PlainNode): boolean {
  if (node.is === 'sequence' || node.is === 'choice') return node.parts.some(hasBoundary)
  if (node.is === 'group' || node.is === 'repeat') return hasBoundary(node.inner)
  return node.is === 'boundary'
}

function regexOf(regex: RegExp): Regex {
  const exec = (text: string) => {
    regex.lastIndex = 0
    return regex.exec(text)
  }
  return {
    test: text => {
      regex.lastIndex = 0
      return regex.test(text)
    },
    find: text => exec(text)?.[0],
    match: text => {
      const found = exec(text)
      if (found === null) return undefined
      return { whole: found[0], groups: found.slice(1), named: defined(found.groups ?? {}) }
    },
  }
}

const defined = (named: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )

/** A regular expression of characters for texts in bytes; none matches what is not UTF-8. */
export function ofBytes(regex: Regex): Regex {
  return {
    test: bytes => {
      const text = fromBytes(bytes)
      return text !== undefined && regex.test(text)
    },
    find: bytes => {
      const text = fromBytes(bytes)
      const found = text === undefined ? undefined : regex.find(text)
      return found === undefined ? undefined : asBytes(found)
    },
    match: bytes => {
      const text = fromBytes(bytes)
      const found = text === undefined ? undefined : regex.match(text)
      return found && inBytes(found)
    },
  }
}

const inBytes = ({ whole, groups, named }: RegexMatch): RegexMatch => ({
  whole: asBytes(whole),
  groups: groups.map(group => (group === undefined ? undefined : asBytes(group))),
  named: Object.fromEntries(Object.entries(named).map(([name, value]) => [name, asBytes(value)])),
})
