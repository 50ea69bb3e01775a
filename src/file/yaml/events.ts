/**
 * A YAML text → its tree, by js-yaml's parser, which passes the whole YAML test suite and is four times as
 * fast as the `yaml` package. What it refuses, or what needs a second look (tags, directives, several
 * documents), is left to `package.ts`, which can say all that is wrong.
 */
import { COLLECTION_STYLE, EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml'
import {
  type MappingNode,
  maxDepth,
  type Node,
  type ScalarNode,
  type SequenceNode,
  type Style,
} from './tree.ts'

type Event = ReturnType<typeof parseEvents>[number]
type ScalarEvent = Extract<Event, { chomping: unknown }>
type CollectionEvent = Extract<Event, { start: number; anchorStart: number }>

/** `root` is absent for an empty text. */
export type Read = { readonly root?: Node } | { readonly refused: Refusal }

export interface Refusal {
  readonly reason: string
  readonly offset: number
  readonly isTooDeep: boolean
}

/** @returns undefined for what is left to the `yaml` package */
export function readEvents(text: string): Read | undefined {
  // Readers differ on a single carriage return and on a byte order mark.
  if (/\r(?!\n)|\ufeff/.test(text)) return undefined
  try {
    return treeOf(parseEvents(text, { maxDepth }), text)
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const { reason, mark } = error
    const isTooDeep = reason.startsWith('nesting exceeded')
    return { refused: { reason, offset: mark?.position ?? 0, isTooDeep } }
  }
}

type Collection = MappingNode | SequenceNode

interface Open {
  readonly node: Collection
  /** Between brackets. */
  readonly isFlow: boolean
  /** For a mapping: the key of the next value. */
  key?: Node | undefined
}

function treeOf(events: readonly Event[], text: string): Read | undefined {
  const open: Open[] = []
  let root: Node | undefined
  let documents = 0
  /** The place of an empty value. */
  let last = 0

  const add = (node: Node): void => {
    const parent = open.at(-1)
    if (parent === undefined) root = node
    else if (parent.node.type === 'sequence') parent.node.items.push(node)
    else if (parent.key === undefined) parent.key = node
    else {
      parent.node.pairs.push({ key: parent.key, value: node })
      parent.key = undefined
    }
    last = node.end
  }

  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        documents += 1
        if (documents > 1 || event.directives.length > 0) return undefined
        break
      case EVENT_ID.POP: {
        const closed = open.pop()
        if (closed === undefined) break
        last = closed.isFlow ? behindBracket(text, last) : last
        closed.node.end = last
        if (isOnKeysLine(closed, open.at(-1), text)) return undefined
        giveAnchorToKey(closed.node, text)
        break
      }
      case EVENT_ID.ALIAS: {
        const name = text.slice(event.anchorStart, event.anchorEnd)
        add({ type: 'alias', name, start: event.anchorStart - 1, end: event.anchorEnd })
        break
      }
      default: {
        if (event.tagStart !== -1) return undefined
        const anchor = event.anchorStart === -1 ? undefined : text.slice(event.anchorStart, event.anchorEnd)
        if (event.type === EVENT_ID.SCALAR) add(scalarOf(event, text, last, anchor))
        else {
          const node = collectionOf(event, anchor)
          add(node)
          open.push({ node, isFlow: event.style === COLLECTION_STYLE.FLOW })
        }
      }
    }
  }
  return root === undefined ? {} : { root }
}

const collectionOf = ({ type, start }: CollectionEvent, anchor: string | undefined): Collection =>
  type === EVENT_ID.MAPPING
    ? { type: 'mapping', pairs: [], start, end: start, anchor }
    : { type: 'sequence', items: [], start, end: start, anchor }

/** In `- &a name: x` the anchor is the key's. */
function giveAnchorToKey(node: Collection, text: string): void {
  if (node.type === 'mapping' && text[node.start] === '&') node.start = node.pairs[0]?.key.start ?? node.start
}

/** `a: &x b: c` is not YAML, and js-yaml 5.5 accepts it; without the anchor it refuses it. */
function isOnKeysLine({ node, isFlow }: Open, parent: Open | undefined, text: string): boolean {
  if (isFlow || node.type !== 'mapping' || parent?.node.type !== 'mapping' || text[node.start] !== '&')
    return false
  return !text.slice(node.start, node.pairs[0]?.key.start).includes('\n')
}

const styles: Readonly<Record<number, Style>> = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
}

const chomps: Readonly<Record<number, '' | '-' | '+'>> = { 1: '', 2: '-', 3: '+' }

function scalarOf(event: ScalarEvent, source: string, last: number, anchor: string | undefined): ScalarNode {
  const style = styles[event.style] ?? 'plain'
  const text = style === 'double' ? doubleQuotedText(source, event) : getScalarValue(source, event)
  const isBlock = style === 'literal' || style === 'folded'
  const block = isBlock ? { indent: event.indent, chomp: chomps[event.chomping] ?? '' } : undefined
  const [start, end] = stretchOf(event, style, source, last)
  // All nodes have the same properties, also the later `value`, which is faster: large files have hundreds
  // of thousands.
  return { type: 'scalar', style, text, start, end, anchor, value: undefined, block }
}

/**
 * The offsets of an event are those of the text within the quotes, and of the lines below a block's header.
 */
function stretchOf(
  event: ScalarEvent,
  style: Style,
  source: string,
  last: number,
): readonly [start: number, end: number] {
  const { valueStart, valueEnd } = event
  if (valueStart === -1) return [last, last]
  if (style === 'literal' || style === 'folded') return [headerOf(source, event, last), valueEnd]
  return style === 'plain' ? [valueStart, valueEnd] : [valueStart - 1, valueEnd + 1]
}

/** A backslash at the end of a line, and empty lines below it. */
const emptyBehindEscape = /((?:^|[^\\])(?:\\\\)*)\\\r?\n((?:[ \t]*\r?\n)+)/g

/** After an escaped line break each empty line is a line break (YAML 1.2, 7.3.1); js-yaml 5.5 drops them. */
function doubleQuotedText(source: string, event: ScalarEvent): string {
  const written = source.slice(event.valueStart, event.valueEnd)
  if (!written.includes('\\\n') && !written.includes('\\\r')) return getScalarValue(source, event)
  const mended = written.replace(
    emptyBehindEscape,
    (_all, before: string, empty: string) => `${before}${'\\n'.repeat(empty.split('\n').length - 1)}\\\n`,
  )
  return getScalarValue(mended, { ...event, valueStart: 0, valueEnd: mended.length })
}

/**
 * The offset of the `|` or `>` of a block text: on the line before its first one, after its key, anchor and
 * tag.
 */
function headerOf(source: string, { valueStart, anchorEnd, tagEnd }: ScalarEvent, last: number): number {
  const line = source.lastIndexOf('\n', valueStart - 2) + 1
  for (let at = Math.max(line, last, anchorEnd, tagEnd); at < valueStart; at++) {
    if (source[at] === '|' || source[at] === '>') return at
  }
  return valueStart
}

/**
 * From the end of a flow collection's last value, over commas and comments, behind the bracket that closes
 * it.
 */
function behindBracket(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    if (source[at] === ']' || source[at] === '}') return at + 1
    if (source[at] === '#') at = source.indexOf('\n', at)
    if (at === -1) break
  }
  return from
}
