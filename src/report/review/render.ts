/** A review in each format of `--report`; loaded by the runs alone that write one. */

import { renderDriftJson } from './drift-json.ts'
import type { ReportFormat } from './formats.ts'
import { renderGithub } from './github.ts'
import { renderHtml } from './html.ts'
import { renderJsonReview } from './json.ts'
import { renderJunit } from './junit.ts'
import { renderMarkdown } from './markdown.ts'
import type { Review } from './review.ts'
import { renderSarif } from './sarif.ts'

type Environment = Readonly<Record<string, string | undefined>>

type Render = (review: Review, env: Environment) => string

const renderers: Readonly<Record<ReportFormat, Render>> = {
  markdown: renderMarkdown,
  html: renderHtml,
  json: review => (review.drift ? renderDriftJson(review, review.drift) : renderJsonReview(review)),
  junit: renderJunit,
  sarif: renderSarif,
  github: renderGithub,
}

/** @param env GitHub names the folder of the repository in it */
export const renderReview = (format: ReportFormat, review: Review, env: Environment): string =>
  renderers[format](review, env)
