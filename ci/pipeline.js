// What a pipeline does with deck: a diff on a proposed change, a sync on the main branch, a drift at night.
// action.yml (GitHub) and ci/gitlab.yml (GitLab) run this file; docs/ci.md describes its settings.
// It needs Node alone.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { shortened } from './comment-body.js'
import { hosts } from './hosts.js'

const { env } = process
const host = hosts(env)

const settings = {
  mode: env.PIPELINE_MODE || 'auto',
  files: words(env.PIPELINE_FILES || 'kong.yaml'),
  /** One argument a line, so that none is split. */
  args: lines(env.PIPELINE_ARGS),
  name: env.PIPELINE_NAME || 'deck',
  record: env.PIPELINE_RECORD || '',
  failOn: env.PIPELINE_FAIL_ON || 'hand,conflict',
  reports: env.PIPELINE_REPORTS || 'deck-reports',
  program: env.PIPELINE_PROGRAM || '',
}

/** GitHub takes a megabyte for a job summary. */
const longestSummary = 1_000_000

process.exitCode = await main()

async function main() {
  const mode = settings.mode === 'auto' ? host.mode() : settings.mode
  if (!['diff', 'sync', 'drift'].includes(mode)) {
    process.stderr.write(`mode: expected auto, diff, sync or drift, got ${JSON.stringify(mode)}\n`)
    return 1
  }
  mkdirSync(settings.reports, { recursive: true })
  const formats = { markdown: 'md', html: 'html', json: 'json', junit: 'junit.xml', sarif: 'sarif' }
  const reports = Object.entries(formats).flatMap(([format, ending]) => [
    '--report',
    `${format}=${join(settings.reports, `${mode}.${ending}`)}`,
  ])
  const code = await deck([
    'gateway',
    mode,
    ...settings.files,
    ...flagsOf(mode),
    ...reports,
    ...settings.args,
  ])
  const file = join(settings.reports, `${mode}.md`)
  const text = existsSync(file) ? readFileSync(file, 'utf8') : `### deck gateway ${mode}: the run failed\n`
  const summary = shortened(text, longestSummary, host.pointer())
  if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, summary)
  if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, `mode=${mode}\nexit-code=${code}\n`)
  if (mode === 'diff') await comment(text)
  return code
}

function flagsOf(mode) {
  const record = settings.record === '' ? [] : ['--record', settings.record]
  if (mode === 'sync') return record
  // Without a record or a journal nobody knows who changed what: then any difference counts.
  if (mode === 'drift') return [...record, '--fail-on', settings.failOn]
  return []
}

/** GitHub obeys lines of output that begin with `::`; a name in a state file could be one. */
function deck(argv) {
  const token = env.GITHUB_ACTIONS ? randomBytes(16).toString('hex') : undefined
  const root = resolve(import.meta.dirname, '..')
  const [program, ...first] =
    settings.program === '' ? [process.execPath, join(root, 'bin/run.js')] : [settings.program]
  if (token) process.stdout.write(`::stop-commands::${token}\n`)
  return new Promise(done => {
    const child = spawn(program, [...first, ...argv], { stdio: ['ignore', 'inherit', 'inherit'] })
    const end = (code, message) => {
      if (token) process.stdout.write(`\n::${token}::\n`)
      if (message) process.stderr.write(`${message}\n`)
      done(code)
    }
    child.once('error', error => end(1, `${program}: ${error.message}`))
    child.once('close', code => end(code ?? 1))
  })
}

/** A comment that cannot be written (a fork's token may not) is no reason to fail: the summary has it too. */
async function comment(text) {
  const marker = `<!-- deck: ${settings.name.replaceAll('--', '')} -->\n`
  try {
    await host.comment(marker, marker + shortened(text, host.longest - marker.length, host.pointer()))
  } catch (error) {
    process.stderr.write(`Warning: the comment was not written: ${error.message}\n`)
  }
}

function words(text) {
  return text.split(/\s+/).filter(word => word !== '')
}

function lines(text = '') {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
}
