/** One request, to an Admin API or past `fetch`'s own headers, and its answer as a test wants to see it. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'

export interface Asked {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Record<string, unknown>
}

export async function ask(admin: string, method: string, path: string, body?: unknown): Promise<Asked> {
  return askRaw(
    admin,
    method,
    path,
    body === undefined ? undefined : JSON.stringify(body),
    'application/json',
  )
}

export async function askRaw(
  admin: string,
  method: string,
  path: string,
  body: string | undefined,
  contentType: string,
): Promise<Asked> {
  const response = await fetch(admin + path, {
    method,
    ...(body !== undefined && { body, headers: { 'Content-Type': contentType } }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== ''
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} }
}

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/**
 * Nothing is added to the headers that is not needed: `fetch` sets no Origin of one's own choice, and sends
 * an agent.
 */
export function askPlainly(
  url: string,
  method: string,
  headers: Readonly<Record<string, string | string[]>>,
  body = '',
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers }, response => {
      let said = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: said }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}
