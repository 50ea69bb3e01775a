/** `--report FORMAT=FILE` as it is typed. */
import { UsageError } from '../errors.ts'
import type { ReportTarget } from '../recipes/write-reports.ts'
import { isReportFormat, reportFormats } from '../report/review/formats.ts'

/**
 * @example reportTargets(flags) // of `--report markdown=review.md --report json`: a file, and standard
 *   output
 * @throws UsageError
 */
export function reportTargets(flags: Readonly<Record<string, unknown>>): ReportTarget[] {
  const texts = Array.isArray(flags['report']) ? flags['report'].map(String) : []
  const targets = texts.map(targetOf)
  const onOutput = targets.filter(({ file }) => file === '-')
  if (onOutput.length > 1) throw new UsageError('--report: only one report can be on standard output')
  if (onOutput.length === 1 && flags['json-output'] === true)
    throw new UsageError('--report on standard output and --json-output exclude one another', {
      hint: '--report json=FILE writes the same document into a file',
    })
  const files = targets.map(({ file }) => file)
  const twice = files.find((file, index) => files.indexOf(file) !== index)
  if (twice !== undefined) throw new UsageError(`--report: ${twice} is named twice`)
  return targets
}

function targetOf(text: string): ReportTarget {
  const equals = text.indexOf('=')
  const [format, file] = equals === -1 ? [text, '-'] : [text.slice(0, equals), text.slice(equals + 1)]
  if (!isReportFormat(format))
    throw new UsageError(`--report: unknown format ${JSON.stringify(format)}`, {
      hint: `FORMAT=FILE, where FORMAT is ${reportFormats.join(', ')}`,
    })
  return { format, file: file === '' ? '-' : file }
}
