/**
 * Requests that no client of good manners sends: any method, any path, any header, any body; as bytes for a
 * socket, and as answers from it.
 */
import { METHODS } from 'node:http'
import { connect } from 'node:net'
import fc from 'fast-check'

/** Texts that stand where a name, an id, a tag or a value is expected. */
const oddTexts = [
  '',
  ';',
  '.',
  '..',
  '%2e%2e',
  '%2F',
  '%00',
  '%ff',
  '%C3%28',
  '%',
  '%zz',
  '%F0%9F%98%80',
  'é',
  '*',
  '~',
  '\\',
  '//',
  "'",
  '__proto__',
  'constructor',
  'toString',
  'null',
  '[object Object]',
  '00000000-0000-0000-0000-000000000000',
  '00000000-0000-0000-0000-00000000000g',
  'x'.repeat(5000),
]

const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  '',
  'é\u0000\u2028',
  '[]',
  [],
  [null],
  [[]],
  {},
  { id: null },
  { id: '; DROP' },
  { __proto__: 1, constructor: 2 },
]

const method = fc.oneof(
  { arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'), weight: 6 },
  { arbitrary: fc.constantFrom(...METHODS, 'BREW', 'get', '\u00dc'), weight: 1 },
)

const types = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'text/yaml',
  'text/plain',
  '',
]

/** Names of fields that some kind of the Admin API has. */
export const fieldsOfAll: readonly string[] = [
  'name',
  'host',
  'id',
  'tags',
  'service',
  'config',
  'snis',
  'cert',
  'target',
  'paths',
  'username',
]

const odd = fc.oneof(fc.constantFrom(...oddTexts), fc.webSegment())

function oddPath(paths: readonly string[], host: string): fc.Arbitrary<string> {
  const path = fc
    .tuple(fc.constantFrom(...paths), fc.array(odd, { minLength: 4, maxLength: 4 }))
    .map(([one, texts]) => {
      let at = 0
      return one.replace(/\{[^}]*\}/g, () => texts[at++] ?? '')
    })
  return fc.oneof(
    { arbitrary: path, weight: 6 },
    { arbitrary: fc.tuple(path, odd).map(parts => parts.join('/')), weight: 1 },
    { arbitrary: fc.array(odd, { maxLength: 5 }).map(parts => `/${parts.join('/')}`), weight: 1 },
    {
      arbitrary: fc.constantFrom('*', '/', '//', '///', '/?', '?', '/#', `http://${host}/`, 'http://[', 'x'),
      weight: 1,
    },
  )
}

const oddName = (fields: readonly string[]) =>
  fc.oneof(fc.constantFrom(...fields, 'size', 'offset', 'tags', 'a[', 'a[]', '.', '__proto__'), odd)

function oddBody(fields: readonly string[]): fc.Arbitrary<string> {
  const name = oddName(fields)
  const value = fc.oneof(fc.constantFrom(...oddValues), fc.jsonValue({ maxDepth: 3 }))
  const json = fc.oneof(
    { arbitrary: fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 5 }), weight: 4 },
    { arbitrary: value, weight: 1 },
  )
  return fc.oneof(
    json.map(one => JSON.stringify(one)),
    fc.array(fc.tuple(name, odd), { maxLength: 4 }).map(pairs => pairs.map(pair => pair.join('=')).join('&')),
    fc.constantFrom(
      '',
      '{',
      '[',
      '--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--',
      '\u0000',
      '[['.repeat(2000),
    ),
  )
}

/** @param paths of endpoints, with parameters in braces; @param fields that bodies and queries may have */
export function oddRequests(
  paths: readonly string[],
  fields: readonly string[],
  host: string,
  moreHeaders: readonly string[] = [],
): fc.Arbitrary<string> {
  const name = oddName(fields)
  const query = fc
    .array(fc.tuple(name, odd), { maxLength: 3 })
    .map(pairs => (pairs.length === 0 ? '' : `?${pairs.map(pair => pair.join('=')).join('&')}`))
  const headers = fc.subarray([
    ...moreHeaders,
    'Accept: application/json',
    'Expect: 100-continue',
    'Upgrade: websocket\r\nConnection: Upgrade',
    'X-Odd: \u00ff',
    'Cookie: a=b; ;;',
    'Range: bytes=0-1',
    'If-None-Match: *',
    'Access-Control-Request-Headers: x, y',
    'Access-Control-Request-Method: BREW',
  ])
  return fc
    .record({
      method,
      path: oddPath(paths, host),
      query,
      headers,
      type: fc.oneof(fc.constant('application/json'), fc.constantFrom(...types)),
      body: oddBody(fields),
    })
    .map(({ method, path: to, query: asked, headers: more, type, body: text }) => {
      const bytes = Buffer.from(text)
      const lines = [
        `${method} ${to}${asked} HTTP/1.1`,
        `Host: ${host}`,
        'Connection: close',
        ...more,
        ...(type === '' ? [] : [`Content-Type: ${type}`]),
        ...(bytes.length === 0 && type === '' ? [] : [`Content-Length: ${bytes.length}`]),
      ]
      return `${lines.join('\r\n')}\r\n\r\n${bytes.toString('latin1')}`
    })
}

/**
 * @returns the status of the response and all bytes that came; status 0 if the connection closed without one
 * @throws after a minute of silence
 */
export function sendOdd(
  port: number,
  bytes: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect({ host: '127.0.0.1', port })
    socket.setEncoding('latin1')
    socket.setTimeout(60_000, () => {
      reject(new Error(`no end of the answer after a minute: ${JSON.stringify(text.slice(0, 200))}`))
      socket.destroy()
    })
    socket.on('data', chunk => {
      text += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      const last = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) ?[^\r\n]*\r\n/gm)].map(([, code]) => Number(code))
      resolve({ status: last.find(code => code >= 200) ?? last[0] ?? 0, text })
    })
    socket.write(bytes, 'latin1')
  })
}
