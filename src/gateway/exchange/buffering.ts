/**
 * Buffering of requests and responses as in nginx, unless a route switches it off: requests until they are
 * complete (`bodies.ts`), responses of known length until 4 KiB have arrived.
 */
import { type Exchange, type Header, headerOf } from './exchange.ts'

/** 2.8 listens to what a route says of it only for clients of HTTP/1.1. */
export function isBuffered(
  { route, request, snapshot }: Exchange,
  what: 'request_buffering' | 'response_buffering',
): boolean {
  if (route?.[what] !== false) return true
  return snapshot.version.major < 3 && request.httpVersion !== '1.1'
}

/**
 * @param headers the upstream's. Chunks are passed on as they come; and an upstream may say that nothing of
 *   it is to wait
 */
export const holdsPieces = (exchange: Exchange, headers: readonly Header[]): boolean =>
  isBuffered(exchange, 'response_buffering') &&
  headerOf(headers, 'transfer-encoding') === undefined &&
  headerOf(headers, 'x-accel-buffering')?.toLowerCase() !== 'no'

/** nginx's `proxy_buffer_size`. */
const enough = 4096

/** Pieces that wait for the next one. */
export class Held {
  #pieces: Buffer[] = []
  #size = 0

  /** @returns all of them where they are enough to be sent */
  add(piece: Buffer): Buffer | undefined {
    this.#size += piece.length
    if (this.#size >= enough && this.#pieces.length === 0) {
      this.#size = 0
      return piece
    }
    this.#pieces.push(piece)
    return this.#size < enough ? undefined : this.take()
  }

  /** The remaining bytes; undefined if there are none. */
  take(): Buffer | undefined {
    const all = this.#pieces
    this.#pieces = []
    this.#size = 0
    return all.length <= 1 ? all[0] : Buffer.concat(all)
  }
}
