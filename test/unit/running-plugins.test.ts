/** The README lists exactly the plugins that the gateway runs. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { plugins } from '../../src/entities/plugin-registry.ts'
import { running } from '../../src/gateway/plugins/handlers.ts'

it('the README lists every plugin that runs and no other', () => {
  const readme = readFileSync(path.join(import.meta.dirname, '../../README.md'), 'utf8')
  const [, listed = ''] = /and runs these:\s(.*?)\.\s/s.exec(readme) ?? []
  const named = listed.split(/,\s|\sand\s|\s/).filter(text => text !== '')
  expect(named.sort()).toEqual([...running].sort())
})

it('only plugins that Kong bundles run', () => {
  const bundled = plugins.map(({ name }) => name)
  expect(running.filter(name => !bundled.includes(name))).toEqual([])
})
