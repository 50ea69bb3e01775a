/**
 * How a request marks the end of its body. A server that reads this differently from the next one allows
 * request smuggling (source: nginx 1.19.9, 1.25.3).
 */
import type { Version } from '../../entities/language/define.ts'

/**
 * nginx's response to a Transfer-Encoding: it accepts only `chunked`, in one header.
 *
 * @param encodings the values of all such headers
 * @param httpVersion `1.0`
 * @returns undefined if it accepts the request
 */
export function transferRefusal(
  encodings: readonly string[],
  httpVersion: string,
  { major }: Version,
): 400 | 501 | undefined {
  const [only, ...others] = encodings
  if (only === undefined) return undefined
  if (others.length > 0 || (httpVersion === '1.0' && major >= 3)) return 400
  return only.toLowerCase() === 'chunked' ? undefined : 501
}

/** @param rawHeaders names and values in turn, as Node has them */
export function encodingsOf(rawHeaders: readonly string[]): string[] {
  const encodings: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.length === 17 && rawHeaders[at]?.toLowerCase() === 'transfer-encoding')
      encodings.push(rawHeaders[at + 1] ?? '')
  }
  return encodings
}

/** The same for a request that Node could not read. @param packet the last packet */
export function refusalOfPacket(packet: Buffer | undefined, version: Version): 400 | 501 | undefined {
  const [head = ''] = (packet?.toString('latin1') ?? '').split('\r\n\r\n', 1)
  const [line = '', ...headers] = head.split('\r\n')
  const encodings = headers.flatMap(header => {
    const [, value] = /^transfer-encoding:[ \t]*(.*?)[ \t]*$/i.exec(header) ?? []
    return value === undefined ? [] : [value]
  })
  return transferRefusal(encodings, line.endsWith('HTTP/1.0') ? '1.0' : '1.1', version)
}
