/** `npm run dev`: the program from its sources. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newFile, newFolder, repository } from '../support/binary.ts'
import { startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

function dev(...argv: readonly string[]) {
  const child = startNode([join(repository, 'scripts/dev.js'), ...argv], { cwd: repository })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text
    })
  }
  const ended = new Promise(resolve => child.once('close', code => resolve({ code, output })))
  return { child, ended }
}

test('runs a command, and prints help', async () => {
  const file = newFile('kong.yaml', '_format_version: "3.0"\nservices:\n- name: a\n  hots: b.test\n')
  expect(await dev('validate', file).ended).toMatchObject({
    code: 1,
    output: expect.stringContaining('kong.yaml:4:3: error: unknown field "hots"'),
  })
  expect(await dev('sync', '--help').ended).toMatchObject({
    code: 0,
    output: expect.stringContaining('--select-tag'),
  })
})

test('serves, with workers and the Manager', async () => {
  const readyFile = join(newFolder(), 'ready.json')
  const listen = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const { child, ended } = dev('serve', ...listen, '--workers', '2', '--ready-file', readyFile)
  await until(() => existsSync(readyFile) || child.exitCode !== null, 'the gateway is ready or has ended')
  const addresses = JSON.parse(readFileSync(readyFile, 'utf8'))
  expect(await (await fetch(addresses.admin)).json()).toMatchObject({ version: '3.9.1' })
  expect((await fetch(addresses.proxy)).status).toBe(404)
  expect((await fetch(addresses.manager)).headers.get('content-type')).toContain('text/html')
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0 })
})
