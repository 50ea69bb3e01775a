/**
 * The guard against unintended deletes: it stops a run before its first write. Without it, a file that was
 * emptied by mistake deletes a whole gateway, as in decK.
 * docs/decisions/2026-11-30-guard-against-deletes.md
 */
import type { Schemas } from '../../entities/language/schemas.ts'
import type { Diagnostic } from '../../errors.ts'
import type { Change } from '../../plan/diff.ts'
import { allOf } from '../../state/select.ts'
import type { State } from '../../state/state.ts'

/** How many of the entities that a run manages it may delete: a number, a share of them, or any number. */
export type DeleteLimit = { readonly count: number } | { readonly percent: number } | 'all'

/** In diagnostics of a run that would delete too much. */
export const guardCode = 'too-many-deletes'

export const defaultDeleteLimit: DeleteLimit = { percent: 30 }

/** For a few entities a share is not meaningful: replacing two of three is common. */
const fewestForShare = 10

interface Managed {
  readonly current: State
  readonly target: State
  readonly schemas: Schemas
}

/** Deletes of entities with a protected tag: an error for each, which no flag allows. */
export function protectedDeletes(changes: readonly Change[], protectedTags: readonly string[]): Diagnostic[] {
  return deletesIn(changes).flatMap(({ kind, title, before }) => {
    const tags = Array.isArray(before?.['tags']) ? before['tags'] : []
    const tag = protectedTags.find(one => tags.includes(one))
    if (tag === undefined) return []
    return {
      severity: 'error' as const,
      code: 'protected',
      message: `${kind} ${title} has the protected tag "${tag}" and would be deleted`,
      hint: 'add the entity to the files, or remove the tag on the gateway first',
    }
  })
}

/** Checks the limit of deletes: one error, or none. */
export function excessiveDeletes(
  changes: readonly Change[],
  limit: DeleteLimit,
  managed: Managed,
): Diagnostic[] {
  const deletes = deletesIn(changes)
  const total = allOf(managed.current, managed.schemas).length
  const reason = limit === 'all' ? undefined : reasonToStop(deletes, total, limit, managed)
  if (reason === undefined) return []
  return [
    {
      severity: 'error',
      code: guardCode,
      message: `the run would delete ${deletes.length} of ${total} entities (${countsByKind(deletes)}): ${reason}`,
      hint: `if this is meant, allow it: --max-deletes ${deletes.length}, --max-deletes all or --yes`,
    },
  ]
}

function reasonToStop(
  deletes: readonly Change[],
  total: number,
  limit: Exclude<DeleteLimit, 'all'>,
  managed: Managed,
): string | undefined {
  if ('count' in limit)
    return deletes.length > limit.count ? `more than --max-deletes ${limit.count}` : undefined
  const isTooLarge = total >= fewestForShare && deletes.length * 100 > total * limit.percent
  if (isTooLarge) return `more than ${limit.percent} %`
  const [emptied] = emptiedKinds(deletes, managed)
  return emptied === undefined
    ? undefined
    : `no ${emptied} would be left, and without one no request is served`
}

/** Kinds that traffic depends on, of which every entity would be deleted and none created. */
function emptiedKinds(deletes: readonly Change[], { current, target, schemas }: Managed): string[] {
  const deleted = new Set(deletes.map(({ kind, id }) => `${kind} ${id}`))
  return schemas.kinds
    .filter(({ carriesTraffic }) => carriesTraffic === true)
    .map(({ kind }) => kind)
    .filter(kind => {
      const existing = current.all(kind)
      const isEmptied = existing.every(({ id }) => deleted.has(`${kind} ${id}`))
      return existing.length > 0 && isEmptied && target.all(kind).length === 0
    })
}

const deletesIn = (changes: readonly Change[]): Change[] => changes.filter(({ op }) => op === 'delete')

/** @example 'route: 5, service: 4' */
function countsByKind(deletes: readonly Change[]): string {
  const counts = new Map<string, number>()
  for (const { kind } of deletes) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => `${kind}: ${count}`).join(', ')
}
