/** The built page, read once. The build compressed the files that it consists of. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { DeckError } from '../errors.ts'
import { send } from './responses.ts'

interface PageFile {
  readonly type: string
  readonly plain: Buffer
  readonly gzip: Buffer
}

export type PageFiles = ReadonlyMap<string, PageFile>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** @throws DeckError where the page was not built */
export function readPageFiles(folder: string): PageFiles {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new DeckError('the Manager page is not built yet', { hint: 'npm install && npm run build' })
  }
  const files = readdirSync(folder).map(name => readPageFile(folder, name))
  return new Map(files)
}

function readPageFile(folder: string, fileName: string): [name: string, file: PageFile] {
  const content = readFileSync(join(folder, fileName))
  const isPacked = fileName.endsWith('.gz')
  const name = isPacked ? fileName.slice(0, -'.gz'.length) : fileName
  const type = types[extname(name)] ?? ''
  return [
    name,
    isPacked
      ? { type, plain: gunzipSync(content), gzip: content }
      : { type, plain: content, gzip: gzipSync(content) },
  ]
}

/** A file by its name; any other path is one of the page's own, which the page's router reads. */
export function sendPageFile(
  files: PageFiles,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const name = path.slice(1)
  const isAsset = files.has(name) && name !== 'index.html'
  const file = files.get(isAsset ? name : 'index.html')
  const isLostAsset = !isAsset && /^[^/]+\.(?:js|css|svg)$/.test(name)
  if (file === undefined || isLostAsset) {
    send(response, 404, 'text/plain', 'no such file\n')
    return
  }
  const accepted = String(request.headers['accept-encoding'] ?? '')
  const isPacked = accepted.includes('gzip')
  const body = isPacked ? file.gzip : file.plain
  // The names of assets change with their content.
  const cache = isAsset ? 'public, max-age=31536000, immutable' : 'no-cache'
  send(response, 200, file.type, request.method === 'HEAD' ? '' : body, {
    'Cache-Control': cache,
    Vary: 'Accept-Encoding',
    ...(isPacked && { 'Content-Encoding': 'gzip' }),
    ...(request.method === 'HEAD' && { 'Content-Length': String(body.length) }),
  })
}
