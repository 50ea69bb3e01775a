/** The bytes of a request's body, up to a limit. */
import type { IncomingMessage } from 'node:http'

/** nginx refuses more than this before Kong sees it. */
export const bodyLimit = 10 * 1024 * 1024

/**
 * Leaves the rest of a body that is too large unread.
 * @throws what Node's stream throws where the client leaves before the end
 */
export async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer | 'too large'> {
  if (Number(request.headers['content-length']) > limit) return 'too large'
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) {
        request.off('data', onData)
        resolve('too large')
      } else chunks.push(chunk)
    }
    request.on('data', onData)
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
  })
}
