/** From an offset to a line and column, and to what a message shows of that line. */
import type { Place } from '../../errors.ts'
import { lastNotAfter } from '../last-not-after.ts'

export type Stretch = readonly [from: number, to: number]

export interface Lines {
  place(offset: number, length: number): Place
}

/** A longer line is not shown: copies of it for many errors would fill the memory. */
const longestLine = 20_000

/** @param secrets what is not shown, in any order */
export function createLines(name: string, text: string, secrets: () => readonly Stretch[]): Lines {
  let starts: readonly number[] | undefined
  let mask: Mask | undefined
  return {
    place: (offset, length) => {
      starts ??= lineStarts(text)
      const index = lastNotAfter(starts, offset)
      const start = starts[index] ?? 0
      const end = (starts[index + 1] ?? text.length + 1) - 1
      const place = { file: name, line: index + 1, column: offset - start + 1 }
      if (end - start > longestLine) return place
      mask ??= createMask(secrets())
      const at = offset - start
      const line = text.slice(start, end).replace(/\r$/, '')
      const shown = mask(line, start, { at, length: Math.min(length, Math.max(1, line.length - at)) })
      return { ...place, source: shown.source, length: shown.length }
    },
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** The part of a line that a message points at, in columns. */
interface Pointed {
  readonly at: number
  readonly length: number
}

type Mask = (line: string, start: number, pointed: Pointed) => { source: string; length: number }

/** Number of stars for a secret of any length. */
const stars = 8

/** @param secrets which do not overlap */
function createMask(secrets: readonly Stretch[]): Mask {
  const hidden = secrets.toSorted(([a], [b]) => a - b)
  const begins = hidden.map(([from]) => from)
  return (line, start, pointed) => {
    const within: Stretch[] = []
    for (let index = lastNotAfter(begins, start); index < hidden.length; index++) {
      const [from, to] = hidden[index] ?? [0, 0]
      if (from > start + line.length) break
      const [left, right] = [Math.max(0, from - start), Math.min(line.length, to - start)]
      if (left < right) within.push([left, right])
    }
    return withStars(line, within, pointed)
  }
}

/**
 * The marked part stays in its column: if a secret is before it, everything before it is hidden, including
 * the secret's length.
 */
function withStars(
  line: string,
  secrets: readonly Stretch[],
  { at, length }: Pointed,
): { source: string; length: number } {
  let [source, marked] = [line, length]
  for (const [left, right] of secrets.toReversed()) {
    if (at >= right) {
      const from = source.search(/\S/)
      source = source.slice(0, from) + '*'.repeat(right - from) + source.slice(right)
      break
    } else {
      source = source.slice(0, left) + '*'.repeat(stars) + source.slice(right)
      if (at + length > left) marked += stars - (right - left)
    }
  }
  return { source, length: Math.max(1, marked) }
}
