/**
 * Connections whose next request is passed to Node's HTTP server again with a changed beginning. Node
 * accepts only methods that it knows, and gives up connections when a client requests another protocol.
 * Kong accepts any method, and no protocol but WebSocket.
 */
import { type IncomingMessage, METHODS } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { type ClientRequest, isTls } from '../exchange/client.ts'
import type { Malformed } from './malformed.ts'

/** Replaces a method that Node does not know. */
const known = 'POST'

/** nginx takes capitals, `-` and `_`, and so many of them at the most. */
const method = /^([A-Z_-]{1,64}) /

/** The beginning of a possible method. */
const beginning = /^[A-Z_-]{0,64}$/

/** The method that a request really has. */
export const methodOf = ({ method = 'GET', socket }: ClientRequest): string =>
  (socket instanceof OtherMethod ? socket.takeMethod() : undefined) ?? method

/**
 * A request whose method or path Node refused, if the packet begins with it.
 *
 * @returns the connection with a method that Node knows and an escaped path; undefined if that is
 * impossible
 */
export function otherMethod(error: Malformed, socket: Socket): Duplex | undefined {
  const { code, rawPacket, bytesParsed = 0 } = error
  if (rawPacket === undefined || !socket.writable) return undefined
  if (code === 'HPE_INVALID_URL') return readAgain(socket, escapedTarget(rawPacket))
  if (code !== 'HPE_INVALID_METHOD') return undefined
  const text = rawPacket.toString('latin1', 0, 66)
  if (!beginning.test(text.slice(0, bytesParsed)) || isTorn(socket, text, rawPacket.length)) return undefined
  return readAgain(socket, escapedTarget(rawPacket) ?? rawPacket)
}

function readAgain(socket: Socket, read: Buffer | undefined): Duplex | undefined {
  if (read === undefined) return undefined
  if (socket instanceof OtherMethod) return new OtherMethod(socket.giveUp(), read)
  // Node's reader is done with it; ours takes its place.
  socket.removeAllListeners('data').removeAllListeners('end')
  return new OtherMethod(socket, read)
}

/**
 * nginx accepts unescaped bytes beyond ASCII in a path or query. Only if the packet begins with the
 * request.
 */
function escapedTarget(packet: Buffer): Buffer | undefined {
  const end = packet.indexOf('\n')
  const line = packet.toString('latin1', 0, end === -1 ? packet.length : end)
  if (!/^[A-Z_-]{1,64} [^\s\x80-\xff]*[\x80-\xff]/.test(line)) return undefined
  const escaped = line.replace(/[\x80-\xff]/g, byte => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`)
  return Buffer.concat([Buffer.from(escaped, 'latin1'), packet.subarray(line.length)])
}

/** The shortest request there is: `A / HTTP/1.0` and an empty line. */
const shortest = 16

/**
 * Whether the method began in an earlier packet, which Node does not give back. One that Node knows would not
 * have been refused; and on a new connection what came before would be a request. (Else a method that two
 * packets share would be read without its beginning.)
 */
function isTorn(socket: Socket, text: string, length: number): boolean {
  const whole = method.exec(text)?.[1]
  if (whole === undefined ? !beginning.test(text) : METHODS.includes(whole)) return true
  const before = socket.bytesRead - length
  return before > 0 && before < shortest
}

/** The request without its wish for another protocol, as it was sent otherwise. */
export function withoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${rawHeaders[at + 1]}`)
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** The client's connection, whatever wraps it. */
export const connectionBelow = (socket: Duplex): Duplex =>
  socket instanceof OtherMethod ? socket.below : socket

/** A connection whose first method is another than what is read of it. */
class OtherMethod extends Duplex {
  readonly below: Socket
  #method: string | undefined
  #waiting: Buffer | undefined

  constructor(below: Socket, read: Buffer) {
    super({ allowHalfOpen: true })
    this.below = below
    this.#waiting = Buffer.alloc(0)
    this.#take(read)
    below.on('data', this.#take).on('end', this.#end).on('error', this.#fail).on('close', this.#close)
    below.resume()
  }

  readonly #end = () => this.push(null)
  readonly #fail = (error: Error) => this.destroy(error)
  readonly #close = () => this.destroy()

  /** The connection, for another to read on. */
  giveUp(): Socket {
    const { below } = this
    below.off('data', this.#take).off('end', this.#end).off('error', this.#fail).off('close', this.#close)
    return below
  }

  takeMethod(): string | undefined {
    const method = this.#method
    this.#method = undefined
    return method
  }

  /** Required of a socket; Node's server gets this event from the connection below. */
  setTimeout(milliseconds: number): this {
    this.below.setTimeout(milliseconds)
    return this
  }

  get remoteAddress(): string | undefined {
    return this.below.remoteAddress
  }
  get remotePort(): number | undefined {
    return this.below.remotePort
  }
  get localAddress(): string | undefined {
    return this.below.localAddress
  }
  get localPort(): number | undefined {
    return this.below.localPort
  }
  get encrypted(): boolean {
    return isTls(this.below)
  }
  get servername(): string | false | undefined {
    return (this.below as Partial<TLSSocket & { servername: string | false }>).servername
  }
  get bytesRead(): number {
    return this.below.bytesRead
  }
  get bytesWritten(): number {
    return this.below.bytesWritten
  }

  readonly #take = (chunk: Buffer): void => {
    if (this.#waiting === undefined) {
      if (!this.push(chunk)) this.below.pause()
      return
    }
    const all = Buffer.concat([this.#waiting, chunk])
    const text = all.toString('latin1', 0, 66)
    const found = method.exec(text)?.[1]
    if (found === undefined && beginning.test(text)) {
      this.#waiting = all
      return
    }
    this.#waiting = undefined
    this.#method = found
    // The reader refuses an invalid method.
    this.push(found === undefined ? all : Buffer.concat([Buffer.from(known), all.subarray(found.length)]))
  }

  override _read(): void {
    this.below.resume()
  }
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.below.write(chunk, done)
  }
  override _final(done: () => void): void {
    this.below.end(done)
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.below.destroy()
    done(error)
  }
}
