/**
 * How long JavaScript's engine, which goes back and tries again, can take for a plain pattern. Where the next
 * character always says whether a repetition goes on or ends, there is nothing to try again.
 */
import type { PlainNode, PlainTree, Repeat } from './plain-tree.ts'

export interface Cost {
  /** 1: time grows with the length of the text, 2: with its square. */
  readonly degree: number
  /** How many ways there are to be tried for one place, at most. */
  readonly ways: number
}

interface Counting {
  degree: number
  ways: number
  isBounded: boolean
}

/** @returns undefined where the time may grow faster than any limit, or JavaScript sets groups otherwise */
export function costOf({ root }: PlainTree, isAnchored: boolean): Cost | undefined {
  const counting: Counting = { degree: isAnchored || beginsAtBegin(root) ? 1 : 2, ways: 1, isBounded: true }
  count(root, 0n, false, counting)
  return counting.isBounded ? counting : undefined
}

/** Whether every alternative has its `^`. */
function beginsAtBegin(node: PlainNode): boolean {
  if (node.is === 'choice') return node.parts.every(beginsAtBegin)
  return node.is === 'sequence' && node.parts[0]?.is === 'begin'
}

function isNullable(node: PlainNode): boolean {
  switch (node.is) {
    case 'set':
      return false
    case 'sequence':
      return node.parts.every(isNullable)
    case 'choice':
      return node.parts.some(isNullable)
    case 'group':
      return isNullable(node.inner)
    case 'repeat':
      return node.min === 0 || isNullable(node.inner)
    default:
      return true
  }
}

/**
 * The characters with which a match of the node may begin, or what follows it where the node may match
 * nothing.
 */
function firstOf(node: PlainNode, next: bigint): bigint {
  switch (node.is) {
    case 'set':
      return node.set.bits
    case 'sequence':
      return node.parts.reduceRight((following, part) => firstOf(part, following), next)
    case 'choice':
      return node.parts.reduce((bits, part) => bits | firstOf(part, next), 0n)
    case 'group':
      return firstOf(node.inner, next)
    case 'repeat':
      return firstOf(node.inner, next) | (isNullable(node) ? next : 0n)
    default:
      return next
  }
}

/** @param next the characters that may follow the node */
function count(node: PlainNode, next: bigint, isInLoop: boolean, counting: Counting): void {
  switch (node.is) {
    case 'sequence':
      node.parts.reduceRight((following, part) => {
        count(part, following, isInLoop, counting)
        return firstOf(part, following)
      }, next)
      return
    case 'choice':
      countChoice(node.parts, next, isInLoop, counting)
      return
    case 'group':
      count(node.inner, next, isInLoop, counting)
      return
    case 'repeat':
      countRepeat(node, next, isInLoop, counting)
      return
    default:
  }
}

function countChoice(parts: readonly PlainNode[], next: bigint, isInLoop: boolean, counting: Counting): void {
  let before = 0n
  let isClear = true
  for (const part of parts) {
    const first = firstOf(part, next)
    if ((first & before) !== 0n) isClear = false
    before |= first
    count(part, next, isInLoop, counting)
  }
  if (isClear) return
  if (isInLoop) counting.isBounded = false
  counting.ways *= parts.length
}

function countRepeat({ inner, min, max }: Repeat, next: bigint, isInLoop: boolean, counting: Counting): void {
  const first = firstOf(inner, 0n)
  const isLoop = max > 1
  // JavaScript forgets groups at each round, and rounds that match nothing.
  if (isNullable(inner) || (isLoop && mayMissGroups(inner, false))) counting.isBounded = false
  count(inner, isLoop ? first | next : next, isInLoop || isLoop, counting)
  if ((first & next) === 0n || min === max) return
  if (isInLoop) counting.isBounded = false
  if (max === Infinity) counting.degree += 1
  else counting.ways *= max - min + 1
}

/** Whether a round may leave a group as an earlier one set it. */
function mayMissGroups(node: PlainNode, isOptional: boolean): boolean {
  switch (node.is) {
    case 'sequence':
      return node.parts.some(part => mayMissGroups(part, isOptional))
    case 'choice':
      return node.parts.some(part => mayMissGroups(part, true))
    case 'group':
      return (node.isCapturing && isOptional) || mayMissGroups(node.inner, isOptional)
    case 'repeat':
      return mayMissGroups(node.inner, isOptional || node.min === 0)
    default:
      return false
  }
}
