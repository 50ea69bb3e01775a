/**
 * From a path in the content to a place in the text, through the parsed tree: aliases and merge keys lead
 * to the place where the value is written. Everything here is computed on demand.
 */
import type { Place } from '../../errors.ts'
import type { Path } from '../../state/state.ts'
import type { InSource } from '../environment.ts'
import { mergedMappings } from './aliases.ts'
import { createLines, type Stretch } from './lines.ts'
import { likelySecrets, secretStretches } from './secret-stretches.ts'
import { followed, isEmpty, isMerge, type MappingNode, type Node } from './tree.ts'

export interface Positions {
  whereIs(path: Path, part?: 'key' | 'value'): Place
  /** The value's node at exactly that path. */
  nodeAt(path: Path): Node | undefined
  /** The place of a range in the parsed text. */
  placeOf(offset: number, length?: number): Place
  /** The place of a range in the file as written. */
  placeInFile(offset: number, length: number): Place
}

interface Found {
  readonly key?: Node | undefined
  readonly value?: Node | undefined
}

/**
 * @param text the file as written
 * @param inSource converts offsets of the parsed text to offsets of the file
 * @param isBroken the tree of invalid YAML is a guess
 * @param isFilled whether a scalar's text has a placeholder: an expression is no secret
 */
export function createPositions(
  name: string,
  text: string,
  root: Node | undefined,
  inSource: InSource,
  isFilled: (text: string) => boolean,
  isBroken: boolean,
): Positions {
  const indexes = new Map<MappingNode, ReadonlyMap<string, Found>>()
  const indexOf = (map: MappingNode): ReadonlyMap<string, Found> => {
    const known = indexes.get(map)
    if (known !== undefined) return known
    const index = indexPairs(map)
    indexes.set(map, index)
    return index
  }

  function pairIn(map: MappingNode, step: string): Found | undefined {
    const own = indexOf(map).get(step)
    if (own !== undefined || !map.pairs.some(isMerge)) return own
    for (const source of mergedMappings(map)) {
      const found = pairIn(source, step)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The node at a path, and the number of steps that exist. */
  function find(path: Path): { found: Found; steps: number } {
    let found: Found = { value: root }
    for (const [steps, step] of path.entries()) {
      const inside = followed(found.value)
      let next: Found | undefined
      if (inside?.type === 'sequence')
        next = typeof step === 'number' ? { value: inside.items[step] } : undefined
      else if (inside?.type === 'mapping') next = pairIn(inside, String(step))
      if (next === undefined || (next.value === undefined && next.key === undefined)) return { found, steps }
      found = next
    }
    return { found, steps: path.length }
  }

  const lines = createLines(name, text, () =>
    root === undefined || isBroken
      ? likelySecrets(text)
      : secretStretches(root, { text, inSource, isFilled }),
  )
  const placeOf = (offset: number, length = 1): Place => {
    const [from, to] = inSource(offset, offset + length)
    return lines.place(from, to - from)
  }
  return {
    nodeAt: path => {
      const { found, steps } = find(path)
      return steps === path.length ? followed(found.value) : undefined
    },
    placeOf,
    placeInFile: lines.place,
    whereIs: (path, part = 'value') => {
      const { found, steps } = find(path)
      const [from, to] = stretchOf(found, steps === path.length ? part : 'value')
      return placeOf(from, to - from)
    },
  }
}

/** The last of several keys of one name counts. */
function indexPairs(map: MappingNode): ReadonlyMap<string, Found> {
  const index = new Map<string, Found>()
  for (const pair of map.pairs) {
    if (pair.key.type === 'scalar' && !isMerge(pair)) index.set(String(pair.key.value ?? pair.key.text), pair)
  }
  return index
}

/** An empty value has no place; the place of its key is used. */
function stretchOf({ key, value }: Found, part: 'key' | 'value'): Stretch {
  const isMissing = value === undefined || isEmpty(value)
  const node = part === 'key' || isMissing ? (key ?? value) : value
  return node === undefined ? [0, 1] : [node.start, node.end]
}
