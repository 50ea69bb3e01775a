/**
 * A state file in an editor: completion, hover and problems, by the real yaml-language-server with the
 * schema that deck writes.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deck } from '../support/binary.ts'
import { type Editor, openInEditor } from '../support/language-server.ts'

// The line that refers to the schema is the first.
const text = `_format_version: "3.0"
services:
- name: a
  hots: b
  
  plugins:
  - name: rate-limiting
    config:
      minute: 5
      
`

let editor: Editor
beforeAll(async () => {
  const { stdout } = await deck(['file', 'schema'])
  editor = await openInEditor(text, stdout)
})
afterAll(() => editor?.close())

it('offers the fields of a service, the plugins by name, and the fields of that plugin', async () => {
  const ofService = await editor.complete(6, 3)
  expect(ofService).toEqual(expect.arrayContaining(['host', 'retries', 'routes', 'url']))
  expect(await editor.complete(8, 11)).toEqual(expect.arrayContaining(['key-auth', 'rate-limiting']))
  const ofPlugin = await editor.complete(11, 7)
  expect(ofPlugin).toEqual(expect.arrayContaining(['hour', 'policy', 'redis']))
  expect(ofPlugin).not.toContain('minute')
  // A deprecated name.
  expect(ofPlugin).not.toContain('redis_host')
})

it('describes a field, and underlines what is unknown', async () => {
  expect(await editor.hover(10, 8)).toContain('The number of HTTP requests that can be made per minute.')
  expect(await editor.problems()).toContain('5: Property hots is not allowed.')
})
