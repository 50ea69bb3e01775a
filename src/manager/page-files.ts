/** The built page, read once: every file with its compressed forms, which the build made. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { DeckError } from '../errors.ts'
import { send } from './responses.ts'

interface PageFile {
  readonly type: string
  readonly plain: Buffer
  /** By the name of the encoding, best first. */
  readonly packed: ReadonlyMap<string, Buffer>
}

export type PageFiles = ReadonlyMap<string, PageFile>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/** @throws DeckError where the page was not built */
export function readPageFiles(folder: string): PageFiles {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new DeckError('the Manager page is not built yet', { hint: 'npm install && npm run build' })
  }
  const names = readdirSync(folder).filter(name => types[extname(name)] !== undefined)
  return new Map(names.map(name => [name, readPageFile(join(folder, name))]))
}

function readPageFile(path: string): PageFile {
  const packed = encodings
    .filter(([, ending]) => existsSync(path + ending))
    .map(([name, ending]) => [name, readFileSync(path + ending)] as const)
  return { type: types[extname(path)] ?? '', plain: readFileSync(path), packed: new Map(packed) }
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
  const [encoding, body] = [...file.packed].find(([name]) => accepted.includes(name)) ?? [
    undefined,
    file.plain,
  ]
  // The names of assets change with their content.
  const cache = isAsset ? 'public, max-age=31536000, immutable' : 'no-cache'
  send(response, 200, file.type, request.method === 'HEAD' ? '' : body, {
    'Cache-Control': cache,
    Vary: 'Accept-Encoding',
    ...(encoding !== undefined && { 'Content-Encoding': encoding }),
    ...(request.method === 'HEAD' && { 'Content-Length': String(body.length) }),
  })
}
