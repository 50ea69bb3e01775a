/** Every code of a diagnostic has its entry in docs/errors.md, and every entry there is the code of one. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'errors.ts')
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
}

const makesDiagnostics = (source: string): boolean =>
  /\bDiagnostic\b|\bReport\b|TemplateProblem|YamlProblem|SlotProblem/.test(source)

/** A code is the first argument of what makes a problem, or one of a table of codes. */
function codesIn(source: string): string[] {
  const made = /(?:\bproblem|\.add|\bTemplateProblem)\(\s*'([a-z][a-z0-9.-]+)'/g
  const listed =
    /\bcode: '([a-z][a-z0-9.-]+)'|\breturn '([a-z]+-[a-z]+)'|\? '([a-z]+-[a-z]+)'|: '([a-z]+-[a-z]+)'$|\['([a-z]+-[a-z]+)', |Code = '([a-z-]+)'/gm
  return [...source.matchAll(made), ...source.matchAll(listed)].flatMap(match =>
    match.slice(1).filter(Boolean),
  )
}

it('docs/errors.md and the codes agree', () => {
  const used = new Set(sources(join(root, 'src')).filter(makesDiagnostics).flatMap(codesIn))
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  const explained = [...page.matchAll(/^## (\S+)$/gm)].flatMap(([, code]) => code ?? [])
  expect([...used].sort()).toEqual(explained)
})
