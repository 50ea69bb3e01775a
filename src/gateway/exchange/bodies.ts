/**
 * Request bodies that are read completely: small ones, for retries, and those that a plugin reads. All
 * others stream. Kong's plugins cannot read a body that nginx stores in a file, so these cannot either.
 */
import { type ClientRequest, isHttp2 } from './client.ts'
import type { Exchange } from './exchange.ts'

/** Up to this size, in bytes, a body is kept for retries. */
const smallest = 1024 * 1024

/** Maximum size, in bytes, that is read into memory to be counted. */
const longest = 16 * 1024 * 1024

/**
 * Sizes in bytes up to which nginx keeps a body in memory, with Kong's `client_body_buffer_size` of 8k
 * (source: `ngx_http_request_body.c` and `ngx_http_v2.c`): a body of known length may be longer by a
 * quarter.
 */
const inMemory = { ofKnownLength: 10_239, chunked: 8191, http2: 8192 } as const

const lengthOf = ({ headers }: ClientRequest): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length'])

export const hasBody = ({ request }: Pick<Exchange, 'request'>): boolean =>
  isHttp2(request)
    ? !request.stream.endAfterHeaders
    : request.headers['transfer-encoding'] !== undefined || (lengthOf(request) ?? 0) > 0

/**
 * Buffers a small body, so that the upstream gets its length and the request starts when it is complete. A
 * longer body streams.
 */
export async function keepSmallBody(exchange: Exchange): Promise<void> {
  const { request } = exchange
  if (exchange.body !== undefined || !hasBody(exchange)) return
  const length = lengthOf(request)
  if (length === undefined) exchange.body = await readUpTo(smallest, request)
  else if (length <= smallest) exchange.body = await read(request)
}

/** @returns undefined where there is more: then it can be read from its beginning */
function readUpTo(most: number, request: ClientRequest): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const end = (body: Buffer | undefined) => {
      request.off('readable', onReadable).off('end', onEnd).off('error', reject).off('close', onClose)
      resolve(body)
    }
    const onEnd = () => end(Buffer.concat(chunks))
    const onClose = () => reject(request.errored ?? new Error('the client left'))
    const onReadable = () => {
      for (let chunk: Buffer | null = request.read(); chunk !== null; chunk = request.read()) {
        chunks.push(chunk)
        size += chunk.length
        if (size <= most) continue
        end(undefined)
        request.unshift(Buffer.concat(chunks))
        return
      }
    }
    request.on('readable', onReadable).once('end', onEnd).once('error', reject).once('close', onClose)
  })
}

function mostInMemory(request: ClientRequest): number {
  if (isHttp2(request)) return inMemory.http2
  return lengthOf(request) === undefined ? inMemory.chunked : inMemory.ofKnownLength
}

/**
 * Reads the body for a plugin, if it is short enough: see `readableBody`.
 *
 * @param most what the plugin reads of a file, beyond what is in memory
 */
export async function readBody(exchange: Exchange, most = 0): Promise<void> {
  const { request } = exchange
  if (exchange.body !== undefined || !hasBody(exchange)) return
  const limit = Math.max(mostInMemory(request), Math.min(most, longest))
  if ((lengthOf(request) ?? 0) <= limit) exchange.body = await readUpTo(limit, request)
}

/**
 * The body as plugins read it, after it was read for them; undefined if it is too long for them. An absent
 * body is empty.
 */
export function readableBody(exchange: Exchange, most = 0): Buffer | undefined {
  const { body, isBodyReplaced, request } = exchange
  if (body === undefined) return hasBody(exchange) ? undefined : Buffer.alloc(0)
  return isBodyReplaced || body.length <= Math.max(mostInMemory(request), most) ? body : undefined
}

/** Reads the body to its end, whatever plugins may see of it; one that is too long for that is refused. */
export async function readWholeBody(exchange: Exchange): Promise<void> {
  const { request } = exchange
  if (exchange.body !== undefined || !hasBody(exchange)) return
  if ((lengthOf(request) ?? 0) <= longest) exchange.body = await read(request)
  if (exchange.body === undefined)
    exchange.exit({ status: 413, from: 'nginx', headers: [['Connection', 'close']] })
}

async function read(request: ClientRequest): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  // The rest of a longer body is not taken here: a destroyed request would close the connection.
  const parts = request.iterator({ destroyOnReturn: false })
  // A request without an encoding gives its chunks as buffers.
  for await (const chunk of parts as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > longest) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
