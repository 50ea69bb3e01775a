/**
 * A run as a value that reviewers' reports are made of: each change with old and new values, each problem
 * with its place, secrets hidden. Ids of new entities are not in it, so that the same input gives the same
 * report.
 */
import type { Diagnostic, Place } from '../../errors.ts'
import type { Operation } from '../../plan/diff.ts'
import type { Author } from '../../plan/three-ways.ts'
import type { JsonInput } from '../json.ts'
import { type PlanEntry, planEntries } from '../plan-entries.ts'
import type { View } from '../view.ts'

export type ChangeStatus = JsonInput['outcomes'][number]['status']

export interface ReviewedChange extends PlanEntry {
  readonly status: ChangeStatus
  /** Where the file says it; absent for a delete. */
  readonly where?: Place
  /** For `drift`: the author of the difference. */
  readonly drift?: ReviewedDrift
}

export interface ReviewedDrift {
  readonly by: Author
  /** The operation by hand. */
  readonly hand?: Operation
  /** Whether `--fail-on` names it. */
  readonly fails: boolean
  /** The recorded value of each changed field; absent if unknown. */
  readonly recorded?: readonly unknown[]
}

/** A diagnostic, or a finding of a ruleset that is less than a warning. */
export interface Problem extends Omit<Diagnostic, 'severity'> {
  readonly severity: Diagnostic['severity'] | 'note'
}

/** How a run ended, as the recipes know it. */
export interface RunRecord extends Omit<JsonInput, 'diagnostics' | 'outcomes'> {
  readonly outcomes: readonly (JsonInput['outcomes'][number] & { readonly drift?: ReviewedDrift })[]
  readonly drift?: DriftFacts
  readonly diagnostics: readonly Problem[]
}

export interface Review {
  /** As typed: `gateway diff`. */
  readonly command: string
  /** Deletes first; within an operation, the plan's order. */
  readonly changes: readonly ReviewedChange[]
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
  /** Errors that ended the run and are not among the problems. */
  readonly failures: readonly string[]
  /** The workspace that is created before the first change. */
  readonly newWorkspace?: JsonInput['newWorkspace']
  /** Data of `drift`. */
  readonly drift?: DriftFacts
}

/** What the gateway and the files were compared with. */
export type DriftBase =
  | { readonly from: 'record'; readonly file: string }
  /** The newest of the runs, and when it began (ISO 8601). */
  | { readonly from: 'journal'; readonly run: string; readonly command: string; readonly at: string }
  | { readonly from: 'nothing' }

export interface DriftFacts {
  readonly base: DriftBase
  /** Those that fail the run. */
  readonly failOn: readonly Author[]
}

const loudestFirst: readonly Operation[] = ['delete', 'update', 'create']

export function reviewOf(command: string, input: RunRecord, view: View | undefined): Review {
  const { outcomes, diagnostics, errors, warnings, newWorkspace } = input
  const changes = outcomes.map(({ change }) => change)
  const entries = view === undefined ? [] : planEntries({ changes }, view)
  const reviewed = entries.map((entry, index): ReviewedChange => {
    const where = placeOf(changes[index]?.origin)
    const { status = 'planned', drift } = outcomes[index] ?? {}
    return { ...entry, status, ...(where && { where }), ...(drift && { drift }) }
  })
  const known = new Set(diagnostics.map(({ message }) => message))
  return {
    command,
    changes: loudestFirst.flatMap(op => reviewed.filter(change => change.op === op)),
    problems: diagnostics,
    notes: warnings,
    failures: errors.filter(error => !known.has(error)),
    newWorkspace,
    ...(input.drift && { drift: input.drift }),
  }
}

const placeOf = (origin: JsonInput['outcomes'][number]['change']['origin']): Place | undefined =>
  origin?.document.whereIs(origin.path, 'value')
