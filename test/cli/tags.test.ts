/** Runs with tags: what has none of them is neither taken over nor deleted, and may be referred to. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deck, newFile, type Served, serve, summary } from '../support/binary.ts'

let gateway: Served
const id = '58076db2-28b6-423b-ba39-a797193017f7'

beforeAll(async () => {
  gateway = await serve()
  const theirs = newFile(
    'theirs.yaml',
    `_format_version: "3.0"\nservices:\n- {id: ${id}, name: theirs, host: t, tags: [b]}\n`,
  )
  expect((await deck(['gateway', 'sync', theirs, '--kong-addr', gateway.admin])).code).toBe(0)
})
afterAll(() => gateway?.stop())

const sync = (name: string, text: string, ...flags: string[]) =>
  deck([
    'gateway',
    'sync',
    newFile(name, `_format_version: "3.0"\n${text}`),
    ...flags,
    '--kong-addr',
    gateway.admin,
  ])

const services = async (): Promise<{ name: string; host: string }[]> =>
  ((await (await fetch(`${gateway.admin}/services`)).json()) as { data: { name: string; host: string }[] })
    .data

test.each([
  [
    'an id',
    `services:\n- {name: new, host: n}\n- {id: ${id}, name: mine, host: m}\n`,
    /mine\.yaml:4:8: error: service with ID \S+ already exists, outside of the selection/,
  ],
  [
    'a name',
    'services:\n- {name: new, host: n}\n- {name: theirs, host: m}\n',
    /mine\.yaml:4:10: error: service with name theirs already exists, outside of the selection/,
  ],
])('%s of something outside is refused before anything is written', async (_what, text, message) => {
  const { code, stdout, stderr } = await sync('mine.yaml', text, '--select-tag', 'a')
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: 'Summary:\n  Created: 0\n  Updated: 0\n  Deleted: 0\n',
  })
  expect(stderr).toMatch(message)
  expect(await services()).toMatchObject([{ name: 'theirs', host: 't' }])
})

test('something outside may be referred to by its name, and stays', async () => {
  const text = 'routes:\n- {name: mine, paths: [/m], service: {name: theirs}}\n'
  expect(await sync('route.yaml', text, '--select-tag', 'a')).toMatchObject({ code: 0 })
  const none = await sync('none.yaml', 'services: []\n', '--select-tag', 'a', '--yes')
  expect(none.stdout).toContain('deleting route mine')
  expect(await services()).toMatchObject([{ name: 'theirs', host: 't' }])
})

test('a tag that no entity has is reported, with similar tags', async () => {
  const text =
    'services:\n- {name: ours, host: o}\nroutes:\n- {name: mine, paths: [/m], service: {name: our}}\n'
  const { code, stderr } = await sync('dangling.yaml', text, '--select-tag', 'a')
  expect(code).toBe(1)
  expect(stderr).toMatch(/dangling\.yaml:5:\d+: error: no service "our" for route "mine"/)
  expect(stderr).toContain('did you mean "ours"?')
})

describe('with two tags', () => {
  const both = ['--select-tag', 'a', '--select-tag', 'b']
  const file = (host: string) => `services:\n- {name: shared, host: ${host}}\n`
  const tagged = async (tags: readonly string[]): Promise<void> => {
    const body = JSON.stringify({ name: 'shared', host: 'theirs', tags })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${gateway.admin}/services/shared`, { method: 'PUT', headers, body })
    expect(response.status).toBe(200)
  }

  test.each([[[]], [['a']], [['b']], [['c', 'b']]])(
    'what has only these is not taken over: %j',
    async tags => {
      await tagged(tags)
      const { code, stderr } = await sync('mine.yaml', file('mine'), ...both)
      expect(code).toBe(1)
      const said = tags.length === 0 ? 'none' : tags.join(', ')
      expect(stderr).toContain(
        `service with name shared already exists, outside of the selection (its tags: ${said})`,
      )
      expect(stderr).toContain('give the existing entity the tags a, b to take it over')
      expect((await services()).find(({ name }) => name === 'shared')?.host).toBe('theirs')
    },
  )

  test('what has both, among others, is one of the selection', async () => {
    await tagged(['b', 'c', 'a'])
    const { code, stdout, stderr } = await sync('mine.yaml', file('mine'), ...both)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(summary(0, 1, 0))
    expect((await services()).find(({ name }) => name === 'shared')?.host).toBe('mine')
  })
})
