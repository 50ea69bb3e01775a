/** What every help text keeps to, so that all pages read alike. */
import { expect, test } from 'vitest'
import { columns, wrap } from '../../src/cli/help/columns.ts'
import { describeAll } from '../../src/cli/help/describe.ts'
import { commandPage, programPage, topicPage } from '../../src/cli/help/pages.ts'
import { commands } from '../../src/commands.ts'

const all = await describeAll(commands)
const named = all.map(command => [command.words.join(' '), command] as const)
const asIs = (text: string): string => text

test.each(named)('%s: a summary, examples that run it, and texts of one sentence', (name, command) => {
  const texts = [command.summary, ...command.flags.map(({ text }) => text)]
  // Imperatives and noun phrases in lower case; words in capitals are names: JSONPath, PEM, RBAC, CA.
  for (const text of texts) expect(text).toMatch(/^(?:[a-z]|[A-Z][A-Z]|\d)[^\n]*[^.\n]$/)
  for (const text of [...texts, command.description ?? ''])
    expect(text).not.toMatch(/<%|%>|left out,|\bcan not\b/)
  expect(command.summary.length).toBeLessThanOrEqual(90)
  for (const { text } of command.flags) expect(text.length).toBeLessThanOrEqual(135)
  expect(command.examples.length).toBeGreaterThan(0)
  for (const example of command.examples) expect(example).toContain(`deck ${name}`)
})

test.each(named)('%s: each flag that takes a value has a word for it', (_, { flags }) => {
  expect(flags.filter(({ value }) => value === 'VALUE').map(({ name }) => name)).toEqual([])
})

test('pages keep to a width, and to one line for each text without one', () => {
  for (const command of all) {
    const narrow = commandPage(command, { width: 80, heading: asIs }).split('\n')
    const examples = new Set(command.examples.map(line => `  ${line}`))
    const usage = narrow.find(line => line.startsWith('  deck ')) ?? ''
    expect(narrow.filter(line => line.length > 80 && !examples.has(line) && line !== usage)).toEqual([])
    const lines = commandPage(command, { width: Number.POSITIVE_INFINITY, heading: asIs }).split('\n')
    for (const { text } of command.flags) expect(lines.some(line => line.endsWith(`  ${text}`))).toBe(true)
  }
})

test('the page of the program lists every command once, that of a word all below it', () => {
  const style = { width: Number.POSITIVE_INFINITY, heading: asIs }
  const program = programPage(all, style)
  for (const [name] of named) expect(program).toContain(`\n  ${name} `)
  expect(program.split('\n').filter(line => line.startsWith('  file '))).toHaveLength(
    named.filter(([name]) => name.startsWith('file ')).length,
  )
  expect(topicPage('gateway', all, style)).toContain('\n  sync ')
  expect(topicPage('gateway', all, style)).not.toContain('merge')
})

test('columns: a wide term has its text below it', () => {
  expect(wrap('one two three', 8)).toEqual(['one two', 'three'])
  expect(
    columns(
      [
        ['-a', 'x'],
        ['--long-term', 'y'],
      ],
      4,
      40,
    ),
  ).toBe('  -a    x\n  --long-term\n        y')
})
