/** Edits of mappings and lists that are laid out by indents. */
import type { Pair } from '../tree.ts'
import { isEmpty, type Node } from '../tree.ts'
import { type AlignedMapping, type AlignedPair, type AlignedSequence, nameOf } from './align.ts'
import {
  behindComments,
  contentEnd,
  dashesOf,
  isFlow,
  keyColumn,
  openEnd,
  pairEnd,
  withAnchor,
} from './extent.ts'
import { itemLines, keyText, likeScalar, pairLines } from './fragment.ts'
import { type Edit, pairSlot } from './slot.ts'
import { beginsLine, columnOf, lineEnd, lineStart, nextLine } from './splices.ts'

/** All entries of a block collection begin lines, but the first may stand behind a dash. */
interface Entry {
  readonly from: number
  /** Behind its last character. */
  readonly end: number
  /** What it ends with. */
  readonly node: Node
  readonly isKept: boolean
}

export function blockMappingEdits(edit: Edit, { node, pairs, added, after }: AlignedMapping): void {
  const { text, look, splice } = edit
  const column = keyColumn(node.pairs, text)
  for (const one of pairs) {
    if (one.type !== 'kept') continue
    edit.value(one.value, pairSlot(edit, one.pair, column))
    if (one.newName !== undefined) splice(one.pair.key.start, one.pair.key.end, keyText(one.newName))
  }
  const entries = pairs.map(
    ({ type, pair }): Entry => ({
      from: withAnchor(pair.key, text),
      end: pairEnd(pair, text),
      node: pair.value,
      isKept: type !== 'removed',
    }),
  )
  removeEntries(edit, entries)
  const kept = pairs.filter(({ type }) => type !== 'removed')
  for (const name of added) {
    const before = placeFor(edit, name, after[name], kept)
    const lines = pairLines(name, after[name], column, look)
    insertLines(edit, entries, before === undefined ? -1 : pairs.indexOf(before), lines, column)
  }
}

/**
 * After which pair a new one stands: in order where the file is; else single values stand before what is
 * nested, so that a service's tags do not end up below its routes.
 *
 * @returns undefined for before the first
 */
function placeFor(
  { text, look }: Edit,
  name: string,
  value: unknown,
  kept: readonly AlignedPair[],
): AlignedPair | undefined {
  if (look.isSorted) return kept.findLast(({ pair }) => nameOf(pair) < name)
  if (!isSimpleValue(value)) return kept.at(-1)
  return kept.findLast(({ pair }) => isSimple(pair, text))
}

const isSimpleValue = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Array.isArray(value) && value.every(item => typeof item !== 'object' || item === null))

const isSimple = ({ value }: Pair, text: string): boolean =>
  value.type === 'scalar' ||
  value.type === 'alias' ||
  isFlow(value, text) ||
  (value.type === 'sequence' && value.items.every(({ type }) => type === 'scalar'))

export function blockSequenceEdits(edit: Edit, { node, items }: AlignedSequence): void {
  const { text, look } = edit
  const dashes = dashesOf(node.items, node.start, text)
  const column = columnOf(text, node.start)
  const first = node.items[0]
  const isBehind = first !== undefined && !isEmpty(first) && first.start < lineEnd(text, node.start)
  const gap = isBehind ? withAnchor(first, text) - node.start : 2
  const kept = new Set(items.flatMap(one => (one.type === 'kept' ? [one.index] : [])))
  const entries: Entry[] = node.items.map((item, index) => ({
    from: dashes[index] ?? 0,
    end: isEmpty(item) ? (dashes[index] ?? 0) + 1 : contentEnd(item, text),
    node: item,
    isKept: kept.has(index),
  }))
  for (const one of items) {
    if (one.type === 'kept')
      edit.value(one.value, { holder: 'item', from: (dashes[one.index] ?? 0) + 1, column })
  }
  removeEntries(edit, entries)
  const style = quotesOf(node.items)
  let last = -1
  for (const one of items) {
    if (one.type === 'kept') last = one.index
    if (one.type !== 'added') continue
    const lines =
      style !== undefined && typeof one.value === 'string'
        ? [
            `${' '.repeat(column)}- ${likeScalar(style, one.value, { column, isFlow: false, look }).join(look.eol)}`,
          ]
        : itemLines(one.value, column, gap, look)
    insertLines(edit, entries, last, lines, column)
  }
}

/** Where all texts of a list stand in quotes of one sort, a new one does as well. */
export function quotesOf(items: readonly Node[]): 'single' | 'double' | undefined {
  const [style] = items.map(item => (item.type === 'scalar' ? item.style : undefined))
  const isQuote = style === 'single' || style === 'double'
  return isQuote && items.every(item => item.type === 'scalar' && item.style === style) ? style : undefined
}

/** @param after which entry; -1 for before the first that is kept */
function insertLines(
  { text, look, splice }: Edit,
  entries: readonly Entry[],
  after: number,
  lines: readonly string[],
  column: number,
): void {
  const { eol } = look
  const before = entries[after]
  if (before === undefined) {
    const at = entries.find(({ isKept }) => isKept)?.from ?? 0
    splice(at, at, `${lines.join(eol).trimStart()}${eol}${' '.repeat(column)}`)
  } else {
    const at = openEnd(before.node) ?? nextLine(text, behindComments(text, before.end, column))
    splice(at, at, lines.map(line => line + eol).join(''))
  }
}

/** Each with its lines. The comments above an entry stay: they may be about more than it. */
function removeEntries({ text, splice }: Edit, entries: readonly Entry[]): void {
  const first = entries[0]
  const isInline = first !== undefined && !beginsLine(text, first.from)
  const firstKept = entries.findIndex(({ isKept }) => isKept)
  if (isInline && firstKept > 0) {
    // Behind a dash: what follows moves up there.
    const last = entries[firstKept - 1]
    const next = entries[firstKept]
    if (last === undefined || next === undefined) return
    const below = nextLine(text, last.end)
    const comment = text.slice(below, next.from).search(/\S/)
    splice(first.from, comment === -1 ? next.from : below + comment, '')
  }
  for (const [index, { from, end, isKept }] of entries.entries()) {
    if (isKept || (isInline && index < firstKept)) continue
    splice(lineStart(text, from), nextLine(text, end), '')
  }
}
