/** A review in each format of `--report`; loaded by the runs alone that write one. */

import { renderDriftJson } from './drift-json.ts'
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
  json: review => (review.drift ? renderDriftJson(review, review.drift) : renderJsonReview(review)),
  junit: renderJunit,
  sarif: renderSarif,
}

export const renderReview = (format: ReportFormat, review: Review): string => renderers[format](review)
