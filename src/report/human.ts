/** A run told to a person: one line for each change, what differs in an update, the summary (decK's words, which scripts look for). */
import type { Change, Operation } from '../plan/diff.ts'
import type { Summary } from '../plan/plan.ts'
import { renderFieldChanges } from './changes.ts'
import type { Colours } from './colour.ts'
import type { View } from './view.ts'

const doing = { create: 'creating', update: 'updating', delete: 'deleting' } as const

/** `creating service example_service` */
export const eventText = ({ op, kind, title }: Change): string => `${doing[op]} ${kind} ${title}`

const paint = (operation: Operation, colours: Colours): ((text: string) => string) =>
  ({ create: colours.green, update: colours.yellow, delete: colours.red })[operation]

/** The event line and, of an update, the fields that differ; ends in a newline. */
export function renderChange(change: Change, view: View, colours: Colours): string {
  const line = paint(change.op, colours)(eventText(change))
  return `${[line, ...renderFieldChanges(view.fields(change), colours)].join('\n')}\n`
}

export function renderSummary({ created, updated, deleted }: Summary, colours: Colours): string {
  return [
    colours.green.bold('Summary:'),
    `  Created: ${created}`,
    `  Updated: ${updated}`,
    `  Deleted: ${deleted}`,
    '',
  ].join('\n')
}
