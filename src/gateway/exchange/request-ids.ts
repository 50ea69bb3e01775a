/**
 * Request ids as Kong makes them: 32 hexadecimal digits. Randomness is drawn for many at once, for each draw
 * costs as much as a request's headers.
 */
import { randomFillSync } from 'node:crypto'

const digits = 32
const drawnAtOnce = 256

/** @returns makes the next one */
export function createRequestIds(): () => string {
  const drawn = Buffer.alloc((digits / 2) * drawnAtOnce)
  let ids = ''
  let next = 0
  return () => {
    if (next === ids.length) {
      ids = randomFillSync(drawn).toString('hex')
      next = 0
    }
    next += digits
    return ids.slice(next - digits, next)
  }
}
