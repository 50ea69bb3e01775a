/**
 * State files with routes written as expressions, against a gateway whose router reads them, and against one
 * whose does not.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deck, newFile, type Served, serve, summary } from '../support/binary.ts'

let gateway: Served
beforeAll(async () => {
  gateway = await serve(['--router-flavor', 'expressions'])
})
afterAll(() => gateway?.stop())

const file = newFile(
  'kong.yaml',
  `_format_version: "3.0"
services:
- name: s
  host: s.example
  routes:
  - name: by-expression
    expression: http.path ^= "/a" && http.method == "GET"
    priority: 7
  - name: by-path
    paths: [/b]
`,
)

test('are synced, equal afterwards, and dumped', async () => {
  const at = (...argv: string[]) => deck([...argv, '--kong-addr', gateway.admin])
  expect(await deck(['file', 'validate', file, '--flavor', 'expressions'])).toMatchObject({
    code: 0,
    stderr: '',
  })
  expect((await at('gateway', 'validate', file)).code).toBe(0)
  expect((await at('sync', file)).stdout).toContain(summary(3, 0, 0))
  expect((await at('diff', file)).stdout).toBe(summary(0, 0, 0))
  const { stdout } = await at('gateway', 'dump', '-o', '-')
  expect(stdout).toContain('expression: http.path ^= "/a" && http.method == "GET"')
  expect(stdout).toContain('priority: 7')
  expect((await at('diff', newFile('dumped.yaml', stdout))).stdout).toBe(summary(0, 0, 0))
})

test('what the router cannot read is said before anything is changed', async () => {
  const broken = newFile(
    'kong.yaml',
    '_format_version: "3.0"\nroutes:\n- name: r\n  expression: http.nope == 1\n',
  )
  const { code, stderr } = await deck(['gateway', 'validate', broken, '--kong-addr', gateway.admin])
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('Unknown LHS field') })
})

test('are refused by a gateway that reads none', async () => {
  const stock = await serve()
  const { code, stderr } = await deck(['sync', file, '--kong-addr', stock.admin])
  expect(code).toBe(1)
  expect(stderr).toContain('expression')
  await stock.stop()
})
