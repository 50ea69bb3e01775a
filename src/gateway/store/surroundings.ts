/** The gateway's clock and randomness. */
import { randomBytes, randomUUID } from 'node:crypto'

/** Tests put their own. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly uuid: () => string
  /** 32 letters and digits: a generated key. */
  readonly secret: () => string
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export const realSurroundings: Surroundings = {
  now: Date.now,
  uuid: randomUUID,
  secret: () => {
    let text = ''
    // 248 is the largest multiple of the alphabet's size in a byte: higher ones would favour its first
    // letters.
    while (text.length < 32) for (const byte of randomBytes(48)) text += byte < 248 ? alphabet[byte % 62] : ''
    return text.slice(0, 32)
  },
}
