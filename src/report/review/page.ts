/**
 * The content of a review, for both Markdown and HTML: a headline, counts by kind, an alarm, folded
 * entries.
 */
import type { Place } from '../../errors.ts'
import { changePage } from './change-page.ts'
import { driftPage } from './drift-page.ts'
import type { Problem, Review } from './review.ts'

export type Tone = 'delete' | 'update' | 'create'

export interface Row {
  readonly name: string
  /** One text per column; empty without a value. */
  readonly values: readonly string[]
}

export interface Entry {
  /** `delete`, `to delete` … */
  readonly label: string
  readonly tone: Tone
  readonly kind: string
  readonly name: string
  readonly where?: Place
  /** Headings of the values: `old`, `new`. */
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

export interface Section {
  readonly title: string
  readonly entries: readonly Entry[]
}

/** The parts that depend on the kind of run. */
export interface PageParts {
  /** `2 to delete, 1 to update, 0 to create` */
  readonly headline: string
  /** Below the headline: what the run compared. */
  readonly introduction?: string
  /** What must not be overlooked: deletes, conflicts. */
  readonly alarm?: { readonly text: string; readonly names: readonly string[] }
  readonly counts: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }
  readonly sections: readonly Section[]
}

export interface Page extends PageParts {
  /** `deck gateway diff` */
  readonly title: string
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
  readonly failures: readonly string[]
}

export function pageOf(review: Review): Page {
  const { command, problems, notes, failures } = review
  const parts = review.drift ? driftPage(review) : changePage(review)
  return { title: `deck ${command}`, problems, notes, failures, ...parts }
}
