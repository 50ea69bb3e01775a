/**
 * The old and the new content of a file, laid beside the tree that the old one was read from: which nodes
 * stay, which change, which go. What that means for the text is `block.ts`'s and `flow.ts`'s business.
 */
import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../../entities/language/values.ts'
import type { Path } from '../../../state/state.ts'
import { nodeValue } from '../content.ts'
import {
  type AliasNode,
  eachChild,
  isMerge,
  type MappingNode,
  type Node,
  type Pair,
  type SequenceNode,
} from '../tree.ts'
import { matchItems } from './match-items.ts'

type Values = Readonly<Record<string, unknown>>

interface Common {
  readonly path: Path
  readonly before: unknown
  readonly after: unknown
}

export type Aligned = Common &
  (
    | { readonly type: 'same'; readonly node: Node }
    | { readonly type: 'scalar'; readonly node: Node }
    /** Another value takes its place, with all that is in it. */
    | { readonly type: 'rewritten'; readonly node: Node }
    | { readonly type: 'alias'; readonly node: AliasNode }
    | AlignedMapping
    | AlignedSequence
  )

export interface AlignedMapping extends Common {
  readonly type: 'mapping'
  readonly node: MappingNode
  readonly before: Values
  readonly after: Values
  readonly pairs: readonly AlignedPair[]
  /** Names without a pair of their own. A merge key may have them. */
  readonly added: readonly string[]
}

export type AlignedPair =
  | { readonly type: 'kept'; readonly pair: Pair; readonly value: Aligned; readonly newName?: string }
  | { readonly type: 'removed'; readonly pair: Pair }
  | { readonly type: 'merge'; readonly pair: Pair }

export interface AlignedSequence extends Common {
  readonly type: 'sequence'
  readonly node: SequenceNode
  readonly items: readonly AlignedItem[]
}

/** In the new order; a removed item stands where it was. */
export type AlignedItem =
  | { readonly type: 'kept'; readonly index: number; readonly value: Aligned }
  | { readonly type: 'removed'; readonly index: number }
  | { readonly type: 'added'; readonly value: unknown }

export interface Alignment {
  readonly root: Aligned
  /** What each node that stays stands for from now on. */
  readonly values: ReadonlyMap<Node, unknown>
}

/** @param originals see `TrackedCopy` */
export function align(
  root: Node,
  before: unknown,
  after: unknown,
  originals: ReadonlyMap<unknown, unknown>,
): Alignment {
  const values = new Map<Node, unknown>()

  function visit(node: Node, before: unknown, after: unknown, path: Path): Aligned {
    const common = { path, before, after }
    if (node.type === 'alias') return { ...common, type: 'alias', node }
    if (node.type === 'mapping' && isRecord(before) && isRecord(after)) {
      const aligned = mapping(node, before, after, path)
      if (aligned !== undefined) return aligned
    } else if (node.type === 'sequence' && Array.isArray(before) && Array.isArray(after)) {
      const aligned = sequence(node, before, after, path)
      if (aligned !== undefined) return aligned
    } else if (node.type === 'scalar' && (typeof after !== 'object' || after === null)) {
      values.set(node, after)
      return { ...common, type: Object.is(before, after) ? 'same' : 'scalar', node }
    }
    return { ...common, type: 'rewritten', node }
  }

  /** @returns undefined where nothing of it stays */
  function mapping(node: MappingNode, before: Values, after: Values, path: Path): AlignedMapping | undefined {
    const last = new Map<string, Pair>()
    for (const pair of node.pairs) if (!isMerge(pair)) last.set(nameOf(pair), pair)
    const added = Object.keys(after).filter(name => !last.has(name) && after[name] !== undefined)
    const renamed = renames(before, after, [...last.keys()], added, originals)
    const staying = (pair: Pair): boolean =>
      isMerge(pair) || after[nameOf(pair)] !== undefined || renamed.has(nameOf(pair))
    if (!node.pairs.some(staying) && (node.pairs.length > 0 || added.length > 0)) return undefined
    values.set(node, after)
    const pairs = node.pairs.map((pair): AlignedPair => {
      if (isMerge(pair)) {
        keepAll(pair.value)
        return { type: 'merge', pair }
      }
      const name = nameOf(pair)
      if (!staying(pair)) return { type: 'removed', pair }
      values.set(pair.key, name)
      // Of two pairs of one name, the first has no value.
      if (last.get(name) !== pair)
        return { type: 'kept', pair, value: visit(pair.value, null, null, [...path, name]) }
      const newName = renamed.get(name)
      const value = visit(pair.value, before[name], after[newName ?? name], [...path, name])
      return { type: 'kept', pair, value, ...(newName !== undefined && { newName }) }
    })
    const newNames = new Set(renamed.values())
    const left = added.filter(name => !newNames.has(name))
    return { type: 'mapping', node, before, after, path, pairs, added: left }
  }

  function sequence(
    node: SequenceNode,
    before: readonly unknown[],
    after: readonly unknown[],
    path: Path,
  ): AlignedSequence | undefined {
    const changes = matchItems(before, after, originals)
    if (!changes.some(({ type }) => type === 'kept') && changes.length > 0) return undefined
    values.set(node, after)
    const items = changes.map((change): AlignedItem => {
      if (change.type === 'added') return { type: 'added', value: after[change.to] }
      if (change.type === 'removed') return { type: 'removed', index: change.from }
      const item = node.items[change.from] as Node
      const value = visit(item, before[change.from], after[change.to], [...path, change.from])
      return { type: 'kept', index: change.from, value }
    })
    return { type: 'sequence', node, before, after, path, items }
  }

  /** What stands behind `<<` itself is not changed there. */
  function keepAll(node: Node): void {
    if (node.type !== 'alias') values.set(node, nodeValue(node))
    eachChild(node, keepAll)
  }

  return { root: visit(root, before, after, []), values }
}

export const nameOf = ({ key }: Pair): string => (key.type === 'scalar' ? String(key.value ?? key.text) : '')

/** A pair that goes and a new one with the same value: the value has a new name. Numbers may agree by chance. */
function renames(
  before: Values,
  after: Values,
  names: readonly string[],
  added: readonly string[],
  originals: ReadonlyMap<unknown, unknown>,
): Map<string, string> {
  const gone = names.filter(name => after[name] === undefined)
  const found = new Map<string, string>()
  if (gone.length === 0) return found
  for (const fresh of added) {
    const value = after[fresh]
    const old = gone.find(name => !found.has(name) && isSame(before[name], value, originals))
    if (old !== undefined) found.set(old, fresh)
  }
  return found
}

function isSame(before: unknown, after: unknown, originals: ReadonlyMap<unknown, unknown>): boolean {
  if (typeof after === 'object' && after !== null) return originals.get(after) === before
  return typeof after === 'string' && after !== '' && isDeepStrictEqual(before, after)
}
