/** `--report`: what reviewers and pipelines read of a run, in six formats, however the run ends. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deck, newFolder, type Served, serve, summary } from '../support/binary.ts'
import { after, before, tokenVariable } from '../support/compared-files.ts'
import type { Result } from '../support/processes.ts'
import { schemaProblems } from '../support/report-schemas.ts'

const formats = ['markdown', 'html', 'json', 'junit', 'sarif', 'github'] as const

let gateway: Served
let folder: string

beforeAll(async () => {
  gateway = await serve()
})
afterAll(async () => {
  await gateway?.stop()
})
beforeEach(async () => {
  folder = newFolder()
  await run('gateway', 'reset', '--force')
  write('before.yaml', before)
  write('after.yaml', after)
})

const run = (...argv: readonly string[]): Promise<Result> =>
  deck([...argv, '--kong-addr', gateway.admin], { cwd: folder, env: tokenVariable })
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')

/** Runs the command with a report in each format. @returns its result, and the reports by format */
async function reported(...argv: readonly string[]) {
  const flags = formats.flatMap(format => ['--report', `${format}=report.${format}`])
  const result = await run(...argv, ...flags)
  const reports = Object.fromEntries(formats.map(format => [format, read(`report.${format}`)]))
  for (const [format, text] of Object.entries(reports)) {
    expect(text, format).not.toContain('canary')
    expect(await (schemaProblems[format]?.(text) ?? []), format).toEqual([])
  }
  const { markdown = '', html = '', json = '', junit = '', sarif = '', github = '' } = reports
  return { ...result, markdown, html, junit, github, json: JSON.parse(json), sarif: JSON.parse(sarif) }
}

describe('a diff', () => {
  beforeEach(async () => {
    expect(await run('gateway', 'sync', 'before.yaml')).toMatchObject({ code: 0 })
  })

  it('is reported with deletes first, and old beside new', async () => {
    const { code, stdout, markdown, html, json } = await reported('gateway', 'diff', 'after.yaml')
    expect(code).toBe(0)
    expect(stdout).toContain(summary(4, 2, 2))
    expect(markdown).toContain('### deck gateway diff: 2 to delete, 2 to update, 4 to create')
    expect(markdown).toContain('> **2 entities will be deleted**\n>\n> - `service gone`')
    expect(markdown).toContain('| service | 1 | 1 | 0 |')
    expect(markdown).toContain('| `host` | `"one.test"` | `"two.test"` |')
    expect(markdown).toContain('| `key` | `[masked]` |')
    const places = ['Deletes', 'Updates', 'Creates'].map(title => markdown.indexOf(`#### ${title}`))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(html.indexOf('class="delete"')).toBeLessThan(html.indexOf('class="update"'))
    expect(html).toContain('<td>&quot;one.test&quot;</td><td>&quot;two.test&quot;</td>')
    expect(json).toMatchObject({
      summary: { creating: 4, updating: 2, deleting: 2 },
      changes: { updating: [{ name: 'a', status: 'planned' }, { name: 'r' }] },
    })
  })

  it('says nothing that a reader’s program would take for markup', async () => {
    const { markdown, html } = await reported('gateway', 'diff', 'after.yaml')
    expect(markdown).not.toContain('<b>@team')
    expect(html).not.toContain('<b>@team')
    expect(markdown + html).not.toContain('\u202e')
    // A bar in a value ends no cell.
    const lines = markdown.split('\n').filter(text => text.includes('`config.message`'))
    expect(lines.map(line => line.split('|').length)).toEqual([4])
    expect(html).not.toMatch(/<script|src=|href=|url\(|@import/i)
  })

  it('gives the same bytes each time', async () => {
    const first = await reported('gateway', 'diff', 'after.yaml', '--parallelism', '1')
    const second = await reported('gateway', 'diff', 'after.yaml', '--parallelism', '7')
    expect(second).toEqual(first)
  })

  it('points at the lines of the file, deletes as warnings', async () => {
    const { sarif, junit } = await reported('gateway', 'diff', 'after.yaml')
    const [{ results }] = sarif.runs
    expect(results[0]).toMatchObject({ ruleId: 'entity-delete', level: 'warning' })
    const update = results.find((result: { ruleId: string }) => result.ruleId === 'entity-update')
    expect(update.locations[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: 'after.yaml' },
      region: { startLine: 3, startColumn: 3 },
    })
    expect(junit).toContain('tests="8" failures="0" errors="0"')
  })

  it('may be a report alone, on standard output', async () => {
    const { code, stdout } = await run('gateway', 'diff', 'after.yaml', '--report', 'markdown')
    expect(code).toBe(0)
    expect(stdout.startsWith('### deck gateway diff:')).toBe(true)
    expect(stdout).not.toContain('Summary:')
  })

  it('shows what the terminal shows of variables', async () => {
    const flags = ['--no-mask-deck-env-vars-value', '--report', 'markdown=r.md']
    expect(await run('gateway', 'diff', 'after.yaml', ...flags)).toMatchObject({ code: 0 })
    expect(read('r.md')).toContain('canary-from-the-environment')
    expect(read('r.md')).not.toMatch(/canary-(key|password)/)
  })
})

