/** `deck file validate` warns of values that are valid and act otherwise than they seem to. */
import { describe, expect, it } from 'vitest'
import { deck, newFile } from '../support/binary.ts'

async function validated(path: string, priority: number, format = '3.0', flags: readonly string[] = []) {
  const lines = [
    `_format_version: "${format}"`,
    'services:',
    '- name: s',
    '  host: a.example',
    '  routes:',
    '  - name: r',
    `    paths: ["${path}"]`,
    `    regex_priority: ${priority}`,
  ]
  return deck(['file', 'validate', ...flags, newFile('kong.yaml', `${lines.join('\n')}\n`)])
}

describe('regex_priority', () => {
  it.each([
    [-1, 'Kong 3 tries a route with regex_priority -1 before nearly all others, whatever theirs is'],
    [-4096, 'Kong 3 tries a route with regex_priority -4096 before nearly all others'],
    [4096, 'Kong 3 tries a route with regex_priority 4096 before nearly all others'],
    [8192, 'to Kong 3 regex_priority 8192 is the same as 0'],
    [10_000, 'to Kong 3 regex_priority 10000 is the same as 1808'],
  ])('%i: %s', async (priority, message) => {
    const { code, stderr } = await validated('~/a.+', priority)
    expect(code).toBe(0)
    expect(stderr).toContain(`warning: ${message}`)
    expect(stderr).toContain('(route "r")')
    expect(stderr).toMatch(/kong\.yaml:8:\d+/)
    expect(stderr).toContain('use a number from 0 to 4095')
  })

  it.each([
    ['~/a.+', 0, '3.0', []],
    ['~/a.+', 4095, '3.0', []],
    ['/a', -1, '3.0', []],
    ['~/a.+', -1, '1.1', []],
    ['~/a.+', -1, '3.0', ['--kong-version', '2.8']],
  ] as const)('says nothing of %s with %i in a file of %s %j', async (path, priority, format, flags) => {
    const { stderr } = await validated(path, priority, format, flags)
    expect(stderr).not.toContain('warning')
  })
})
