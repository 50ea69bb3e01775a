/** The Manager's address. The page itself is not built yet: this one says so, honestly, and leads to the Admin API. */
import { createServer } from 'node:http'

export interface ManagerServer {
  listen(host: string, port: number): Promise<{ readonly host: string; readonly port: number }>
  close(): Promise<void>
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, character => `&#${character.codePointAt(0)};`)

/** @param about asked at each request: the Admin API's address is known only once it listens */
export function createManager(
  about: () => { readonly admin: string; readonly version: string },
): ManagerServer {
  const server = createServer((request, response) => {
    request.resume()
    const isPage = request.url === '/' || request.url === '/index.html'
    const allowed = request.method === 'GET' || request.method === 'HEAD'
    response.statusCode = !allowed ? 405 : isPage ? 200 : 404
    response.setHeader(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    )
    response.setHeader('X-Content-Type-Options', 'nosniff')
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(request.method === 'HEAD' ? undefined : page(about()))
  })
  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.off('error', reject)
          const address = server.address()
          resolve({ host, port: typeof address === 'object' && address !== null ? address.port : port })
        })
      }),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function page({ admin, version }: { readonly admin: string; readonly version: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>deck gateway</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }</style>
</head>
<body>
<h1>The Manager page is not built yet</h1>
<p>This gateway plays Kong ${escaped(version)}. It is managed through its Admin API at
<a href="${escaped(admin)}">${escaped(admin)}</a>, for example with <code>deck</code> or <code>curl</code>.</p>
</body>
</html>
`
}
