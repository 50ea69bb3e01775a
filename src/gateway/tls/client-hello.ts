/**
 * Reads the first message of a TLS client, as far as it names the server (RFC 8446, 4.1.2; RFC 6066, 3).
 * Pure.
 */

/**
 * `more`: the message is incomplete. `unread`: it is no client hello, or has a form that is not read here.
 */
export type Hello = { readonly serverName: string | undefined } | 'more' | 'unread'

const handshakeRecord = 22
const clientHello = 1
const serverNameExtension = 0
const hostName = 0

/** @param bytes all that came so far */
export function readHello(bytes: Buffer): Hello {
  if (bytes.length > 0 && bytes[0] !== handshakeRecord) return 'unread'
  if (bytes.length < 5) return 'more'
  const length = bytes.readUInt16BE(3)
  if (bytes.length < 5 + length) return 'more'
  try {
    const reader = new Reader(bytes.subarray(5, 5 + length))
    if (reader.number(1) !== clientHello) return 'unread'
    const body = new Reader(reader.vector(3))
    body.skip(2 + 32)
    body.vector(1) // session
    body.vector(2) // ciphers
    body.vector(1) // compression
    return { serverName: body.isAtEnd ? undefined : serverNameIn(new Reader(body.vector(2))) }
  } catch (error) {
    // Broken, or longer than one record.
    if (error instanceof RangeError) return 'unread'
    throw error
  }
}

function serverNameIn(extensions: Reader): string | undefined {
  while (!extensions.isAtEnd) {
    const type = extensions.number(2)
    const content = extensions.vector(2)
    if (type !== serverNameExtension) continue
    const names = new Reader(new Reader(content).vector(2))
    return names.number(1) === hostName ? names.vector(2).toString('latin1') : undefined
  }
  return undefined
}

/** Numbers, and bytes behind their length. */
class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** @throws RangeError if there are fewer bytes */
  number(size: number): number {
    const value = this.#bytes.readUIntBE(this.#at, size)
    this.#at += size
    return value
  }

  vector(sizeOfLength: number): Buffer {
    const length = this.number(sizeOfLength)
    const start = this.#at
    this.skip(length)
    return this.#bytes.subarray(start, this.#at)
  }

  skip(length: number): void {
    if (this.#at + length > this.#bytes.length) throw new RangeError('too short')
    this.#at += length
  }
}
