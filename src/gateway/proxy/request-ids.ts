/** Request ids as Kong makes them: 32 hexadecimal digits. Randomness is drawn for many at once, for each draw costs as much as a request's headers. */
import { randomFillSync } from 'node:crypto'

const size = 16

/** @returns makes the next one */
export function createRequestIds(): () => string {
  const drawn = Buffer.alloc(size * 256)
  let next = drawn.length
  return () => {
    if (next === drawn.length) {
      randomFillSync(drawn)
      next = 0
    }
    next += size
    return drawn.toString('hex', next - size, next)
  }
}
