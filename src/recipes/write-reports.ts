/**
 * `--report FORMAT=FILE`: what a run was, for reviewers and for pipelines, written when it has ended, however
 * it ended.
 */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { StateFileError, UsageError } from '../errors.ts'
import type { ReportFormat } from '../report/review/formats.ts'
import type { Review, RunRecord } from '../report/review/review.ts'
import type { View } from '../report/view.ts'
import { messages } from './report-diagnostics.ts'
import { silent } from './silent.ts'
import type { Terminal } from './terminal.ts'
import { writeWhole } from './write-whole.ts'

export interface ReportTarget {
  readonly format: ReportFormat
  /** `-`: standard output, instead of the text. */
  readonly file: string
}

/** Stores data of a run for its reports; the last call counts. */
export type KeepRun = (input: RunRecord, view: View | undefined) => void

interface Reported {
  /** Where the run writes meanwhile. */
  readonly io: Terminal
  /** Writes the reports. */
  readonly finish: (review: Review) => Promise<void>
}

/** @throws UsageError where a report could not be written after the run: nothing is begun */
export function prepareReports(targets: readonly ReportTarget[], io: Terminal): Reported {
  for (const { format, file } of targets) {
    if (file !== '-' && !existsSync(dirname(file)))
      throw new UsageError(`--report ${format}=${file}: the folder ${dirname(file)} does not exist`)
  }
  const takesOutput = targets.some(({ file }) => file === '-')
  return {
    io: takesOutput ? { ...io, stdin: io.stdin, stdout: silent() } : io,
    finish: async review => {
      const { renderReview } = await import('../report/review/render.ts')
      for (const { format, file } of targets) {
        const text = renderReview(format, review, io.env)
        if (file === '-') io.stdout.write(text)
        else await writeWhole(file, text)
      }
    },
  }
}

/**
 * Runs `work`, and writes the reports of its data, or of the error that ended it.
 *
 * @param known data for the report of an error
 */
export async function withReports(
  targets: readonly ReportTarget[],
  command: string,
  io: Terminal,
  work: (io: Terminal, keep: KeepRun | undefined) => Promise<number>,
  known: Pick<RunRecord, 'drift'> = {},
): Promise<number> {
  if (targets.length === 0) return work(io, undefined)
  const reported = prepareReports(targets, io)
  const { reviewOf } = await import('../report/review/review.ts')
  let review: Review | undefined
  try {
    const code = await work(reported.io, (input, view) => {
      review = reviewOf(command, input, view)
    })
    if (review !== undefined) await reported.finish(review)
    return code
  } catch (error) {
    await reported.finish(review ?? reviewOf(command, { ...failedRun(error), ...known }, undefined))
    throw error
  }
}

/** A run that ended before its first change. */
export const failedRun = (error: unknown): RunRecord => ({
  outcomes: [],
  warnings: [],
  errors: messages(error),
  diagnostics: error instanceof StateFileError ? error.diagnostics : [],
})
