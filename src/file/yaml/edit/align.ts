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

type Originals = ReadonlyMap<unknown, unknown>

interface Walk {
  readonly originals: Originals
  /** See `Alignment`. */
  readonly values: Map<Node, unknown>
}

/** @param originals see `TrackedCopy` */
export function align(root: Node, before: unknown, after: unknown, originals: Originals): Alignment {
  const walk = { originals, values: new Map<Node, unknown>() }
  return { root: alignNode(root, { before, after, path: [] }, walk), values: walk.values }
}

function alignNode(node: Node, common: Common, walk: Walk): Aligned {
  const { before, after } = common
  if (node.type === 'alias') return { ...common, type: 'alias', node }
  if (node.type === 'mapping' && isRecord(before) && isRecord(after)) {
    const aligned = alignMapping(node, { ...common, before, after }, walk)
    if (aligned !== undefined) return aligned
  } else if (node.type === 'sequence' && Array.isArray(before) && Array.isArray(after)) {
    const aligned = alignSequence(node, { ...common, before, after }, walk)
    if (aligned !== undefined) return aligned
  } else if (node.type === 'scalar' && (typeof after !== 'object' || after === null)) {
    walk.values.set(node, after)
    return { ...common, type: Object.is(before, after) ? 'same' : 'scalar', node }
  }
  return { ...common, type: 'rewritten', node }
}

/** @returns undefined where nothing of it stays */
function alignMapping(
  node: MappingNode,
  common: Common & { readonly before: Values; readonly after: Values },
  walk: Walk,
): AlignedMapping | undefined {
  const { before, after, path } = common
  const last = new Map<string, Pair>()
  for (const pair of node.pairs) if (!isMerge(pair)) last.set(nameOf(pair), pair)
  const added = Object.keys(after).filter(name => !last.has(name) && after[name] !== undefined)
  const renamed = renames(before, after, [...last.keys()], added, walk.originals)
  const staying = (pair: Pair): boolean =>
    isMerge(pair) || after[nameOf(pair)] !== undefined || renamed.has(nameOf(pair))
  if (!node.pairs.some(staying) && (node.pairs.length > 0 || added.length > 0)) return undefined
  walk.values.set(node, after)
  const pairs = node.pairs.map((pair): AlignedPair => {
    if (isMerge(pair)) {
      keepAll(pair.value, walk)
      return { type: 'merge', pair }
    }
    const name = nameOf(pair)
    if (!staying(pair)) return { type: 'removed', pair }
    walk.values.set(pair.key, name)
    const newName = renamed.get(name)
    // Of two pairs of one name, the first has no value.
    const isLast = last.get(name) === pair
    const inside = isLast
      ? { before: before[name], after: after[newName ?? name] }
      : { before: null, after: null }
    const value = alignNode(pair.value, { ...inside, path: [...path, name] }, walk)
    return { type: 'kept', pair, value, ...(isLast && newName !== undefined && { newName }) }
  })
  const newNames = new Set(renamed.values())
  return { ...common, type: 'mapping', node, pairs, added: added.filter(name => !newNames.has(name)) }
}

/** @returns undefined where nothing of it stays */
function alignSequence(
  node: SequenceNode,
  common: Common & { readonly before: readonly unknown[]; readonly after: readonly unknown[] },
  walk: Walk,
): AlignedSequence | undefined {
  const { before, after, path } = common
  const changes = matchItems(before, after, walk.originals)
  if (!changes.some(({ type }) => type === 'kept') && changes.length > 0) return undefined
  walk.values.set(node, after)
  const items = changes.map((change): AlignedItem => {
    if (change.type === 'added') return { type: 'added', value: after[change.to] }
    if (change.type === 'removed') return { type: 'removed', index: change.from }
    const inside = { before: before[change.from], after: after[change.to], path: [...path, change.from] }
    return {
      type: 'kept',
      index: change.from,
      value: alignNode(node.items[change.from] as Node, inside, walk),
    }
  })
  return { ...common, type: 'sequence', node, items }
}

/** What stands behind `<<` itself is not changed there. */
function keepAll(node: Node, walk: Walk): void {
  if (node.type !== 'alias') walk.values.set(node, nodeValue(node))
  eachChild(node, child => keepAll(child, walk))
}

export const nameOf = ({ key }: Pair): string => (key.type === 'scalar' ? String(key.value ?? key.text) : '')

/** A removed and a new pair with the same value: the value has a new name. Numbers may agree by chance. */
function renames(
  before: Values,
  after: Values,
  names: readonly string[],
  added: readonly string[],
  originals: Originals,
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

function isSame(before: unknown, after: unknown, originals: Originals): boolean {
  if (typeof after === 'object' && after !== null) return originals.get(after) === before
  return typeof after === 'string' && after !== '' && isDeepStrictEqual(before, after)
}
