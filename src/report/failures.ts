/** The report of a failed run: each failure at its line of the file, then applied and remaining changes. */
import { isRecord } from '../entities/language/values.ts'
import { AdminApiError, DeckError, type Diagnostic } from '../errors.ts'
import type { Outcome } from '../plan/apply.ts'
import type { Change } from '../plan/diff.ts'
import type { Path } from '../state/state.ts'
import type { Colours } from './colour.ts'
import { renderAll } from './diagnostics.ts'
import { eventText } from './human.ts'
import type { View } from './view.ts'

const verbs = { create: 'Create', update: 'Update', delete: 'Delete' } as const

/** Names in a list before the rest is only counted; `--json-output` has them all. */
const mostNames = 20

/** A failed change as a problem of the file, where it came from one. */
export function failureDiagnostic({ change, error, left }: Outcome, view: View): Diagnostic {
  const cause = view.error(change, error)
  const where = placeOf(change, error)
  const hint = left ?? (error instanceof DeckError ? error.hint : undefined)
  return {
    severity: 'error',
    code: 'change-failed',
    message: `${verbs[change.op]} ${change.kind} ${change.title} failed: ${cause}`,
    ...(where && { where }),
    ...(hint !== undefined && { hint }),
  }
}

/** The field that Kong complains of, where the file says it; else the entity. */
function placeOf({ origin }: Change, error: unknown): Diagnostic['where'] {
  if (origin === undefined) return undefined
  const path = error instanceof AdminApiError ? firstLeaf(error.fields) : []
  return origin.document.whereIs([...origin.path, ...path], 'value')
}

/**
 * Kong's `fields` are nested as the entity is, with a sentence where something is wrong; `@entity` is about
 * the whole.
 */
export function firstLeaf(fields: unknown): Path {
  if (Array.isArray(fields)) {
    const index = fields.findIndex(item => item !== null && item !== undefined)
    return index === -1 ? [] : [index, ...firstLeaf(fields[index])]
  }
  if (!isRecord(fields)) return []
  const [entry] = Object.entries(fields).filter(([name]) => name !== '@entity')
  return entry === undefined ? [] : [entry[0], ...firstLeaf(entry[1])]
}

/** For stderr, after the summary. The empty text where all was applied. */
export function renderFailures(outcomes: readonly Outcome[], view: View, colours: Colours): string {
  const of = (status: Outcome['status']): readonly Outcome[] => outcomes.filter(one => one.status === status)
  const [failed, missed] = [of('failed'), of('not-attempted')]
  if (failed.length === 0 && missed.length === 0) return ''
  return [
    renderAll(
      failed.map(one => failureDiagnostic(one, view)),
      colours,
    ),
    names('Applied', of('applied')),
    names('Failed', failed),
    names('Not attempted', missed),
    `Error: ${failed.length} of ${outcomes.length} changes failed, ${missed.length} were not attempted\n`,
  ].join('')
}

function names(title: string, outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return `${title}: nothing\n`
  const shown = outcomes.slice(0, mostNames).map(({ change }) => `  ${eventText(change)}\n`)
  const rest = outcomes.length - shown.length
  return `${title} (${outcomes.length}):\n${shown.join('')}${rest > 0 ? `  and ${rest} more\n` : ''}`
}
