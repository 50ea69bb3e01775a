/** Compares secrets in constant time. */
import { timingSafeEqual } from 'node:crypto'

export const sameBytes = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
