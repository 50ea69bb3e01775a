/**
 * The text report: one line per change, the differences of an update, the summary (decK's words, which
 * scripts search for).
 */
import type { Change, Operation } from '../plan/diff.ts'
import type { Summary } from '../plan/plan.ts'
import { renderFieldChanges } from './changes.ts'
import type { Colours } from './colour.ts'
import { type Differs, renderDifference } from './difference.ts'
import type { View } from './view.ts'

const doing = { create: 'creating', update: 'updating', delete: 'deleting' } as const

/** `creating service example_service` */
export const eventText = ({ op, kind, title }: Change): string => `${doing[op]} ${kind} ${title}`

const paint = (operation: Operation, colours: Colours): ((text: string) => string) =>
  ({ create: colours.green, update: colours.yellow, delete: colours.red })[operation]

/** How an update is printed: the whole entity with marks, as in decK, or only the fields that differ. */
export type UpdateForm = 'whole' | 'fields'

/** The event line and, of an update, what differs; ends in a newline. */
export function renderChange(change: Change, view: View, colours: Colours, form: UpdateForm): string {
  const line = paint(change.op, colours)(eventText(change))
  if (form === 'fields') return `${[line, ...renderFieldChanges(view.fields(change), colours)].join('\n')}\n`
  const before = view.before(change)
  if (before === undefined) return `${line}\n`
  const paths = new Set(change.fields.map(({ path }) => path.join('.')))
  const differs: Differs = path => paths.has(path.join('.'))
  return `${line} ${renderDifference(before, view.after(change), differs, colours).join('\n')}\n\n`
}

export function renderSummary({ created, updated, deleted }: Summary, colours: Colours): string {
  return [
    colours.heading('Summary:'),
    `  Created: ${created}`,
    `  Updated: ${updated}`,
    `  Deleted: ${deleted}`,
    '',
  ].join('\n')
}
