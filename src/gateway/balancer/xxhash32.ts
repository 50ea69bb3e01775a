/**
 * xxHash of 32 bits with seed 0 (source: github.com/Cyan4973/xxHash, doc/xxhash_spec.md): what Kong places
 * peers and requests on its wheel by.
 */

const [p1, p2, p3, p4, p5] = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1] as const

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits))

/** @returns a whole number of 32 bits without sign */
export function xxhash32(text: string): number {
  const bytes = Buffer.from(text)
  const { length } = bytes
  let at = 0
  let hash: number
  if (length >= 16) {
    const lanes: [number, number, number, number] = [p1 + p2, p2, 0, -p1]
    for (; at + 16 <= length; at += 16) {
      for (const lane of [0, 1, 2, 3] as const) {
        const mixed = (lanes[lane] + Math.imul(bytes.readInt32LE(at + 4 * lane), p2)) | 0
        lanes[lane] = Math.imul(rotate(mixed, 13), p1)
      }
    }
    const [a, b, c, d] = lanes
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)
  } else hash = p5
  hash = (hash + length) | 0
  for (; at + 4 <= length; at += 4) {
    hash = Math.imul(rotate((hash + Math.imul(bytes.readInt32LE(at), p3)) | 0, 17), p4)
  }
  for (; at < length; at++) {
    hash = Math.imul(rotate((hash + Math.imul(bytes.readUInt8(at), p5)) | 0, 11), p1)
  }
  hash = Math.imul(hash ^ (hash >>> 15), p2)
  hash = Math.imul(hash ^ (hash >>> 13), p3)
  return (hash ^ (hash >>> 16)) >>> 0
}