describe('a run that goes wrong is reported too', () => {
  it('with the problems of the files', async () => {
    write('bad.yaml', '_format_version: "3.0"\nservices:\n- {name: a, hots: x}\n')
    const { code, markdown, json, sarif, junit } = await reported('gateway', 'sync', 'bad.yaml')
    expect(code).toBe(1)
    expect(markdown).toContain('- `bad.yaml:3:13` **error** (`unknown-field`)')
    expect(json.diagnostics[0]).toMatchObject({ code: 'unknown-field', where: { line: 3 } })
    expect(sarif.runs[0].results[0]).toMatchObject({ ruleId: 'unknown-field', level: 'error' })
    expect(junit).toMatch(/failures="[1-9]/)
  })

  it('with the gateway that is not there', async () => {
    const flags = [
      '--kong-addr',
      'http://127.0.0.1:1',
      '--report',
      'markdown=r.md',
      '--report',
      'junit=r.xml',
    ]
    const { code } = await deck(['gateway', 'diff', 'before.yaml', ...flags], { cwd: folder })
    expect(code).toBe(1)
    expect(read('r.md')).toContain('> **The run failed:**')
    expect(await schemaProblems['junit']?.(read('r.xml'))).toEqual([])
    expect(read('r.xml')).toContain('errors="1"')
  })

  it('with what failed, what was done and what was not begun', async () => {
    write(
      'refused.yaml',
      '_format_version: "3.0"\nplugins:\n- {name: cors}\n- {name: rate-limiting, config: {minute: -1}}\n',
    )
    const { code, json, markdown, junit } = await reported(
      'gateway',
      'sync',
      'refused.yaml',
      '--skip-preflight',
      '--parallelism',
      '1',
    )
    expect(code).toBe(1)
    const statuses = json.changes.creating.map(({ status }: { status: string }) => status)
    expect(statuses).toContain('failed')
    expect(markdown).toContain('create failed')
    expect(junit).toContain('type="change-failed"')
  })

  it('with the guard that stopped it', async () => {
    await run('gateway', 'sync', 'before.yaml')
    write('empty.yaml', '_format_version: "3.0"\n')
    const { code, markdown, json } = await reported('gateway', 'sync', 'empty.yaml')
    expect(code).toBe(1)
    expect(markdown).toContain('5 entities would have been deleted')
    expect(json.diagnostics).toEqual([expect.objectContaining({ code: 'too-many-deletes' })])
    expect(json.changes.dropped_deletions).toHaveLength(5)
  })
})

describe('commands that change nothing', () => {
  it('file validate', async () => {
    const good = await reported('file', 'validate', 'before.yaml')
    expect(good).toMatchObject({ code: 0, json: { diagnostics: [] } })
    expect(good.junit).toContain('tests="1" failures="0"')
    write('bad.yaml', '_format_version: "3.0"\nroutes:\n- {name: r, paths: [x]}\n')
    const bad = await reported('file', 'validate', 'bad.yaml')
    expect(bad.code).toBe(1)
    expect(bad.json.errors.length).toBeGreaterThan(0)
  })

  it('gateway validate', async () => {
    write('bad.yaml', '_format_version: "3.0"\nplugins:\n- {name: rate-limiting, config: {minute: -1}}\n')
    const { code, sarif } = await reported('gateway', 'validate', 'bad.yaml')
    expect(code).toBe(1)
    expect(sarif.runs[0].results[0].locations[0].physicalLocation.region).toMatchObject({ startLine: 3 })
  })

  it('file lint', async () => {
    const rule = (severity: string, field: string): string =>
      `  no-${field}: {given: "$.services[*].${field}", severity: ${severity}, then: {function: falsy}}\n`
    write('rules.yaml', `rules:\n${rule('error', 'host')}${rule('hint', 'name')}`)
    const { code, json, sarif } = await reported('file', 'lint', '-s', 'before.yaml', 'rules.yaml')
    expect(code).toBe(1)
    expect(json.diagnostics).toHaveLength(4)
    expect(sarif.runs[0].results).toContainEqual(
      expect.objectContaining({ ruleId: 'no-name', level: 'note' }),
    )
  })
})

describe('annotations of GitHub Actions', () => {
  const text = `_format_version: "3.0"
services:
- name: "50%, a:b"
  hots: x
  url: http://a.test
`

  it('--format github annotates the lines of the file in the repository', async () => {
    write('bad.yaml', text)
    const { code, stdout, stderr } = await run('file', 'validate', 'bad.yaml', '--format', 'github')
    expect(code).toBe(1)
    expect(stdout.split('\n').slice(1)).toEqual([
      '::error file=bad.yaml,line=4,col=3,endColumn=7,title=unknown-field::unknown field "hots" ' +
        '(service "50%25, a:b")%0Ahint: did you mean "host"?',
      '',
    ])
    expect(stderr).toContain('bad.yaml:4:3: error: unknown field "hots"')
  })

  it('paths are those in the workspace, whatever the folder of the step', async () => {
    write('a,b: c.yaml', text)
    const workspace = { GITHUB_WORKSPACE: join(folder, '..') }
    const argv = ['file', 'validate', './a,b: c.yaml', '--format', 'github']
    const { stdout } = await deck(argv, { cwd: folder, env: workspace })
    expect(stdout).toContain(`::error file=${basename(folder)}/a%2Cb%3A c.yaml,line=4,`)
  })

  it.each(['json', 'sarif', 'junit', 'github'])('--format %s of all checks', async format => {
    write('bad.yaml', text)
    for (const argv of [
      ['file', 'validate', 'bad.yaml'],
      ['gateway', 'validate', 'bad.yaml'],
      ['validate', '-s', 'bad.yaml'],
      // `json` of lint is decK's document, which has no place for these.
      ...(format === 'json' ? [] : [['file', 'lint', '-s', 'bad.yaml', '--recommended']]),
    ]) {
      const { code, stdout } = await run(...argv, '--format', format)
      expect(code, argv.join(' ')).toBe(1)
      expect(stdout, argv.join(' ')).toContain('unknown field')
      expect(await (schemaProblems[format]?.(stdout) ?? []), argv.join(' ')).toEqual([])
    }
  })

  it('a finding of lint is a notice or a warning with what to do', async () => {
    write('fine.yaml', '_format_version: "3.0"\nservices:\n- {name: a, url: http://a.test}\n')
    const { stdout } = await run(
      ...['file', 'lint', '-s', 'fine.yaml', '--recommended', '--format', 'github', '-o', 'out.txt'],
    )
    expect(stdout).toBe('')
    expect(read('out.txt')).toMatch(/^::(warning|notice) file=fine\.yaml,line=3,.*%0Ahint: /m)
  })

  it('a diff annotates deletes, and says the rest in one line', async () => {
    await run('gateway', 'sync', 'before.yaml')
    const { github } = await reported('gateway', 'diff', 'after.yaml')
    expect(github).toContain('::warning title=entity-delete::delete service gone: planned\n')
    expect(github).toContain('::notice title=deck gateway diff::2 to delete, 2 to update, 4 to create')
  })

  it('an unknown format is refused before anything is read', async () => {
    const { code, stderr } = await run('file', 'validate', 'nofile.yaml', '--format', 'xml')
    expect(code).toBe(1)
    expect(stderr).toContain(
      'invalid output format: xml\nhint: --format takes text, json, sarif, junit, github',
    )
  })
})

describe('a plan', () => {
  it('is saved by `plan`, and shown without a gateway as it was', async () => {
    await run('gateway', 'sync', 'before.yaml')
    const planned = await run('gateway', 'plan', 'after.yaml', '--compact')
    expect(planned.code).toBe(0)
    const shown = await deck(['gateway', 'show', 'plan.json', '--compact'], { cwd: folder })
    expect(shown).toMatchObject({ code: 0, stdout: planned.stdout })
    const again = await deck(
      ['gateway', 'show', 'plan.json', '--report', 'json=show.json', '--report', 'markdown=show.md'],
      { cwd: folder },
    )
    expect(again.code).toBe(0)
    expect(await schemaProblems['json']?.(read('show.json'))).toEqual([])
    expect(read('show.md')).toContain('2 to delete, 2 to update, 4 to create')
    expect(read('show.md')).not.toContain('canary')
    const document = await deck(['gateway', 'show', 'plan.json', '--json-output'], { cwd: folder })
    expect(JSON.parse(document.stdout)).toMatchObject({ summary: { total: 8 } })
    expect(await run('gateway', 'sync', '--plan', 'plan.json')).toMatchObject({ code: 0 })
  })

  it('must be one', async () => {
    const { code, stderr } = await deck(['gateway', 'show', 'before.yaml'], { cwd: folder })
    expect(code).toBe(1)
    expect(stderr).toContain('Error: before.yaml: the file is not JSON')
  })
})

describe('wrong flags stop a run before it begins', () => {
  it.each([
    ['pdf=x.pdf', 'unknown format "pdf"'],
    ['html=missing/x.html', 'the folder missing does not exist'],
  ])('--report %s', async (value, message) => {
    const { code, stderr } = await run('gateway', 'sync', 'before.yaml', '--report', value)
    expect(code).toBe(1)
    expect(stderr).toContain(message)
    expect((await run('gateway', 'diff', 'before.yaml')).stdout).toContain(summary(5, 0, 0))
    expect(existsSync(join(folder, 'x.pdf'))).toBe(false)
  })

  it.each([
    [['--report', 'json', '--report', 'html'], 'only one report'],
    [['--report', 'json', '--json-output'], 'exclude each other'],
    [['--report', 'json=a', '--report', 'html=a'], 'a is named twice'],
  ])('%j', async (flags, message) => {
    const { code, stderr, stdout } = await run('gateway', 'diff', 'before.yaml', ...flags)
    expect(code).toBe(1)
    expect(stderr).toContain(message)
    expect(stdout).toBe('')
  })
})
