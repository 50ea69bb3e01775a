/** Parses `--report FORMAT=FILE`. */
import { UsageError } from '../errors.ts'
import type { ReportTarget } from '../recipes/write-reports.ts'
import { isReportFormat, reportFormats } from '../report/review/formats.ts'

/**
 * @example reportTargets(flags) // of `--report markdown=review.md --report json`: a file, and standard
 * output
 * @param output the report that replaces the text (`reportAsOutput`)
 * @throws UsageError
 */
export function reportTargets(
  flags: Readonly<Record<string, unknown>>,
  output?: ReportTarget,
): ReportTarget[] {
  const texts = Array.isArray(flags['report']) ? flags['report'].map(String) : []
  const targets = [...texts.map(targetOf), ...(output === undefined ? [] : [output])]
  const onOutput = targets.filter(({ file }) => file === '-')
  if (onOutput.length > 1) throw new UsageError('--report: only one report can be on standard output')
  if (onOutput.length === 1 && flags['json-output'] === true)
    throw new UsageError('--report on standard output and --json-output exclude each other', {
      hint: '--report json=FILE writes the same document into a file',
    })
  const files = targets.map(({ file }) => file)
  const twice = files.find((file, index) => files.indexOf(file) !== index)
  if (twice !== undefined) throw new UsageError(`--report: ${twice} is named twice`)
  return targets
}

/**
 * `--format sarif` of a check: the report that replaces its text.
 *
 * @param own formats that are no reports, the default first
 * @returns undefined for one of the own formats
 * @throws UsageError for an unknown format
 */
export function reportAsOutput(
  flags: Readonly<Record<string, unknown>>,
  own: readonly string[],
): ReportTarget | undefined {
  const format = String(flags['format']).toLowerCase()
  if (own.includes(format)) return undefined
  if (checkFormats.some(one => one === format) && isReportFormat(format))
    return { format, file: typeof flags['output-file'] === 'string' ? flags['output-file'] : '-' }
  const all = [...new Set([...own, ...checkFormats])]
  throw new UsageError(`invalid output format: ${format}`, { hint: `--format takes ${all.join(', ')}` })
}

/** Values of `--format`; only `--report` has pages for people. */
const checkFormats = ['json', 'sarif', 'junit', 'github'] as const

function targetOf(text: string): ReportTarget {
  const equals = text.indexOf('=')
  const [format, file] = equals === -1 ? [text, '-'] : [text.slice(0, equals), text.slice(equals + 1)]
  if (!isReportFormat(format))
    throw new UsageError(`--report: unknown format ${JSON.stringify(format)}`, {
      hint: `FORMAT=FILE, where FORMAT is ${reportFormats.join(', ')}`,
    })
  return { format, file: file === '' ? '-' : file }
}
