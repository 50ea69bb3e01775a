import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadStateFile } from '../../src/file/load.ts'
import { checkedLine } from '../../src/recipes/checked-line.ts'

const line = async (text: string, kong?: string) => {
  const path = join(mkdtempSync(join(tmpdir(), 'deck-checked-')), 'kong.yaml')
  writeFileSync(path, text)
  const { file } = await loadStateFile([path])
  return file && checkedLine(file, kong, name => name !== 'mine')
}

it('counts what was checked, by kind, and names what was not', async () => {
  const text =
    'services: [{name: a, host: a}, {name: b, host: b, plugins: [{name: key-auth}]}]\nplugins: [{name: mine}, {name: cors}]\n'
  expect(await line(text, '3.9')).toBe(
    'checked 2 services, 3 plugins for Kong 3.9; not checked: the configuration of mine',
  )
})

it('speaks of one in the singular', async () => {
  expect(await line('routes: [{name: r, paths: [/]}]\n')).toBe('checked 1 route')
})
