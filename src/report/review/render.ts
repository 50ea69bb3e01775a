/** A review in each format of `--report`; loaded by the runs alone that write one. */
import type { ReportFormat } from './formats.ts'
import { renderHtml } from './html.ts'
import { renderJsonReview } from './json.ts'
import { renderJunit } from './junit.ts'
import { renderMarkdown } from './markdown.ts'
import type { Review } from './review.ts'
import { renderSarif } from './sarif.ts'

const renderers: Readonly<Record<ReportFormat, (review: Review) => string>> = {
  markdown: renderMarkdown,
  html: renderHtml,
  json: renderJsonReview,
  junit: renderJunit,
  sarif: renderSarif,
}

export const renderReview = (format: ReportFormat, review: Review): string => renderers[format](review)
