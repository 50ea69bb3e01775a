/** How far the parts of a tree reach in the text that it was read from. */
import { isEmpty, lastLeaf, type Node, type Pair } from '../tree.ts'
import { columnOf, indentOf, lineEnd, skipSpace } from './splices.ts'

/** A collection between brackets. */
export const isFlow = (node: Node, text: string): boolean =>
  (node.type === 'mapping' && text[node.start] === '{') ||
  (node.type === 'sequence' && text[node.start] === '[')

export const isBlockText = (node: Node): boolean =>
  node.type === 'scalar' && (node.style === 'literal' || node.style === 'folded')

/** Behind the last character that is no blank or line break. */
export function contentEnd(node: Node, text: string): number {
  if (node.type === 'alias' || isFlow(node, text)) return node.end
  if (node.type === 'mapping') {
    const last = node.pairs.at(-1)
    return last === undefined ? node.end : pairEnd(last, text)
  }
  if (node.type === 'sequence') {
    const last = node.items.at(-1)
    if (last === undefined) return node.end
    return isEmpty(last)
      ? (dashesOf(node.items, node.start, text).at(-1) ?? node.start) + 1
      : contentEnd(last, text)
  }
  return isBlockText(node) ? node.start + text.slice(node.start, node.end).trimEnd().length : node.end
}

export const pairEnd = (pair: Pair, text: string): number =>
  isEmpty(pair.value) ? colonEnd(pair, text) : contentEnd(pair.value, text)

/** Behind the colon; behind the key where there is none (`{a, b}`). */
export function colonEnd({ key }: Pair, text: string): number {
  const at = skipSpace(text, key.end)
  return text[at] === ':' ? at + 1 : key.end
}

/** Where the dashes of a list stand. @param start of its first one */
export function dashesOf(items: readonly Node[], start: number, text: string): number[] {
  const dashes: number[] = []
  for (const index of items.keys()) {
    const before = items[index - 1]
    const [last] = dashes.slice(-1)
    if (before === undefined || last === undefined) dashes.push(start)
    else dashes.push(skipSpace(text, Math.max(last + 1, isEmpty(before) ? 0 : contentEnd(before, text))))
  }
  return dashes
}

/** An anchor stands before its node. */
export const withAnchor = (node: Node, text: string): number =>
  node.type !== 'alias' && node.anchor !== undefined
    ? text.lastIndexOf(`&${node.anchor}`, node.start)
    : node.start

/** Of the keys of a block mapping. */
export function keyColumn(pairs: readonly Pair[], text: string): number {
  const [first, second] = pairs
  // All but the first stand on lines of their own.
  if (second !== undefined) return indentOf(text, second.key.start).length
  return first === undefined ? 0 : columnOf(text, withAnchor(first.key, text))
}

/** Where a block text ends that keeps the empty lines below it (`|+`), if that is what a node ends with. */
export function openEnd(node: Node): number | undefined {
  const last = lastLeaf(node)
  return last.type === 'scalar' && last.block?.chomp === '+' ? last.end : undefined
}

/** Over the comments below a line that are indented deeper than a column: they belong to what is above. */
export function behindComments(text: string, from: number, column: number): number {
  let end = lineEnd(text, from)
  for (let at = end; at < text.length; ) {
    const start = text.indexOf('\n', at) + 1
    if (start === 0) break
    at = lineEnd(text, start)
    const line = text.slice(start, at)
    if (line.trim() === '') continue
    if (!/^\s*#/.test(line) || indentOf(text, start).length <= column) break
    end = at
  }
  return end
}
