import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../support/binary.ts'
import { startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

function start(argv: readonly string[]) {
  const child = startNode([join(repository, 'scripts/start.js'), '--no-build', ...argv])
  const read = { text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      read.text += text
    })
  }
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  return { child, read, ended }
}

test('npm start shows what it promises and ends by itself', async () => {
  const { read, ended } = start([])
  expect(await ended, read.text).toBe(0)
  expect(read.text).toContain('X-Cache-Status: Hit')
  expect(read.text).toContain('All as it should be.')
})

test('npm start -- --keep leaves the gateway until Ctrl-C', async () => {
  const { child, read, ended } = start(['--keep'])
  await until(
    () => read.text.includes('until Ctrl-C') || child.exitCode !== null,
    'the demonstration waits for Ctrl-C',
  )
  const manager = /Manager: (http:\S+)/.exec(read.text)?.[1] ?? ''
  expect((await fetch(manager)).status).toBe(200)
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  await expect(fetch(manager)).rejects.toThrow()
})
