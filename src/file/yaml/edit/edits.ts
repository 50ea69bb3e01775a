/** An alignment → the changes of the text: the smallest that make the file say what it is to say. */
import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../../entities/language/values.ts'
import type { Path } from '../../../state/state.ts'
import { eachChild, followed, isEmpty, type Node } from '../tree.ts'
import type { AlignedMapping, Alignment } from './align.ts'
import { blockMappingEdits, blockSequenceEdits } from './block.ts'
import { contentEnd, isFlow } from './extent.ts'
import { flowMappingEdits, flowSequenceEdits, flowValue } from './flow.ts'
import { isNested, itemLines, likeScalar, mappingLines, pairLines } from './fragment.ts'
import type { FileLook } from './look.ts'
import type { Edit, Slot } from './slot.ts'
import { lineEnd, type Splice } from './splices.ts'

export interface Edits {
  readonly splices: readonly Splice[]
  /** Where an alias or merge key gave way to values of its own. */
  readonly copied: readonly Path[]
}

export function editsOf({ root, values }: Alignment, text: string, look: FileLook): Edits {
  const splices: Splice[] = []
  const copied: Path[] = []
  const edit: Edit = {
    text,
    look,
    splice: (from, to, fresh) => splices.push({ from, to, text: fresh }),
    value: (aligned, slot) => {
      const { node, after, type } = aligned
      if (type === 'same') return
      if (type === 'scalar') replaceScalar(edit, node, after, slot)
      else if (type === 'alias') {
        const target = followed(node)
        if (target !== undefined && values.has(target) && isDeepStrictEqual(values.get(target), after)) return
        copied.push(aligned.path)
        rewrite(edit, node, after, slot)
      } else if (type === 'sequence') {
        if (isFlow(node, text)) flowSequenceEdits(edit, aligned)
        else blockSequenceEdits(edit, aligned)
      } else if (type === 'mapping') mapping(aligned, slot)
      else rewrite(edit, node, after, slot)
    },
  }

  function mapping(aligned: AlignedMapping, slot: Slot): void {
    const { pairs, node, after, path } = aligned
    const merged = mergedAfter(aligned, values)
    const stays = pairs.filter(({ type }) => type === 'kept' || (type === 'merge' && merged !== undefined))
    if (merged === undefined) copied.push([...path, '<<'])
    if (stays.length === 0 && pairs.length > 0) {
      rewrite(edit, node, after, slot)
      return
    }
    const isTaken = (name: string): boolean =>
      merged?.has(name) === true && isDeepStrictEqual(merged.get(name), after[name])
    const result: AlignedMapping = {
      ...aligned,
      pairs: pairs.map(pair =>
        pair.type === 'merge' && merged === undefined ? { type: 'removed', pair: pair.pair } : pair,
      ),
      added: aligned.added.filter(name => !isTaken(name)),
    }
    if (isFlow(node, text)) flowMappingEdits(edit, result)
    else blockMappingEdits(edit, result)
  }

  edit.value(root, { holder: 'root', from: 0, column: 0 })
  return { splices: [...splices, ...closedGaps(root.node, splices, text)], copied }
}

/**
 * Where all goes that stands right below a block text that keeps empty lines (`|+`), the empty lines behind
 * it go as well: they would become lines of the text.
 */
function closedGaps(root: Node, splices: readonly Splice[], text: string): Splice[] {
  const removed = new Map(splices.filter(({ text: fresh }) => fresh === '').map(({ from, to }) => [from, to]))
  const gaps: Splice[] = []
  const visit = (node: Node): void => {
    eachChild(node, visit)
    if (node.type !== 'scalar' || node.block?.chomp !== '+') return
    let at = node.end
    for (let next = removed.get(at); next !== undefined && next > at; next = removed.get(at)) at = next
    const blanks = /^(?:[ \t]*\r?\n)*/.exec(text.slice(at))?.[0].length ?? 0
    if (at > node.end && blanks > 0) gaps.push({ from: at, to: at + blanks, text: '' })
  }
  visit(root)
  return gaps
}

/**
 * What a mapping takes in with `<<` from now on; undefined where that is not what it is to have: a source is
 * gone, or has a key that the mapping must not have.
 */
