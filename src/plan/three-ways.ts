/**
 * The author of each difference between a gateway and its files, by comparison with the recorded state:
 * changed by hand, changed in the files, or both.
 */
import type { Change } from './diff.ts'

export type Author = 'hand' | 'file' | 'conflict' | 'unknown'

export interface Drift {
  /** From the gateway's state to the files. */
  readonly change: Change
  readonly by: Author
  /** From what was recorded to what the gateway has; absent where nothing was changed by hand. */
  readonly hand?: Change
}

/**
 * @param pending from the gateway to the files
 * @param hand from the record to the gateway
 * @param file from the record to the files
 * @param recordedTitle of a change by hand: what the entity was called in the record
 */
export function threeWays(
  pending: readonly Change[],
  hand: readonly Change[],
  file: readonly Change[],
  recordedTitle: (change: Change) => string,
): Drift[] {
  const [byHand, inFile] = [finder(hand, recordedTitle), finder(file)]
  return pending.map(change => {
    const [one, other] = [byHand(change), inFile(change)]
    return { change, by: authorOf(change, one, other), ...(one && { hand: one }) }
  })
}

/** Without a record the author of every change is unknown. */
export const unknownAuthors = (pending: readonly Change[]): Drift[] =>
  pending.map(change => ({ change, by: 'unknown' }))

/** By id, else by name: what was deleted and created again by hand has another id. */
function finder(
  changes: readonly Change[],
  otherTitle = ({ title }: Change): string => title,
): (change: Change) => Change | undefined {
  const ids = new Map(changes.map(change => [`${change.kind} ${change.id}`, change]))
  const titles = new Map(
    [otherTitle, ({ title }: Change) => title].flatMap(titleOf =>
      changes.map(change => [`${change.kind} ${titleOf(change)}`, change] as const),
    ),
  )
  return ({ kind, id, title }) => ids.get(`${kind} ${id}`) ?? titles.get(`${kind} ${title}`)
}

function authorOf(change: Change, hand: Change | undefined, file: Change | undefined): Author {
  if (hand === undefined) return file === undefined ? 'unknown' : 'file'
  if (file === undefined) return 'hand'
  // Both sides changed the entity, perhaps to the same values; the remaining difference decides.
  const areUpdates = [change, hand, file].every(({ op }) => op === 'update')
  if (!areUpdates) return 'conflict'
  const authors = new Set(change.fields.map(({ path }) => fieldAuthor(path, hand, file)))
  const [only] = authors
  return authors.size === 1 && only !== undefined ? only : 'conflict'
}

function fieldAuthor(path: readonly string[], hand: Change, file: Change): Author {
  const touches = ({ fields }: Change): boolean =>
    fields.some(field => isWithin(field.path, path) || isWithin(path, field.path))
  const [byHand, inFile] = [touches(hand), touches(file)]
  if (byHand && inFile) return 'conflict'
  return byHand ? 'hand' : 'file'
}

const isWithin = (path: readonly string[], outer: readonly string[]): boolean =>
  outer.every((name, index) => path[index] === name)
