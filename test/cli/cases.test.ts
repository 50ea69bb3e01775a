/**
 * The end-to-end cases of fixtures/cases (its README describes the files). `UPDATE=1` writes the expected
 * files.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deck, repository, type Served, serve } from '../support/binary.ts'

const folder = join(repository, 'fixtures/cases')
const names = readdirSync(folder).filter(name => name !== 'README.md')
const isUpdate = process.env['UPDATE'] === '1'

const textOf = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, 'utf8') : undefined

/** `DECK_A='b c' deck sync file` as variables and words. */
function parseCommand(line: string) {
  const words = (line.match(/(?:[^\s']|'[^']*')+/g) ?? []).map(word => word.replaceAll("'", ''))
  const program = words.indexOf('deck')
  const env = words.slice(0, program).map(word => /^(\w+)=(.*)$/.exec(word)?.slice(1) ?? [])
  return { argv: words.slice(program + 1), env: Object.fromEntries(env) as Record<string, string> }
}

/** Ids are random, and Kong's hash of a password depends on the consumer's id. */
const withoutIds = (text: string): string =>
  text
    .replaceAll(/\b[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\b/g, '<id>')
    .replaceAll(/\b[\da-f]{40}\b/g, '<hash>')

async function run(name: string, gateway: Served) {
  const cwd = mkdtempSync(join(tmpdir(), 'deck-test-'))
  cpSync(join(folder, name), cwd, { recursive: true })
  const at = (argv: readonly string[], env: Record<string, string> = {}) =>
    deck(argv, { cwd, env: { DECK_KONG_ADDR: gateway.admin, ...env } })
  if (existsSync(join(cwd, 'before.yaml')))
    expect(await at(['gateway', 'sync', 'before.yaml'])).toMatchObject({ code: 0, stderr: '' })
  let terminal = ''
  for (const line of (textOf(join(cwd, 'command')) ?? 'deck gateway sync kong.yaml').trim().split('\n')) {
    const { argv, env } = parseCommand(line)
    const { code, stdout, stderr } = await at(argv, env)
    terminal += `$ ${line}\n${stdout}${stderr}${code === 0 ? '' : `exit code ${code}\n`}\n`
  }
  const dump = await at(['gateway', 'dump', '-o', '-'])
  expect(dump.code).toBe(0)
  return { 'stdout.txt': withoutIds(terminal), 'after.yaml': withoutIds(dump.stdout) }
}

describe('fixtures/cases', () => {
  it.each(names)('%s', async name => {
    const gateway = await serve(['--proxy-tls-listen', 'off'])
    try {
      for (const [file, text] of Object.entries(await run(name, gateway))) {
        const path = join(folder, name, file)
        if (isUpdate) writeFileSync(path, text)
        expect(text, `${name}/${file}`).toBe(textOf(path))
      }
    } finally {
      await gateway.stop()
    }
  })
})
