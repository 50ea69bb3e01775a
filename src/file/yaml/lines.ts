/** From an offset to a line and column, and to what a message shows of that line. */
import type { Place } from '../../errors.ts'
import { lastNotAfter } from '../last-not-after.ts'

export type Stretch = readonly [from: number, to: number]

export interface Lines {
  place(offset: number, length: number): Place
}

/** A longer line is not shown: copies of it for many errors would fill the memory. */
const longestLine = 20_000

/** @param secrets what is starred out, in any order */
export function createLines(name: string, text: string, secrets: () => readonly Stretch[]): Lines {
  let starts: readonly number[] | undefined
  let mask: ((line: string, start: number) => string) | undefined
  return {
    place: (offset, length) => {
      starts ??= lineStarts(text)
      const line = lastNotAfter(starts, offset)
      const start = starts[line] ?? 0
      const end = (starts[line + 1] ?? text.length + 1) - 1
      const place = { file: name, line: line + 1, column: offset - start + 1 }
      if (end - start > longestLine) return place
      mask ??= createMask(secrets())
      const source = mask(text.slice(start, end), start).replace(/\r$/, '')
      const visible = Math.min(length, start + source.length - offset)
      return { ...place, source, length: Math.max(1, visible) }
    },
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** @param secrets which do not overlap */
function createMask(secrets: readonly Stretch[]): (line: string, start: number) => string {
  const hidden = secrets.toSorted(([a], [b]) => a - b)
  const begins = hidden.map(([from]) => from)
  return (line, start) => {
    let shown = line
    for (let index = lastNotAfter(begins, start); index < hidden.length; index++) {
      const [from, to] = hidden[index] ?? [0, 0]
      if (from > start + line.length) break
      const [left, right] = [Math.max(0, from - start), Math.min(line.length, to - start)]
      if (left < right) shown = shown.slice(0, left) + '*'.repeat(right - left) + shown.slice(right)
    }
    return shown
  }
}
