/** Secrets are compared in a time that tells nothing of how much of them is right. */
import { timingSafeEqual } from 'node:crypto'

export const sameBytes = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
