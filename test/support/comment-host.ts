/** A server that stores comments as GitHub and GitLab do, for tests of what a pipeline writes there. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface KeptComment {
  readonly id: number
  body: string
}

export interface CommentHost {
  readonly address: string
  readonly comments: KeptComment[]
  /** `GET /repos/o/r/issues/7/comments`, with the token that came with it. */
  readonly requests: { readonly line: string; readonly token: string | undefined }[]
  /** What every write is answered with, in place of success. */
  refuse: number | undefined
  close(): Promise<void>
}

/** @param limit of characters in a comment; GitHub answers longer ones with 422 */
export async function commentHost(limit: number): Promise<CommentHost> {
  const comments: KeptComment[] = []
  const requests: CommentHost['requests'] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://host')
    const { authorization } = request.headers
    const token = authorization ?? (request.headers['private-token'] as string | undefined)
    requests.push({ line: `${request.method} ${url.pathname}`, token })
    const answer = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value))
    }
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      if (request.method === 'GET') {
        const [size, page] = ['per_page', 'page'].map(name => Number(url.searchParams.get(name)))
        const start = ((page ?? 1) - 1) * (size ?? 30)
        return answer(200, comments.slice(start, start + (size ?? 30)))
      }
      const { body } = JSON.parse(text) as { body: string }
      if (host.refuse !== undefined) return answer(host.refuse, { message: 'refused' })
      if (body.length > limit) return answer(422, { message: 'body is too long' })
      const id = Number(url.pathname.split('/').at(-1))
      const existing = request.method === 'POST' ? undefined : comments.find(one => one.id === id)
      if (request.method !== 'POST' && existing === undefined) return answer(404, {})
      if (existing) existing.body = body
      else comments.push({ id: comments.length + 1, body })
      return answer(existing ? 200 : 201, existing ?? comments.at(-1))
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const host: CommentHost = {
    address: `http://127.0.0.1:${port}`,
    comments,
    requests,
    refuse: undefined,
    close: () =>
      new Promise(done => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
  return host
}
