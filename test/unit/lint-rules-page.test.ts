/**
 * docs/lint-rules.md explains every recommended rule: it is made of the rules themselves (`vitest run -u`
 * writes it).
 */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { rules } from '../../src/recommended/rules.ts'

const page = join(import.meta.dirname, '../../docs/lint-rules.md')

const head = `# Recommended rules: \`deck file lint --recommended\`

\`deck file lint --recommended\` finds what is valid but probably wrong in a state file: secrets in clear text, routes
that no request reaches, missing limits.

The rules look at the entities of the file, complete with Kong's defaults. Which route gets a request is decided by the gateway's own router. Variables
are not filled in, so no secrets are needed. Each finding says what to do; with \`--format json\` or \`yaml\` it has \`Rule\`, \`Why\` and \`How\` as well.

\`\`\`
deck file lint -s kong.yaml --recommended [RULES-FILE] [--fail-severity warn] [--kong-version V] [--flavor F]
\`\`\`

A rules file turns the rules on as well, and sets their severities:

\`\`\`yaml
extends: [deck:recommended]
rules:
  no-authentication: error
  plain-upstream: off
\`\`\`

A comment turns a rule off for one entity: at the end of its first line, at the end of the line of the finding, or in the line above.

\`\`\`yaml
services:
  - name: status   # deck-lint: ignore plain-upstream, default-timeouts
    url: http://status.internal
\`\`\`

| rule | severity | finds that |
| ---- | -------- | ---------- |
`

const rows = rules.map(({ id, severity, title }) => `| [${id}](#${id}) | ${severity} | ${title} |\n`)
const sections = rules.map(
  ({ id, severity, title, why, how }) =>
    `\n## ${id}\n\nSeverity: ${severity}. It finds that ${title}.\n\nWhy: ${why}\n\nWhat to do: ${how}.\n`,
)

it('explains each rule', async () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
  for (const { id, why, how } of rules) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/)
    expect(why).toMatch(/\.$/)
    expect(how).not.toMatch(/\.$/)
  }
  await expect(head + rows.join('') + sections.join('')).toMatchFileSnapshot(page)
})