function mergedAfter(
  { pairs, after }: AlignedMapping,
  values: ReadonlyMap<Node, unknown>,
): Map<string, unknown> | undefined {
  const merged = new Map<string, unknown>()
  for (const { type, pair } of pairs) {
    if (type !== 'merge') continue
    const taken = followed(pair.value)
    for (const source of taken?.type === 'sequence' ? taken.items.map(followed) : [taken]) {
      const value = source && values.get(source)
      if (!isRecord(value)) return undefined
      for (const [name, item] of Object.entries(value)) if (!merged.has(name)) merged.set(name, item)
    }
  }
  return [...merged.keys()].some(name => after[name] === undefined) ? undefined : merged
}

function replaceScalar(edit: Edit, node: Node, after: unknown, slot: Slot): void {
  if (node.type !== 'scalar') return
  const { text, look } = edit
  const isInFlow = slot.holder === 'flow'
  const lines = likeScalar(node.style, after, { column: slot.column, isFlow: isInFlow, look })
  if (isEmpty(node)) fill(edit, slot, lines.join(look.eol))
  else put(edit, node.start, contentEnd(node, text), lines)
}

/** Where no value is written. */
function fill({ text, splice }: Edit, { holder, from }: Slot, fresh: string): void {
  const blanks = holder === 'flow' ? (/^ */.exec(text.slice(from, from + 100))?.[0].length ?? 0) : 0
  splice(from, from + blanks, ` ${fresh}`)
}

function rewrite(edit: Edit, node: Node, after: unknown, slot: Slot): void {
  const { text, look, splice } = edit
  if (slot.holder === 'flow' || look.isJson) {
    if (isEmpty(node)) fill(edit, slot, flowValue(edit, after, slot.from))
    else splice(node.start, contentEnd(node, text), flowValue(edit, after, node.start))
    return
  }
  if (slot.holder === 'pair') {
    rewriteBelowKey(edit, node, after, slot)
    return
  }
  const lines =
    slot.holder === 'item'
      ? itemLines(after, slot.column, 2, look)
      : isRecord(after) && Object.keys(after).length > 0
        ? mappingLines(after, 0, look)
        : ['{}']
  const [first = '', ...others] = lines
  if (slot.holder === 'root') {
    put(edit, node.start, contentEnd(node, text), lines)
    return
  }
  const fresh = [first.trimStart().slice(1), ...others]
  put(edit, slot.from, isEmpty(node) ? slot.from : contentEnd(node, text), fresh)
}

/** A comment behind the old value stays on the first line of the new one. */
function put({ text, look, splice }: Edit, from: number, end: number, lines: readonly string[]): void {
  const [first = '', ...others] = lines
  const below = others.map(line => look.eol + line).join('')
  const comment = text.slice(end, lineEnd(text, end))
  if (below === '' || comment.trim() === '') splice(from, end, first + below)
  else splice(from, end + comment.length, first + comment + below)
}

/** A comment behind the key, or behind a value on the key's line, stays there. */
function rewriteBelowKey(edit: Edit, node: Node, after: unknown, slot: Slot): void {
  const { text, look, splice } = edit
  const hasFlowLists = look.hasFlowLists || isFlow(node, text)
  const own = { ...look, hasFlowLists }
  const [first = '', ...others] = pairLines('k', after, slot.column, own)
  const behind = first.trimStart().slice('k:'.length)
  const end = isEmpty(node) ? slot.from : contentEnd(node, text)
  const below = others.map(line => look.eol + line).join('')
  const keyLine = lineEnd(text, slot.from)
  if (node.start <= keyLine || isEmpty(node)) {
    if (!isNested(after, own)) put(edit, slot.from, end, [behind, ...others])
    else {
      splice(slot.from, end, '')
      splice(lineEnd(text, end), lineEnd(text, end), below)
    }
    return
  }
  const [anchors = ''] = /^[ \t]*(?:[&!]\S*[ \t]*)*/.exec(text.slice(slot.from, keyLine)) ?? []
  const hasComment = text[slot.from + anchors.length] === '#'
  splice(slot.from, slot.from + anchors.length, hasComment ? `${behind} ` : behind)
  put(edit, keyLine, end, ['', ...others])
}
