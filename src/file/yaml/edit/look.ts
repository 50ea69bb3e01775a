/** How a file is laid out, so that what is new in it looks like the rest. */
import { isMerge, type Node } from '../tree.ts'
import { isFlow, keyColumn } from './extent.ts'
import type { Look } from './fragment.ts'
import { columnOf } from './splices.ts'

export interface FileLook extends Look {
  readonly eol: string
  /** Of JSON over several lines: what one level is indented by. */
  readonly jsonStep: string | undefined
  /** The keys of all mappings are in order, as in a dump. */
  readonly isSorted: boolean
}

interface Seen {
  step?: number
  listStep?: number
  flowLists: number
  blockLists: number
  padded?: boolean
  comma?: string
  isUnsorted: boolean
  longest: number
}

/** @param text that `root` was read from */
export function lookOf(root: Node, text: string, isJson: boolean): FileLook {
  const seen: Seen = { flowLists: 0, blockLists: 0, isUnsorted: false, longest: 0 }
  note(root, text, seen)
  const [, jsonStep] = isJson ? (/\n([ \t]+)/.exec(text) ?? []) : []
  return {
    step: seen.step ?? 2,
    listStep: seen.listStep ?? 0,
    hasFlowLists: seen.flowLists > seen.blockLists,
    isJson,
    comma: seen.comma ?? ', ',
    padding: !isJson && seen.padded === true ? ' ' : '',
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    jsonStep,
    isSorted: !seen.isUnsorted && seen.longest > 2,
  }
}

function note(node: Node, text: string, seen: Seen): void {
  if (node.type === 'sequence') noteList(node.items, node, text, seen)
  if (node.type !== 'mapping') return
  const flow = isFlow(node, text)
  const [first, second] = node.pairs
  if (flow && first !== undefined) seen.padded ??= text[node.start + 1] === ' '
  if (flow && first !== undefined && second !== undefined) noteComma(first.value, second.key, text, seen)
  const names = node.pairs.filter(pair => !isMerge(pair)).map(({ key }) => text.slice(key.start, key.end))
  seen.longest = Math.max(seen.longest, names.length)
  if (names.some((name, index) => name < (names[index - 1] ?? name))) seen.isUnsorted = true
  const column = keyColumn(node.pairs, text)
  for (const { key, value } of node.pairs) {
    if (!flow && !isFlow(value, text) && value.start > text.indexOf('\n', key.end)) {
      if (value.type === 'mapping') seen.step ??= Math.max(1, columnOf(text, value.start) - column)
      if (value.type === 'sequence') seen.listStep ??= Math.max(0, columnOf(text, value.start) - column)
    }
    note(value, text, seen)
  }
}

function noteList(items: readonly Node[], node: Node, text: string, seen: Seen): void {
  const flow = isFlow(node, text)
  const isPlain = items.length > 0 && items.every(({ type }) => type === 'scalar')
  if (isPlain && flow) seen.flowLists += 1
  else if (isPlain) seen.blockLists += 1
  if (flow && items[0] !== undefined && items[1] !== undefined) noteComma(items[0], items[1], text, seen)
  for (const item of items) note(item, text, seen)
}

function noteComma(before: Node, after: Node, text: string, seen: Seen): void {
  const between = text.slice(before.end, after.start)
  if (/^, *$/.test(between)) seen.comma ??= between
}
