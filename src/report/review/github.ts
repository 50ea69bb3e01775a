/** A review as annotations of GitHub Actions, each problem at its line of the pull request. */
import { type Annotation, annotationLines, annotationOf } from '../annotations.ts'
import { driftText } from './drift-page.ts'
import { pageOf } from './page.ts'
import type { Review, ReviewedChange } from './review.ts'

export function renderGithub(review: Review, env: Readonly<Record<string, string | undefined>>): string {
  const { command, failures, notes, problems, changes } = review
  const title = `deck ${command}`
  const annotations: readonly Annotation[] = [
    ...failures.map((text): Annotation => ({ level: 'error', title, text })),
    ...notes.map((text): Annotation => ({ level: 'warning', title, text })),
    ...problems.map(annotationOf),
    ...changes.flatMap(ofChange),
    ...(changes.length === 0
      ? []
      : [{ level: 'notice', title, text: pageOf(review).headline } satisfies Annotation]),
  ]
  return annotationLines(annotations, env)
}

/** GitHub shows ten annotations of a level for each step: those that ask for a look. */
function ofChange({ op, kind, name, status, where, drift }: ReviewedChange): Annotation[] {
  if (drift !== undefined) {
    const level = drift.fails ? 'error' : 'warning'
    return [{ level, title: `drift-${drift.by}`, text: `${kind} ${name}: ${driftText(op, drift)}`, where }]
  }
  const isFailed = status === 'failed'
  if (!isFailed && op !== 'delete') return []
  const level = isFailed ? 'error' : 'warning'
  return [{ level, title: `entity-${op}`, text: `${op} ${kind} ${name}: ${status}`, where }]
}
