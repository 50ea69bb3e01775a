/**
 * What is read is written back unchanged: texts of all of Unicode through a gateway, its dump, and the
 * operations on files.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseDocument } from '../../src/file/yaml/parse.ts'
import { anyText, canonicalText } from '../support/any-text.ts'
import { deck, newFile, serve } from '../support/binary.ts'

/** Kong refuses a null character. */
const plain = fc.sample(
  anyText.filter(text => !text.includes('\0')),
  { numRuns: 150, seed: 20_261_130 },
)
const long = ['\t', ' ', '  ', '\n ', ' \n\n'].map(
  blank => `\t${'x'.repeat(70)}${blank}y ${'word '.repeat(30)}`,
)
const texts = [...new Set([...plain, ...long, 'ines\xa0', '\u3000wide', 'bom\ufeff', 'a\u2028b', '${{ x }}'])]

/** As JSON, which writes any text safely; a `$` as an escape, so that nothing is taken for an expression. */
const state = JSON.stringify({
  _format_version: '3.0',
  consumers: texts.map((text, index) => ({ username: `u${index}${text}`, custom_id: `${index}${text}` })),
  services: texts.map((text, index) => ({
    name: `s${index}`,
    host: 'h.example',
    plugins: [{ name: 'request-termination', config: { status_code: 403, body: `${text}!` } }],
  })),
}).replaceAll('$', '\\u0024')

const content = (text: string): string =>
  canonicalText(parseDocument({ name: 'f', text }, { env: {} }).document?.content)

it('sync, dump, sync of the dump into an empty gateway, dump again', async () => {
  const [first, second] = await Promise.all([serve(), serve()])
  try {
    const file = newFile('kong.json', state)
    const sync = await deck(['gateway', 'sync', file, '--silence-events', '--kong-addr', first.admin])
    expect({ code: sync.code, stderr: sync.stderr }).toEqual({ code: 0, stderr: '' })
    for (const format of ['yaml', 'json']) {
      const dump = ['gateway', 'dump', '-o', '-', '--format', format, '--kong-addr']
      const dumped = await deck([...dump, first.admin])
      const again = newFile(`dump.${format}`, dumped.stdout)
      const diff = await deck(['gateway', 'diff', again, '--kong-addr', first.admin])
      expect(diff.stdout).toContain('Created: 0\n  Updated: 0\n  Deleted: 0')
      expect((await deck(['gateway', 'sync', again, '--kong-addr', second.admin])).code).toBe(0)
      expect((await deck([...dump, second.admin])).stdout).toBe(dumped.stdout)
      const operations = [
        ['merge', again],
        ['add-tags', '-s', again, '--selector', '$.nothing[*]', 'x'],
        ['patch', '-s', again, '--selector', '$.nothing', '--value', 'a:1'],
        ['format', 'deck', again],
        ['namespace', '-s', again, '--path-prefix', '/x', '--allow-empty-selectors'],
        ['render', again],
        ['convert', '--from', '3.4', '--to', '3.10', '--input-file', again],
      ]
      for (const argv of operations) {
        const made = await deck(['file', ...argv])
        expect(content(made.stdout), argv.join(' ')).toBe(content(dumped.stdout))
      }
    }
  } finally {
    await Promise.all([first.stop(), second.stop()])
  }
}, 120_000)
