/** One request with a body to a server that collects logs, and its answer. */
import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'

export interface Letter {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Milliseconds without a byte before the request fails. */
  readonly timeout: number
}

export interface Poster {
  post(url: URL, letter: Letter): Promise<{ readonly status: number; readonly body: string }>
  /** Closes idle connections. */
  close(): void
}

/** @param verify whether a server's certificate must be trusted */
export function createPoster(verify: boolean): Poster {
  const http = new HttpAgent({ keepAlive: true })
  const https = new HttpsAgent({ keepAlive: true, rejectUnauthorized: verify })
  return {
    post: (url, { method, headers, body, timeout }) =>
      new Promise((resolve, reject) => {
        const options = {
          method,
          timeout,
          headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
        }
        const request =
          url.protocol === 'https:'
            ? requestHttps(url, { ...options, agent: https })
            : requestHttp(url, { ...options, agent: http })
        request.on('timeout', () => request.destroy(new Error(`timeout after ${timeout} ms`)))
        request.on('error', error => reject(new Error(`failed request to ${url.host}: ${error.message}`)))
        request.on('response', response => {
          let said = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => {
            said += chunk
          })
          response.on('error', reject)
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: said }))
        })
        request.end(body)
      }),
    close: () => {
      http.destroy()
      https.destroy()
    },
  }
}
