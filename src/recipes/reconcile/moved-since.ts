/**
 * Two runs at once: right before the first write, entities to be updated or deleted are read again, and the
 * run stops if one was changed since the comparison. Few entities are read one by one, many by their lists;
 * kinds that would take many requests are left out.
 */
import { isDeepStrictEqual } from 'node:util'
import type { AdminClient } from '../../admin-client/client.ts'
import { inParallel } from '../../admin-client/in-parallel.ts'
import { listAll } from '../../admin-client/list.ts'
import { collectionPath, homePath } from '../../admin-client/paths.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { isRecord } from '../../entities/language/values.ts'
import { AdminApiError, type Diagnostic } from '../../errors.ts'
import { type Change, differences } from '../../plan/diff.ts'
import type { Plan } from '../../plan/plan.ts'
import type { State } from '../../state/state.ts'
import { carryOut, giveUp, type ReportOptions, type Work } from '../carry-out.ts'
import { printDiagnostics } from '../report-diagnostics.ts'
import type { Terminal } from '../terminal.ts'

type Values = Readonly<Record<string, unknown>>

/** Entities of a kind up to this number are read one by one. */
const mostSingle = 3
/** Requests for one kind. */
const mostRequests = 10
/** Kong's lists have so many entities on a page. */
const pageSize = 1000

interface Reading {
  readonly path: string
  readonly isList: boolean
  /** The changes whose entities are expected there. */
  readonly changes: readonly Change[]
}

/** What a run has read of the gateway. */
interface AsRead {
  readonly current: State
  readonly selectTags: readonly string[]
}

/** As `carryOut`, where the gateway still has what the run has read. @returns the exit code */
export async function carryOutUnlessMoved(
  plan: Plan,
  work: Work,
  asRead: AsRead,
  report: ReportOptions,
  io: Terminal,
): Promise<number> {
  const moved = await movedSince(plan, work, asRead)
  return moved.length === 0 ? carryOut(plan, work, report, io) : giveUpMoved(plan, moved, report, io)
}

export function giveUpMoved(
  plan: Plan,
  moved: readonly Diagnostic[],
  report: ReportOptions,
  io: Terminal,
): number {
  printDiagnostics(moved, [], io)
  const all = { ...report, diagnostics: [...report.diagnostics, ...moved] }
  return giveUp(plan, all, io, 'the gateway was changed meanwhile')
}

/** An error for each entity that was changed since the run read it. */
export const movedSince = ({ changes }: Plan, work: Writing, asRead: AsRead): Promise<Diagnostic[]> =>
  recheck(rechecks(changes, work, asRead), work)

type Writing = Pick<Work, 'client' | 'schemas' | 'everything'>

/** One request: an error for each entity in its response that was changed since the run read it. */
export type Recheck = () => Promise<Diagnostic[]>

/**
 * A gateway without a database takes its whole configuration at once, and is not read again.
 *
 * @param changes of a run; entities that are only created need no second reading
 */
export function rechecks(
  changes: readonly Change[],
  { client, schemas, everything }: Writing,
  { current, selectTags }: AsRead,
): Recheck[] {
  if (everything !== undefined) return []
  const touched = groups(
    changes.filter(({ before }) => before !== undefined),
    ({ kind }) => kind,
  )
  const readings = [...touched].flatMap(([kind, some]) => readingsOf(some, current.all(kind).length, schemas))
  return readings.map(reading => async () => {
    const found = await entitiesAt(reading, client, selectTags)
    return reading.changes
      .filter(change => hasMoved(change, found.get(change.id), schemas))
      .map(changedMeanwhile)
  })
}

/** Sends all of them, where no other requests are sent with them. */
export const recheck = async (
  some: readonly Recheck[],
  { client }: Pick<Work, 'client'>,
): Promise<Diagnostic[]> => (await inParallel(some, client.pace, one => one())).flat()

function changedMeanwhile({ kind, title, origin }: Change): Diagnostic {
  const where = origin?.document.whereIs(origin.path)
  return {
    severity: 'error',
    code: 'changed-meanwhile',
    message: `${kind} ${title} was changed by somebody else while this run was being prepared`,
    ...(where && { where }),
    hint: 'run the command again; --lock makes other runs wait',
  }
}

function groups<T>(list: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>()
  for (const item of list) {
    const group = found.get(keyOf(item))
    if (group === undefined) found.set(keyOf(item), [item])
    else group.push(item)
  }
  return found
}

function readingsOf(changes: readonly Change[], count: number, schemas: Schemas): Reading[] {
  const [first] = changes
  if (first === undefined) return []
  const definition = schemas.of(first.kind)
  // Links and what has no id are there or not: writing them again does no harm.
  if (definition.link !== undefined || definition.address !== undefined) return []
  const homeOf = ({ before = {} }: Change): string => homePath(definition, before, schemas)
  const collection = collectionPath(definition)
  if (collection === undefined) {
    const lists = [...groups(changes, homeOf)]
    return lists.length > mostRequests
      ? []
      : lists.map(([path, some]) => ({ path, isList: true, changes: some }))
  }
  if (changes.length <= mostSingle)
    return changes.map(change => ({ path: `${collection}/${change.id}`, isList: false, changes: [change] }))
  return count > mostRequests * pageSize ? [] : [{ path: collection, isList: true, changes }]
}

/** Entities by id, without deleted ones. */
async function entitiesAt(
  { path, isList }: Reading,
  client: AdminClient,
  selectTags: readonly string[],
): Promise<Map<string, Values>> {
  const found = await (isList ? listAll(client, path, selectTags) : client.get(path)).catch(
    (error: unknown) => {
      if (error instanceof AdminApiError && error.status === 404) return []
      throw error
    },
  )
  const entities: readonly unknown[] = Array.isArray(found) ? found : [found]
  return new Map(entities.filter(isRecord).map(entity => [String(entity['id']), entity]))
}

/**
 * An entity that was to be deleted and no longer exists has not moved. Nor does the passing of a `ttl`
 * count.
 */
function hasMoved(
  { op, kind, id, before = {} }: Change,
  found: Values | undefined,
  schemas: Schemas,
): boolean {
  if (found === undefined) return op !== 'delete'
  const definition = schemas.of(kind)
  // A list below an owner leaves the owner out.
  const now = { ...before, ...found }
  // Nearly always. The order of names is no difference.
  if (JSON.stringify(now) === JSON.stringify(before) || isDeepStrictEqual(now, before)) return false
  const changed = differences(definition, { kind, id, fields: before }, { kind, id, fields: now }, schemas)
  return changed.some(({ path }) => path[0] !== 'ttl')
}
