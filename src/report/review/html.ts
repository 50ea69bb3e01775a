/**
 * A review as one page that needs nothing else: no script, no font, no picture, and a policy that lets a
 * browser load none.
 */
import { type Entry, type Page, pageOf } from './page.ts'
import type { Problem, Review } from './review.ts'
import { placeText, visible } from './values.ts'

const style = `
:root { color-scheme: light dark; --line: #8884; --delete: #c62828; --update: #b26a00; --create: #2e7d32 }
@media (prefers-color-scheme: dark) { :root { --delete: #ff8a80; --update: #ffcc80; --create: #a5d6a7 } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top }
td, code { font-family: ui-monospace, monospace; font-size: .9em; white-space: pre-wrap; overflow-wrap: anywhere }
th.field { width: 25% } table.counts { width: auto } table.counts td + td { text-align: right }
details { border-left: 4px solid var(--tone); padding: .25rem .75rem; margin: .5rem 0 }
summary { cursor: pointer } summary b { color: var(--tone) } .place { opacity: .7; font-size: .9em }
.delete { --tone: var(--delete) } .update { --tone: var(--update) } .create { --tone: var(--create) }
.alarm { border: 2px solid var(--delete); padding: .5rem 1rem; margin: 1rem 0 }
.error b { color: var(--delete) } .warning b { color: var(--update) }
`

const policy = "default-src 'none'; style-src 'unsafe-inline'"

export function renderHtml(review: Review): string {
  const page = pageOf(review)
  const title = escaped(`${page.title}: ${page.headline}`)
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<h1>${title}</h1>
${blocksOf(page).join('\n')}
</body>
</html>
`
}

function blocksOf(page: Page): string[] {
  return [
    ...page.failures.map(text => `<div class="alarm"><b>The run failed:</b> ${escaped(text)}</div>`),
    ...(page.alarm ? [alarmBlock(page.alarm)] : []),
    ...(page.introduction === undefined ? [] : [`<p>${escaped(page.introduction)}</p>`]),
    ...(page.counts.rows.length > 0 ? [countsTable(page.counts)] : []),
    ...(page.problems.length > 0 ? [problemList(page.problems)] : []),
    ...page.notes.map(text => `<p class="warning"><b>Warning:</b> ${escaped(text)}</p>`),
    ...page.sections.map(
      ({ title, entries }) =>
        `<section>\n<h2>${escaped(title)} (${entries.length})</h2>\n${entries.map(entryBlock).join('\n')}\n</section>`,
    ),
  ]
}

const alarmBlock = ({ text, names }: NonNullable<Page['alarm']>): string =>
  `<div class="alarm"><b>${escaped(text)}</b><ul>${names.map(name => `<li><code>${escaped(name)}</code></li>`).join('')}</ul></div>`

const cells = (tag: 'td' | 'th', values: readonly string[]): string =>
  values.map(value => `<${tag}>${escaped(value)}</${tag}>`).join('')

function countsTable({ columns, rows }: Page['counts']): string {
  const body = rows.map(row => `<tr>${cells('td', row)}</tr>`).join('\n')
  return `<table class="counts">\n<tr>${cells('th', columns)}</tr>\n${body}\n</table>`
}

function problemList(problems: readonly Problem[]): string {
  const items = problems.map(({ severity, code, message, where, hint }) => {
    const place = where ? `<code>${escaped(placeText(where))}</code> ` : ''
    const advice = hint === undefined ? '' : `<br>hint: ${escaped(hint)}`
    return `<li class="${severity}">${place}<b>${severity}</b> (<code>${escaped(code)}</code>): ${escaped(message)}${advice}</li>`
  })
  return `<section>\n<h2>Problems (${problems.length})</h2>\n<ul>\n${items.join('\n')}\n</ul>\n</section>`
}

function entryBlock({ label, tone, kind, name, where, columns, rows }: Entry): string {
  const place = where ? ` <span class="place">${escaped(placeText(where))}</span>` : ''
  const head = `<summary><b>${escaped(label)}</b> ${escaped(kind)} <code>${escaped(name)}</code>${place}</summary>`
  const body = rows
    .map(row => `<tr><th class="field">${escaped(row.name)}</th>${cells('td', row.values)}</tr>`)
    .join('\n')
  return `<details class="${tone}">${head}\n<table>\n<tr>${cells('th', ['field', ...columns])}</tr>\n${body}\n</table>\n</details>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string =>
  visible(text).replace(/[&<>"']/g, character => entities[character] ?? character)
