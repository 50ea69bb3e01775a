/**
 * From a path in the content to a place in the text, over the nodes that the `yaml` package keeps: aliases and merge keys are followed to
 * where the value is written. Everything here is computed when somebody asks.
 */
import type { Node, Pair, Range, Scalar, Document as YamlDocument } from 'yaml'
import { isAlias, isMap, isNode, isPair, isScalar, isSeq, visit } from 'yaml'
import type { Place } from '../errors.ts'
import type { Path } from '../state/state.ts'
import { asItIs, type InSource } from './environment.ts'
import { lastNotAfter } from './last-not-after.ts'
import { mayBeSecret } from './secret-names.ts'

export interface Positions {
  whereIs(path: Path, part?: 'key' | 'value'): Place
  /** The value's node at exactly that path. */
  nodeAt(path: Path): Node | undefined
  /** Of a stretch of the text that was read. */
  placeOf(offset: number, length?: number): Place
  /** Of a stretch of the file as written. */
  placeInFile(offset: number, length: number): Place
}

interface Found {
  readonly key?: Node | undefined
  readonly value?: Node | undefined
}

const isMerge = (pair: Pair): boolean => isScalar(pair.key) && pair.key.value === '<<'

/**
 * @param text the file as written
 * @param inSource from the text that `root` was read from to that
 */
export function createPositions(
  name: string,
  text: string,
  root: YamlDocument,
  inSource: InSource = asItIs,
): Positions {
  const follow = (node: unknown): Node | undefined => {
    const target = isAlias(node) ? node.resolve(root) : node
    return isNode(target) ? target : undefined
  }

  const pairIn = (map: Node | undefined, step: string): Found | undefined => {
    if (!isMap(map)) return undefined
    const own = map.items.findLast(pair => isScalar(pair.key) && String(pair.key.value) === step)
    if (own !== undefined) return { key: own.key as Node, value: own.value as Node }
    for (const pair of map.items.filter(isMerge)) {
      const merged = follow(pair.value)
      const sources = isSeq(merged) ? merged.items.map(follow) : [merged]
      const found = sources.map(source => pairIn(source, step)).find(one => one !== undefined)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** What stands at the path, and how many of its steps could be taken. */
  const find = (path: Path): { found: Found; steps: number } => {
    let found: Found = { value: root.contents ?? undefined }
    for (const [steps, step] of path.entries()) {
      const inside = follow(found.value)
      const next =
        isSeq(inside) && typeof step === 'number'
          ? { value: inside.items[step] as Node | undefined }
          : pairIn(inside, String(step))
      if (next === undefined || (next.value === undefined && next.key === undefined)) return { found, steps }
      found = next
    }
    return { found, steps: path.length }
  }

  const lines = createLines(name, text, () => secretRanges(root).map(([from, to]) => inSource(from, to)))
  const placeOf = (offset: number, length = 1): Place => {
    const [from, to] = inSource(offset, offset + length)
    return lines.place(from, to - from)
  }
  return {
    nodeAt: path => {
      const { found, steps } = find(path)
      return steps === path.length ? follow(found.value) : undefined
    },
    placeOf,
    placeInFile: lines.place,
    whereIs: (path, part = 'value') => {
      const { found, steps } = find(path)
      const [from, to] = rangeOf(found, steps === path.length ? part : 'value')
      return placeOf(from, to - from)
    },
  }
}

/** A value that is empty in the file has no place of its own: its key stands for it. */
function rangeOf({ key, value }: Found, part: 'key' | 'value'): Range {
  const range = value?.range ?? undefined
  const empty = range === undefined || range[0] === range[1]
  const node = part === 'key' || empty ? (key ?? value) : value
  return node?.range ?? [0, 1, 1]
}

interface Lines {
  place(offset: number, length: number): Place
}

function createLines(
  name: string,
  text: string,
  secrets: () => readonly (readonly [number, number])[],
): Lines {
  let starts: number[] | undefined
  let hidden: readonly (readonly [number, number])[] | undefined
  return {
    place: (offset, length) => {
      starts ??= lineStarts(text)
      hidden ??= secrets()
      const line = lastNotAfter(starts, offset)
      const start = starts[line] ?? 0
      const end = (starts[line + 1] ?? text.length + 1) - 1
      const source = masked(text.slice(start, end), start, hidden).replace(/\r$/, '')
      const visible = Math.min(length, start + source.length - offset)
      return { file: name, line: line + 1, column: offset - start + 1, source, length: Math.max(1, visible) }
    },
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function masked(line: string, start: number, hidden: readonly (readonly [number, number])[]): string {
  let shown = line
  for (const [from, to] of hidden) {
    const [left, right] = [Math.max(0, from - start), Math.min(line.length, to - start)]
    if (left < right) shown = shown.slice(0, left) + '*'.repeat(right - left) + shown.slice(right)
  }
  return shown
}

/** Where values stand that no message may show, not even in the line it points at. Expressions are no values: they stay readable. */
function secretRanges(root: YamlDocument): (readonly [number, number])[] {
  const isHidden = mayBeSecret()
  const ranges: (readonly [number, number])[] = []
  visit(root, {
    Scalar: (_key, node: Scalar, ancestors) => {
      const parent = ancestors.at(-1)
      const named =
        isPair(parent) && parent.value === node && isScalar(parent.key) ? String(parent.key.value) : ''
      if (node.range && named !== '' && isHidden(named) && node.source?.includes('\ue000') !== true)
        ranges.push([node.range[0], node.range[1]])
    },
  })
  return ranges
}
