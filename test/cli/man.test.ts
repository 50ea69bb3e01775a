/** The man pages of the package. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { commands } from '../../src/commands.ts'
import { deck, repository } from '../support/binary.ts'

const folder = join(repository, 'man')
const pages = existsSync(folder) ? readdirSync(folder) : []
const textOf = (page: string): string => readFileSync(join(folder, page), 'utf8')
const hasGroff = spawnSync('groff', ['--version']).status === 0

it('one for the program and one for each command, linked by npm', () => {
  const names = Object.keys(commands).map(id => `deck-${id.replaceAll(':', '-')}.1`)
  expect([...pages].sort()).toEqual(['deck.1', ...names].sort())
  const { directories, files } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
  expect(directories.man).toBe('./man')
  expect(files).toContain('man')
})

it.each(pages)('%s has the sections of a man page, in ASCII, and knows its macros', page => {
  const text = textOf(page)
  expect(text).toMatch(/^\.TH "DECK\S*" 1 /)
  for (const title of ['NAME', 'SYNOPSIS', 'SEE ALSO']) expect(text).toContain(`\n.SH "${title}"\n`)
  expect(text).toMatch(/^[\n -~]*$/)
  const macros = [...text.matchAll(/^\.(\S+)/gm)].map(([, macro = '']) => macro)
  const known = ['TH', 'SH', 'SS', 'TP', 'B', 'I', 'BR', 'br', 'nf', 'fi']
  expect([...new Set(macros)].filter(macro => !known.includes(macro))).toEqual([])
})

it.runIf(hasGroff).each(pages)('%s: groff has nothing to say about it', page => {
  const { stdout, stderr, status } = spawnSync('groff', ['-man', '-Tutf8', '-ww', join(folder, page)], {
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout.length).toBeGreaterThan(500)
})

it('has what --help has', async () => {
  const { stdout } = await deck(['gateway', 'sync', '--help'])
  const flags = [...stdout.matchAll(/^ {2}(?:-\w, | {4})--([\w-]+)/gm)].map(([, flag = '']) => flag)
  expect(flags.length).toBeGreaterThan(40)
  const page = textOf('deck-gateway-sync.1')
  for (const flag of flags) expect(page).toContain(`\\-\\-${flag.replaceAll('-', '\\-')}`)
})
