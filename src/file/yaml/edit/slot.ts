/** What the edits of a file's parts share, and where a value stands. */
import type { Pair } from '../tree.ts'
import type { Aligned } from './align.ts'
import { colonEnd } from './extent.ts'
import type { FileLook } from './look.ts'

/** Where a value stands. */
export interface Slot {
  readonly holder: 'root' | 'pair' | 'item' | 'flow'
  /** Behind the colon or dash; for `flow`, where an empty value would stand. */
  readonly from: number
  /** Of the key or dash. */
  readonly column: number
}

/** What the edits of a file's parts share. */
export interface Edit {
  readonly text: string
  readonly look: FileLook
  splice(from: number, to: number, text: string): void
  value(aligned: Aligned, slot: Slot): void
}

/** Of a value in a block mapping. */
export const pairSlot = ({ text }: Edit, pair: Pair, column: number): Slot => ({
  holder: 'pair',
  from: colonEnd(pair, text),
  column,
})
