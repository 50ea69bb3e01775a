/** What a person at a terminal sees, by `script` of util-linux, which lends a program a real one. */
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newFile, newFolder, program, type Served, serve } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'
import { finished, startProgram } from '../support/processes.ts'

const hasScript = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** @returns standard output and standard error as they come together on the terminal */
async function onTerminal(argv: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const line = [...program, ...argv].map(quote).join(' ')
  const settings = { PATH: process.env['PATH'] ?? '', HOME: newFolder(), TERM: 'xterm', ...env }
  const lent = ['-qec', `stty cols 70; ${line}`, '/dev/null']
  return (await finished(startProgram('script', lent, { env: settings }))).stdout
}

describe.runIf(hasScript)('a terminal', () => {
  let gateway: Served
  beforeAll(async () => {
    gateway = await serve()
  })
  afterAll(() => gateway?.stop())

  const services = Array.from({ length: 12 }, (_, at) => `- {name: s${at}, host: h.test}\n`).join('')
  const file = newFile('kong.yaml', `_format_version: "3.0"\nservices:\n${services}`)

  /** Two seconds of changes. */
  async function slowSync(env: Record<string, string>): Promise<string> {
    const relay = await faultyRelay(gateway.admin, ({ method }) =>
      method === 'PUT' || method === 'POST' ? { what: 'delay', milliseconds: 160 } : undefined,
    )
    const argv = ['gateway', 'sync', file, '--kong-addr', relay.address, '--parallelism', '1']
    const text = await onTerminal(argv, env)
    await onTerminal(['gateway', 'reset', '--force', '--kong-addr', gateway.admin], env)
    return text
  }

  it('has a bar with the time left, and a last line with the duration', async () => {
    const text = await slowSync({})
    expect(text).toMatch(/\[=+-+\] \d+\/12 changes, \d+\/s, \d+ s left/)
    expect(text).toContain('Created: 12')
    expect(text).toMatch(/Deleted: 0\r\ndone in \d+ s\r\n$/)
  })

  it('has neither in CI', async () => {
    const text = await slowSync({ CI: 'true' })
    expect(text).toContain('Created: 12')
    expect(text).not.toMatch(/left|done in/)
  })

  it('decides the width of help', async () => {
    const lines = (await onTerminal(['gateway', 'ping', '--help'])).split('\r\n')
    expect(lines.length).toBeGreaterThan(20)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of headings
    expect(lines.filter(line => line.replace(/\u001b\[\d+m/g, '').length > 70)).toEqual([])
    expect(lines.join()).toContain('\u001b[32m\u001b[1mUSAGE')
    expect(await onTerminal(['gateway', 'ping', '--help'], { NO_COLOR: '1' })).not.toContain('\u001b[')
  })
})
