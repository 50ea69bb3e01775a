// `npm run campaign`: what hostile networks, disks, files, clients and kills do to the built program, in
// minutes. `--only WORD` runs the parts with that word in their name, `--scale 10` tries ten times as much,
// `--seed 7` tries something else, `--write` keeps the table in docs/reliability.md.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from './build.js'
import { runNode } from './test/children.js'

const root = resolve(import.meta.dirname, '..')
const string = { type: 'string' }
const { values } = parseArgs({
  options: { only: string, scale: string, seed: string, write: { type: 'boolean' } },
})
const folder = mkdtempSync(join(tmpdir(), 'deck-campaign-'))
const table = join(folder, 'table.md')
const settings = Object.entries({ only: values.only, scale: values.scale, seed: values.seed })
const env = {
  ...process.env,
  CAMPAIGN_TABLE: table,
  ...Object.fromEntries(
    settings.flatMap(([name, value]) =>
      value === undefined ? [] : [[`CAMPAIGN_${name.toUpperCase()}`, value]],
    ),
  ),
}

/** Between the two marks of the page. */
function keep(text) {
  const page = join(root, 'docs/reliability.md')
  const rest = readFileSync(page, 'utf8')
  const marks = /(<!-- campaign -->\n)[\s\S]*?(<!-- end -->)/
  writeFileSync(
    page,
    rest.replace(marks, (_all, begin, end) => `${begin}\n${text.trim()}\n\n${end}`),
  )
}

try {
  await build()
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/campaign/vitest.config.ts']
  const good = await runNode(vitest, { cwd: root, env })
  const text = existsSync(table) ? readFileSync(table, 'utf8') : ''
  console.log(`\n${text}`)
  if (good && values.write) keep(text)
  process.exitCode = good && text !== '' ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
