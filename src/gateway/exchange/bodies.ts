/** Bodies of requests that are read whole: small ones, so that they can be sent again, and those that a plugin looks into. All others stream. */
import { type ClientRequest, isHttp2 } from './client.ts'
import type { Exchange } from './exchange.ts'

/** Up to this size a body is kept until it is whole, and for another try. */
const smallest = 1024 * 1024

/** What a plugin reads into memory at the most. */
const longest = 16 * 1024 * 1024

const lengthOf = ({ headers }: ClientRequest): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length'])

export const hasBody = ({ request }: Pick<Exchange, 'request'>): boolean =>
  isHttp2(request)
    ? !request.stream.endAfterHeaders
    : request.headers['transfer-encoding'] !== undefined || (lengthOf(request) ?? 0) > 0

/** Keeps the body where it is small: the upstream is then told its length, and asked once it is there. A longer one streams. */
export async function keepSmallBody(exchange: Exchange): Promise<void> {
  const { request } = exchange
  if (exchange.body !== undefined || !hasBody(exchange)) return
  const length = lengthOf(request)
  if (length === undefined) exchange.body = await readSmall(request)
  else if (length <= smallest) exchange.body = await read(request)
}

/** @returns undefined where there is more than is kept: then it can be read from its beginning */
function readSmall(request: ClientRequest): Promise<Buffer | undefined> {
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
        if (size <= smallest) continue
        end(undefined)
        request.unshift(Buffer.concat(chunks))
        return
      }
    }
    request.on('readable', onReadable).once('end', onEnd).once('error', reject).once('close', onClose)
  })
}

/** Reads the body whole for a plugin; one that is too long for that is refused. */
export async function readBody(exchange: Exchange): Promise<void> {
  const { request } = exchange
  if (exchange.body !== undefined || !hasBody(exchange)) return
  if ((lengthOf(request) ?? 0) <= longest) exchange.body = await read(request)
  if (exchange.body === undefined)
    exchange.exit({ status: 413, from: 'nginx', headers: [['Connection', 'close']] })
}

async function read(request: ClientRequest): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  // A request without an encoding gives its chunks as buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > longest) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
