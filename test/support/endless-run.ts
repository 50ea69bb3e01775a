/** What a test file may leave behind: run by test/cli/killed-runs.test.ts alone, and ended from outside. */
import { existsSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { serve, startDeck } from './binary.ts'
import { startBrowser } from './browser.ts'
import { until } from './until.ts'

const { ENDLESS_RUN: readyFile = '', ENDLESS_RUN_FAILS: fails } = process.env

beforeAll(async () => {
  const { admin } = await serve(['--workers', '2'])
  const manager = startDeck(['manager', '--manager-listen', '127.0.0.1:0', '--kong-addr', admin])
  await new Promise(resolve => manager.child.stdout?.once('data', resolve))
  await startBrowser()
  writeFileSync(readyFile, String(process.pid))
  await until(() => !existsSync(readyFile), 'the test has seen what runs')
  if (fails !== undefined) throw new Error('nothing is closed after this')
})

it('never ends', async () => {
  expect(await new Promise(() => {})).toBe('ended')
})
