/**
 * What the Manager computes keeps no other client waiting: the proxy answers while 10,000 entities are compared
 * and exported.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deck, newFile, type Served, serve } from '../support/binary.ts'

let gateway: Served

const count = 10_000
const routes = (port: number) =>
  Array.from(
    { length: count - 1 },
    (_, at) => `  - name: r${at}\n    paths: [/r${at}]\n    regex_priority: ${port}\n`,
  )
const file = (port: number) => `_format_version: "3.0"
services:
- name: s
  host: s.example
  routes:
  - name: here
    paths: [/here]
    plugins:
    - name: request-termination
      config: { status_code: 200, message: here }
${routes(port).join('')}`

beforeAll(async () => {
  gateway = await serve(['--db-less', '--declarative-config', newFile('kong.yaml', file(0))])
})

afterAll(() => gateway.stop())

/** Asks the proxy again and again until something is done. */
async function askWhile(work: Promise<unknown>): Promise<{ answered: number; longest: number; all: number }> {
  let isDone = false
  const end = () => {
    isDone = true
  }
  work.then(end, end)
  const begun = performance.now()
  let [answered, longest] = [0, 0]
  while (!isDone) {
    const asked = performance.now()
    const answer = await fetch(`${gateway.proxy}/here`)
    expect(await answer.json()).toEqual({ message: 'here' })
    longest = Math.max(longest, performance.now() - asked)
    answered++
  }
  return { answered, longest, all: performance.now() - begun }
}

const post = (path: string, body: object) =>
  fetch(gateway.manager + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { Origin: gateway.manager, 'Content-Type': 'application/json' },
  })

test.each([
  [
    'Compare',
    async () => {
      const report = await (await post('/api/compare', { text: file(1) })).json()
      expect(report).toMatchObject({ summary: { updating: count - 1, total: count - 1 }, errors: [] })
    },
  ],
  [
    'Export',
    async () => {
      const text = await (await fetch(`${gateway.manager}/api/export?format=yaml`)).text()
      expect(text).toBe((await deck(['dump', '-o', '-', '--kong-addr', gateway.admin])).stdout)
    },
  ],
])('the proxy answers while %s goes through 10,000 entities', async (_name, work) => {
  const done = work()
  const { answered, longest, all } = await askWhile(done)
  await done
  // On one thread with the proxy, one silence was most of the time.
  expect({ answered, silence: longest / all }).toEqual({
    answered: expect.toSatisfy(number => number > 50),
    silence: expect.toSatisfy(part => part < 0.4),
  })
})

test('work for a client that has left ends, and the rest goes on', async () => {
  const gone = new AbortController()
  const asked = fetch(`${gateway.manager}/api/export?format=json`, { signal: gone.signal })
  await new Promise(resolve => setTimeout(resolve, 100))
  gone.abort()
  await expect(asked).rejects.toThrow()
  expect((await fetch(`${gateway.proxy}/here`)).status).toBe(200)
  expect((await post('/api/compare', { text: 'services: {' })).status).toBe(200)
})
