/**
 * `deck file lint`: checks a file with the user's own rules. `transform/lint/` has the functions of rules.
 */
import { readFile } from 'node:fs/promises'
import * as Flags from '@oclif/core/flags'
import { routerFlavors, stockFlavor } from '../../entities/expressions/router-flavors.ts'
import { DeckError, exitCodes, StateFileError, UsageError } from '../../errors.ts'
import type { Document } from '../../file/document.ts'
import { type KeepRun, withReports } from '../../recipes/write-reports.ts'
import type { Problem } from '../../report/review/review.ts'
import type { Violation } from '../../transform/lint/lint.ts'
import { severities, severityOf } from '../../transform/lint/severity.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import { reportFlags } from '../flags.ts'
import type { CommandGroup } from '../help/groups.ts'
import { kongVersionDefault } from '../kong-version.ts'
import { reportAsOutput, reportTargets } from '../report-targets.ts'
import { inputFlags, outputFlags, parseOne, writeOutput } from './operation.ts'
import { type Advice, readStateText, recommendedAdvice, splitRuleset } from './recommended-rules.ts'

/** A line of the report, in decK's words. */
interface Result {
  readonly Message: string
  readonly Severity: string
  readonly Line: number
  readonly Column: number
  readonly Character: number
  readonly Path: string
  /** Fields of recommended rules only, which decK's report does not have. */
  readonly Rule?: string
  readonly Why?: string
  readonly How?: string
}

export class Lint extends BaseCommand {
  static override summary = 'check a file with recommended rules, or with rules of your own'
  static override group: CommandGroup = 'check'
  static override isOffline = true
  static override usage = '[RULES-FILE]'
  static override description =
    'Rules have the format of Spectral: a JSONPath, a function (pattern, truthy, enumeration, casing) and a severity.'
  static override examples = [
    'deck file lint -s kong.yaml rules.yaml',
    'deck file lint -s kong.yaml --recommended --fail-severity warn',
  ]
  static override flags = {
    ...inputFlags,
    'output-file': outputFlags['output-file'],
    format: Flags.string({
      default: 'plain',
      description: 'format of the report',
      helpValue: 'plain|yaml|json|sarif|junit|github',
      helpGroup: 'OUTPUT',
      env: 'DECK_FORMAT',
    }),
    'fail-severity': Flags.string({
      char: 'F',
      default: 'error',
      description: 'lowest severity that fails the run',
      helpValue: 'error|warn|info|hint',
      helpGroup: 'CHECK',
    }),
    'display-only-failures': Flags.boolean({
      char: 'D',
      description: 'show only problems that fail the run',
      helpGroup: 'OUTPUT',
    }),
    recommended: Flags.boolean({
      description: 'check the recommended rules too (docs/lint-rules.md lists them)',
      helpGroup: 'CHECK',
    }),
    ...kongVersionDefault('version of Kong for the recommended rules', 'CHECK'),
    flavor: Flags.string({
      description: 'router_flavor of Kong for the recommended rules',
      helpGroup: 'CHECK',
      options: [...routerFlavors],
      default: stockFlavor,
      env: 'DECK_ROUTER_FLAVOR',
    }),
    ...reportFlags,
  }

  protected override work(run: Run): Promise<number> {
    const targets = reportTargets(run.flags, reportAsOutput(run.flags, ownFormats))
    return withReports(targets, 'file lint', run.terminal, (terminal, keep) =>
      lintFile({ ...run, terminal }, keep),
    )
  }
}

/** Formats of decK's report. */
const documentFormats = ['yaml', 'json']
const ownFormats = ['plain', ...documentFormats]

/** The report of a file that cannot be read. */
function brokenReport({ diagnostics }: StateFileError) {
  const results = diagnostics.map(
    ({ message, severity, where }): Result => ({
      Message: message,
      Severity: severity === 'error' ? 'error' : 'warn',
      Line: where?.line ?? 1,
      Column: where?.column ?? 1,
      Character: 0,
      Path: '$',
    }),
  )
  const failed = diagnostics.filter(({ severity }) => severity === 'error').length
  return { fail_count: failed, results, total_count: results.length }
}

