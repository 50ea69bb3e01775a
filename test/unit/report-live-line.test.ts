/** The line that tells how far a run is, on a terminal and elsewhere. */
import { Writable } from 'node:stream'
import { expect, it, onTestFinished, vi } from 'vitest'
import { durationLine } from '../../src/cli/duration.ts'
import { isWatched, liveLine, progressText, type Screen } from '../../src/report/live-line.ts'
import { desk } from '../support/client-desk.ts'
import { faultyRelay } from '../support/faulty-relay.ts'

function screen(isTTY: boolean, columns = 40): Screen & { written: string[] } {
  const written: string[] = []
  return { isTTY, columns, written, write: text => written.push(text) }
}

/** For lines alone: whatever else takes part in a run has the real clock. */
const withoutWaiting = () => {
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.useRealTimers()
  })
}
const pass = (milliseconds: number) => vi.advanceTimersByTime(milliseconds)

it('is drawn after a second, over itself, makes way and is gone at the end', () => {
  withoutWaiting()
  const terminal = screen(true)
  const line = liveLine(terminal, true, () => ({ done: 4, total: 8, what: 'x'.repeat(100), retries: 0 }))
  pass(500)
  expect(terminal.written).toEqual([])
  pass(800)
  expect(terminal.written[0]).toBe(`\r\u001b[2K4/8 ${'x'.repeat(35)}`)
  line.around(() => terminal.write('an event\n'))
  expect(terminal.written.slice(-2)).toEqual(['\r\u001b[2K', 'an event\n'])
  pass(300)
  line.stop()
  expect(terminal.written.at(-1)).toBe('\r\u001b[2K')
  const length = terminal.written.length
  pass(300)
  expect(terminal.written).toHaveLength(length)
})

it('is not drawn where the output is no terminal', () => {
  withoutWaiting()
  const pipe = screen(false)
  const line = liveLine(pipe, false, () => ({ done: 1, what: 'x', retries: 0 }))
  pass(1200)
  line.stop()
  expect(pipe.written).toEqual([])
  expect(isWatched(screen(true), {})).toBe(true)
  expect(isWatched(screen(true), { CI: 'false' })).toBe(true)
  expect(isWatched(screen(true), { CI: 'true' })).toBe(false)
  expect(isWatched(screen(true), { TERM: 'dumb' })).toBe(false)
  expect(isWatched(screen(false), {})).toBe(false)
})

it('shows a bar, the rate, the time left, and how many requests were repeated', () => {
  const changes = { done: 1200, total: 19000, what: 'changes', retries: 0 }
  expect(progressText(changes, 2, 200)).toBe(
    `[${'='.repeat(1)}${'-'.repeat(29)}] 1200/19000 changes, 600/s, 30 s left`,
  )
  expect(progressText(changes, 20, 60)).toBe(`[=---------------] 1200/19000 changes, 60/s, 4 min 57 s left`)
  expect(progressText(changes, 2, 40)).toBe('1200/19000 changes, 600/s, 30 s left')
  expect(progressText({ ...changes, done: 0 }, 2, 10)).toBe('0/19000 ch')
  expect(progressText({ done: 300, what: 'responses read', retries: 2 }, 1, 80)).toBe(
    '300 responses read, 300/s, 2 requests repeated',
  )
})

it('the last line says how long a run over a second took', () => {
  expect(durationLine(0, 12_300, screen(true), {})).toBe('done in 12 s\n')
  expect(durationLine(2, 75_200, screen(true), {})).toBe('done in 1 min 15 s\n')
  expect(durationLine(1, 1_700, screen(true), {})).toBe('failed after 2 s\n')
  expect(durationLine(0, 900, screen(true), {})).toBe('')
  expect(durationLine(0, 12_300, screen(true), { CI: 'true' })).toBe('')
  expect(durationLine(0, 12_300, screen(false), {})).toBe('')
})

/** Two seconds of changes, with standard error a terminal or not. */
async function slowSync(isTTY: boolean, jsonOutput: boolean) {
  const { admin, go, run } = await desk()
  const relay = await faultyRelay(admin, ({ method }) =>
    method === 'PUT' ? { what: 'delay', milliseconds: 150 } : undefined,
  )
  const services = Array.from({ length: 12 }, (_, at) => `- name: s${at}\n  host: h.test\n`).join('')
  const { reconcile } = await import('../../src/recipes/reconcile/reconcile.ts')
  const errors: string[] = []
  const stderr = Object.assign(
    new Writable({
      write: (chunk, _encoding, done) => {
        errors.push(String(chunk))
        done()
      },
    }),
    { isTTY },
  )
  const options = {
    mode: 'sync' as const,
    files: ['-'],
    client: { address: relay.address, parallelism: 1 },
    jsonOutput,
  }
  const text = `_format_version: "3.0"\nservices:\n${services}`
  const { out, code } = await run(io => reconcile(options, { ...io, stderr }), text)
  expect(code).toBe(0)
  expect((await go(text, { mode: 'diff' })).out).toContain('Created: 0')
  return { out, err: errors.join('') }
}

it('accompanies a sync on a terminal, and leaves its output alone', async () => {
  const { out, err } = await slowSync(true, false)
  expect(err).toMatch(/\d+\/12 changes, \d+\/s/)
  expect(err.endsWith('\r\u001b[2K')).toBe(true)
  expect(out).not.toContain('\u001b')
})

it.each([
  ['a pipe', false, false],
  ['JSON', true, true],
])('says nothing in %s', async (_name, isTTY, json) => {
  expect((await slowSync(isTTY, json)).err).toBe('')
})
