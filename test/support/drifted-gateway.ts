/** A gateway and a file that both changed since they were equal, for tests of `gateway drift`. */
import { expect } from 'vitest'
import type { Workplace } from './workplace.ts'

/** What both were. A test may append plugins. */
export const driftingFile = `_format_version: "3.0"
services:
- {name: a, host: one.test, routes: [{name: r, paths: [/r]}, {name: s, paths: [/s]}]}
- {name: b, host: one.test}
- {name: c, host: one.test}
consumers:
- username: u
  keyauth_credentials: [{key: canary-key-aaaaa}]
  basicauth_credentials: [{username: u, password: canary-password}]
`

/** Changes some entities by hand, and writes a file that changes some of the same. */
export async function changeBothSides(
  { byHand, write }: Pick<Workplace, 'byHand' | 'write'>,
  file: string,
): Promise<void> {
  await byHand('PATCH', '/services/a', { host: 'hand.test' })
  await byHand('PATCH', '/services/b', { host: 'hand.test' })
  await byHand('DELETE', '/routes/s')
  await byHand('POST', '/services', { name: 'new', host: 'hand.test' })
  const changed = file
    .replace('name: b, host: one', 'name: b, host: file')
    .replace('name: c, host: one', 'name: c, host: file')
  const plugins = changed.includes('plugins:\n') ? '' : 'plugins:\n'
  write('kong.yaml', `${changed}${plugins}- {name: cors}\n`)
}

/** @param stdout of a drift after `changeBothSides` */
export function expectBothSides(stdout: string): void {
  expect(stdout).toContain('changed by hand and in the files: service b\n')
  expect(stdout).toContain(
    '  host: recorded "one.test", on the gateway "hand.test", in the files "file.test"\n',
  )
  expect(stdout).toContain('created by hand: service new\n')
  expect(stdout).toContain('deleted by hand: route s\n')
  expect(stdout).toContain('new in the files: plugin cors (global)\n')
  expect(stdout).toContain('Summary:\n  Conflicts: 1\n  By hand: 3\n  In the files: 2\n')
}

export const authorsOfBothSides = {
  'service a': 'hand',
  'service b': 'conflict',
  'service c': 'file',
  'service new': 'hand',
  'route s': 'hand',
  'plugin cors (global)': 'file',
}

/** By entity, who changed it: `hand`, `file` or `conflict`. @param stdout of a drift with --json-output */
export function authorsIn(stdout: string): Record<string, string> {
  const found: readonly { kind: string; name: string; by: string }[] = JSON.parse(stdout).drift
  return Object.fromEntries(found.map(({ kind, name, by }) => [`${kind} ${name}`, by]))
}
