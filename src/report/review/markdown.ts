/**
 * A review as GitHub's Markdown, which GitLab reads too: for comments on a change, job summaries and notes.
 */
import { type Entry, type Page, pageOf } from './page.ts'
import type { Problem, Review } from './review.ts'
import { placeText, visible } from './values.ts'

/** Names in the alarm; further ones are only counted, because each has its own section. */
const mostNames = 20

/** A longer value (a certificate, Lua code) is cut; the HTML report has all of it. */
const longestValue = 2000

export const renderMarkdown = (review: Review): string => markdownOf(pageOf(review))

function markdownOf(page: Page): string {
  const blocks = [
    `### ${escaped(page.title)}: ${page.headline}`,
    ...page.failures.map(text => `> [!CAUTION]\n> **The run failed:** ${escaped(text)}`),
    ...(page.alarm ? [alarmBlock(page.alarm)] : []),
    ...(page.introduction === undefined ? [] : [escaped(page.introduction)]),
    ...(page.counts.rows.length > 0 ? [countsBlock(page.counts)] : []),
    ...problemBlocks(page.problems),
    ...page.notes.map(text => `> [!WARNING]\n> ${escaped(text)}`),
    ...page.sections.flatMap(({ title, entries }) => [
      `#### ${title} (${entries.length})`,
      ...entries.map(entryBlock),
    ]),
  ]
  return `${blocks.join('\n\n')}\n`
}

function alarmBlock({ text, names }: NonNullable<Page['alarm']>): string {
  const shown = names.slice(0, mostNames).map(name => `> - ${code(name)}`)
  const more = names.length - shown.length
  return ['> [!CAUTION]', `> **${text}**`, '>', ...shown, ...(more > 0 ? [`> - and ${more} more`] : [])].join(
    '\n',
  )
}

function countsBlock({ columns, rows }: Page['counts']): string {
  const lines = [columns, columns.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
  return lines.map(cells => `| ${cells.map(escaped).join(' | ')} |`).join('\n')
}

function problemBlocks(problems: readonly Problem[]): string[] {
  if (problems.length === 0) return []
  const lines = problems.map(({ severity, code: name, message, where, hint }) => {
    const place = where ? `${code(placeText(where))} ` : ''
    const advice = hint === undefined ? '' : `<br>hint: ${escaped(hint)}`
    return `- ${place}**${severity}** (${code(name)}): ${escaped(message)}${advice}`
  })
  return [`#### Problems (${problems.length})`, lines.join('\n')]
}

/** Each entry has its own table, with old and new values side by side. */
function entryBlock({ label, kind, name, where, columns, rows }: Entry): string {
  const place = where ? ` (${html(placeText(where))})` : ''
  const head = `<details><summary><b>${html(label)}</b> ${html(kind)} <code>${html(name)}</code>${place}</summary>`
  const table = [
    `| field | ${columns.join(' | ')} |`,
    `| --- |${' --- |'.repeat(columns.length)}`,
    ...rows.map(({ name: field, values }) => `| ${[field, ...values.map(cut)].map(cell).join(' | ')} |`),
  ]
  return [head, '', ...table, '', '</details>'].join('\n')
}

const cut = (value: string): string =>
  value.length <= longestValue
    ? value
    : `${value.slice(0, longestValue)} … (${value.length - longestValue} more characters)`

const cell = (text: string): string => (text === '' ? '' : code(text))

/**
 * A code span, or the same as HTML where a bar would end the table's cell. Markdown knows no escapes within
 * either.
 *
 * @example code('a`b') // '``a`b``'
 */
function code(text: string): string {
  const line = visible(text).replace(/\s*\n\s*/g, ' ')
  if (line.trim() === '' || line.includes('|')) return `<code>${html(line)}</code>`
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return fence + pad + line + pad + fence
}

const entity = (character: string): string => `&#${character.charCodeAt(0)};`

/** Within a line of HTML, of which Markdown reads the text all the same. */
const html = (text: string): string =>
  visible(text)
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[&<>\\`*_[\]#|~@]|:(?=\/)|(?<=www)\./g, entity)

/** A sentence of which every character means itself. */
const escaped = (text: string): string =>
  visible(text)
    .replace(/[&<>\\`*_[\]#|~@]|:(?=\/)|(?<=www)\./g, entity)
    .replace(/\s*\n\s*/g, '<br>')
