/** Edits of mappings and lists between brackets, JSON among them. */
import { isEmpty, type Node } from '../tree.ts'
import type { AlignedMapping, AlignedSequence } from './align.ts'
import { quotesOf } from './block.ts'
import { colonEnd, contentEnd, pairEnd } from './extent.ts'
import { flowPair, flowText, jsonLines, keyText, likeScalar } from './fragment.ts'
import type { Edit } from './slot.ts'
import { beginsLine, indentOf, lineEnd, lineStart, skipSpace } from './splices.ts'

interface Entry {
  readonly from: number
  readonly end: number
  /** Of the comma behind it, where there is one. */
  readonly comma: number | undefined
  readonly isKept: boolean
}

/** A value in a flow collection; in JSON over several lines, on as many. */
export function flowValue({ look, text }: Edit, value: unknown, at: number): string {
  if (!look.isJson || look.jsonStep === undefined) return flowText(value, look)
  const written = jsonLines(value, indentOf(text, at), look.jsonStep)
  return look.eol === '\n' ? written : written.replaceAll('\n', look.eol)
}

export function flowMappingEdits(edit: Edit, { node, pairs, added, after }: AlignedMapping): void {
  const { text, look, splice } = edit
  for (const one of pairs) {
    if (one.type !== 'kept') continue
    const { pair, newName } = one
    const colon = colonEnd(pair, text)
    const column = 0
    // `{a}` has no colon yet.
    if (isEmpty(pair.value) && text[colon - 1] !== ':' && one.value.type !== 'same') splice(colon, colon, ':')
    edit.value(one.value, { holder: 'flow', from: colon, column })
    if (newName !== undefined)
      splice(pair.key.start, pair.key.end, look.isJson ? JSON.stringify(newName) : keyText(newName))
  }
  const entries = entriesOf(
    node,
    pairs.map(({ pair, type }) => ({ end: () => pairEnd(pair, text), isKept: type !== 'removed' })),
    text,
  )
  const pieceOf = (name: string, at: number): string =>
    look.isJson && look.jsonStep !== undefined
      ? `${JSON.stringify(name)}: ${flowValue(edit, after[name], at)}`
      : flowPair(name, after[name], look)
  // A new pair takes the place of one that goes.
  const gone = entries.filter(({ isKept }) => !isKept)
  const replaced = gone.slice(0, added.length)
  for (const [index, { from, end }] of replaced.entries())
    splice(from, end, pieceOf(added[index] ?? '', from))
  const staying = entries.map(entry => (replaced.includes(entry) ? { ...entry, isKept: true } : entry))
  removeEntries(edit, staying)
  const last = staying.findLastIndex(({ isKept }) => isKept)
  insertEntries(edit, staying, last, added.slice(replaced.length), pieceOf)
}

export function flowSequenceEdits(edit: Edit, { node, items }: AlignedSequence): void {
  const { text, look } = edit
  const kept = new Set(items.flatMap(one => (one.type === 'kept' ? [one.index] : [])))
  const entries = entriesOf(
    node,
    node.items.map((item, index) => ({
      end: (from: number) => (isEmpty(item) ? from : contentEnd(item, text)),
      isKept: kept.has(index),
    })),
    text,
  )
  for (const one of items) {
    const from = one.type === 'kept' ? (entries[one.index]?.from ?? 0) : 0
    if (one.type === 'kept') edit.value(one.value, { holder: 'flow', from, column: 0 })
  }
  removeEntries(edit, entries)
  const style = quotesOf(node.items)
  const pieceOf = (value: unknown, at: number): string =>
    style !== undefined && typeof value === 'string'
      ? (likeScalar(style, value, { column: 0, isFlow: true, look })[0] ?? '')
      : flowValue(edit, value, at)
  let last = -1
  let fresh: unknown[] = []
  for (const one of [...items, undefined]) {
    if (one?.type === 'added') fresh.push(one.value)
    else if (one?.type !== 'removed') {
      insertEntries(edit, entries, last, fresh, pieceOf)
      fresh = []
      if (one !== undefined) last = one.index
    }
  }
}

function entriesOf(
  node: Node,
  parts: readonly { readonly end: (from: number) => number; readonly isKept: boolean }[],
  text: string,
): Entry[] {
  let at = node.start + 1
  return parts.map(({ end, isKept }) => {
    const from = skipSpace(text, at)
    const to = end(from)
    const next = skipSpace(text, to)
    const comma = text[next] === ',' ? next : undefined
    at = comma === undefined ? to : comma + 1
    return { from, end: to, comma, isKept }
  })
}

/** Whether an entry has lines of its own. */
const hasOwnLines = (text: string, { from, end, comma }: Entry): boolean =>
  beginsLine(text, from) &&
  /^\s*(?:#|$)/.test(text.slice((comma ?? end - 1) + 1, lineEnd(text, comma ?? end)))

function removeEntries({ text, splice }: Edit, entries: readonly Entry[]): void {
  const lastKept = entries.findLastIndex(({ isKept }) => isKept)
  const hasTrailingComma = entries.at(-1)?.comma !== undefined
  for (const [index, entry] of entries.entries()) {
    if (entry.isKept) continue
    const { from, end, comma } = entry
    const next = entries[index + 1]
    if (hasOwnLines(text, entry)) {
      const start = lineStart(text, from)
      splice(text[start - 2] === '\r' ? start - 2 : start - 1, lineEnd(text, comma ?? end), '')
    } else if (index > lastKept) {
      const before = entries[index - 1]
      splice(before === undefined ? from : (before.comma ?? before.end - 1) + 1, (comma ?? end - 1) + 1, '')
    } else splice(from, next?.from ?? (comma ?? end - 1) + 1, '')
  }
  const last = entries[lastKept]
  if (last?.comma !== undefined && lastKept < entries.length - 1 && !hasTrailingComma)
    splice(last.comma, last.comma + 1, '')
}

/** @param after which entry; -1 for before the first that is kept */
function insertEntries<Value>(
  { text, look, splice }: Edit,
  entries: readonly Entry[],
  after: number,
  values: readonly Value[],
  pieceOf: (value: Value, at: number) => string,
): void {
  if (values.length === 0) return
  const before = entries[after]
  const first = entries.find(({ isKept }) => isKept)
  const model = before ?? first
  if (model === undefined) return
  const isOnLines = beginsLine(text, model.from)
  const between = isOnLines ? `,${look.eol}${indentOf(text, model.from)}` : look.comma
  const pieces = values.map(value => pieceOf(value, model.from)).join(between)
  if (before === undefined) {
    splice(model.from, model.from, pieces + between)
    return
  }
  const { end, comma } = before
  const isLineEnd = /^\s*(?:#|$)/.test(text.slice((comma ?? end - 1) + 1, lineEnd(text, comma ?? end)))
  if (!isOnLines || !isLineEnd) {
    splice(end, end, between + pieces)
    return
  }
  const at = lineEnd(text, comma ?? end)
  const fresh = `${look.eol}${indentOf(text, model.from)}${pieces}`
  if (comma === undefined) splice(end, end, ',')
  splice(at, at, comma === undefined ? fresh : `${fresh},`)
}
