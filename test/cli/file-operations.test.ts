/** The operations on files, as typed. What each does in detail is compared with decK in `conformance/file-operations.test.ts`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { deck, newFile, newFolder } from './binary.ts'

const kong = `_format_version: "3.0"
services:
- name: a
  host: \${{ env "DECK_HOST" }}
  routes:
  - name: r
    paths: ["/x"]
    strip_path: false
`

it('operations go one into the other through pipes, and leave the environment for the end', async () => {
  const tagged = await deck(['file', 'add-tags', '--selector', '$..routes[*]', 'team-a'], { stdin: kong })
  const patched = await deck(
    ['file', 'patch', '--selector', '$.services[*]', '--value', 'retries:2', '--value', 'name:"b"'],
    { stdin: tagged.stdout },
  )
  expect(patched.stdout).toBe(`_format_version: "3.0"
services:
- host: \${{ env "DECK_HOST" }}
  name: b
  retries: 2
  routes:
  - name: r
    paths:
    - /x
    strip_path: false
    tags:
    - team-a
`)
})

it('files are merged into one, which is written whole or not at all', async () => {
  const folder = newFolder()
  const out = join(folder, 'out.yaml')
  const [one, other] = [newFile('a.yaml', kong), newFile('b.yaml', '_format_version: "1.1"\nservices: []\n')]
  expect((await deck(['file', 'merge', one, one, '-o', out])).code).toBe(0)
  const before = readFileSync(out, 'utf8')
  expect(before.match(/name: a/g)).toHaveLength(2)
  const refused = await deck(['file', 'merge', one, other, '-o', out])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('major versions are incompatible; 3.0 and 1.1')
  expect(readFileSync(out, 'utf8')).toBe(before)
})

it.each([
  [
    ['file', 'add-tags', '--selector', 'services', 'x'],
    "selector 'services' is not a valid JSONpath expression",
  ],
  [
    ['file', 'patch', '--selector', '$', '--value', 'a:b'],
    'did you forget to wrap a json-string-value in quotes?',
  ],
  [['file', 'namespace', '-p', 'x'], "the namespace MUST start with '/'"],
  [
    ['file', 'add-plugins', '--config', '{"name":"cors","service":"a"}', '--selector', '$.services[*]'],
    'plugin 0 has foreign keys',
  ],
  [['file', 'list-tags', '--format', 'xml'], "got: 'xml'"],
])('%j is refused with a reason', async (argv, reason) => {
  const { code, stdout, stderr } = await deck(argv, { stdin: kong })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(reason)
})