async function lintFile(given: Run, keep: KeepRun | undefined): Promise<number> {
  const { flags, files } = given
  const [rulesFile] = files
  const isRecommended = flags['recommended'] === true
  if (files.length > 1 || (rulesFile === undefined && !isRecommended))
    throw new UsageError(`accepts 1 arg(s), received ${files.length}`, {
      hint: 'a file with rules is expected, or --recommended',
    })
  const format = String(flags['format']).toLowerCase()
  const rules = rulesFile === undefined ? undefined : await readRules(rulesFile)
  const { run, text } = await readStateText(given)
  const document = await parseOne(String(flags['state']), run).catch(async (error: unknown) => {
    // Programs read a report of a broken file too (decK 1.65); its problems stand on stderr as well.
    if (error instanceof StateFileError && documentFormats.includes(format))
      await writeOutput(brokenReport(error), run)
    throw error
  })
  if (document === undefined) {
    run.terminal.stderr.write('Warning: state file is empty or contains only comments, skipping linting\n')
  }
  const violations = document === undefined ? [] : await violationsOf(document, text, rules, run)
  const limit = severities.indexOf(severityOf(flags['fail-severity']))
  const fails = ({ severity }: Violation) => severities.indexOf(severity) <= limit
  const failed = violations.filter(fails).length
  const reported = flags['display-only-failures'] === true ? violations.filter(fails) : violations
  const results = reported.map(resultOf)
  keep?.(
    { outcomes: [], warnings: [], errors: [], diagnostics: reported.map(one => problemOf(one, document)) },
    undefined,
  )
  const report = { fail_count: failed, results, total_count: results.length }
  if (format === 'plain') run.terminal.stdout.write(plainText(results, failed))
  else if (ownFormats.includes(format)) await writeOutput(report, run)
  return failed > 0 ? exitCodes.failure : exitCodes.done
}

/** Violations of the ruleset, then of the recommended rules. */
async function violationsOf(
  document: Document,
  text: string,
  rules: Document | undefined,
  run: Run,
): Promise<(Violation | Advice)[]> {
  const { rules: recommended } = await import('../../recommended/rules.ts')
  const ids = recommended.map(({ id }) => id)
  const split = splitRuleset(rules, run.flags['recommended'] === true, ids)
  const advice = split.isRecommended ? await recommendedAdvice(run, text, split.settings) : []
  if (split.ruleset === undefined) return advice
  const { lint } = await import('../../transform/lint/lint.ts')
  const { load } = await import('./load-beside.ts')
  return [...(await lint(document, split.ruleset, load)), ...advice]
}

const problemSeverities = { error: 'error', warn: 'warning', info: 'note', hint: 'note' } as const

const problemOf = (violation: Violation | Advice, document: Document | undefined): Problem => ({
  severity: problemSeverities[violation.severity],
  code: violation.rule,
  message: violation.message,
  where: { file: document?.name ?? '-', line: violation.line, column: violation.column },
  ...('how' in violation && { hint: violation.how }),
})

/** @throws StateFileError, or DeckError where there is nothing to read (decK's words) */
async function readRules(file: string): Promise<Document> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'no such file or directory' : error.message
    throw new DeckError(`error reading ruleset file: open ${file}: ${why}`)
  })
  const { parseDocument } = await import('../../file/yaml/parse.ts')
  const { document, diagnostics } = parseDocument({ name: file, text }, { mode: 'skip' })
  if (document === undefined) throw new StateFileError(diagnostics, 'the ruleset')
  if (Object.keys(document.content).length === 0)
    throw new DeckError('error creating ruleset: the file is empty', {
      hint: 'a ruleset has rules, or extends others',
    })
  return document
}

const resultOf = (violation: Violation | Advice): Result => ({
  Message: violation.message,
  Severity: violation.severity,
  Line: violation.line,
  Column: violation.column,
  Character: 0,
  Path: violation.given,
  ...('how' in violation && { Rule: violation.rule, Why: violation.why, How: violation.how }),
})

function plainText(results: readonly Result[], failed: number): string {
  if (results.length === 0) return ''
  const lines = results.map(
    ({ Severity, Line, Column, Message, How }) =>
      `[${Severity}][${Line}:${Column}] ${Message}${How === undefined ? '' : `\n  how: ${How}`}`,
  )
  return [`Linting Violations: ${results.length}`, `Failures: ${failed}`, '', ...lines, ''].join('\n')
}
