/** Finds the selected run, and its target for each entity. */
import type { Schemas } from '../../entities/language/schemas.ts'
import { DeckError } from '../../errors.ts'
import {
  eachRun,
  type GatewayName,
  isOf,
  opener,
  type RecordedChange,
  type Run,
  unknownPaths,
} from '../../journal/read.ts'
import { differences } from '../../plan/diff.ts'
import type { Origin, Path, State } from '../../state/state.ts'
import type { Wish } from './wishes.ts'

/** `rollback` wants what was there before a run, `resume` what the run wanted. */
export type Purpose = 'rollback' | 'resume'

/**
 * @param name of a run; undefined: the newest one of this gateway
 * @throws DeckError if it does not exist
 */
export async function findRun(
  folder: string,
  name: string | undefined,
  gateway: GatewayName,
  purpose: Purpose,
): Promise<Run> {
  for await (const run of eachRun(folder)) {
    if (name === undefined ? !isOf(run, gateway) : run.run !== name) continue
    if (!isOf(run, gateway)) throw otherGateway(run)
    if (purpose === 'resume' && run.state === 'applied')
      throw new DeckError(`run ${run.run} was applied completely: nothing to resume`)
    return run
  }
  const hint = 'deck gateway history lists the runs'
  throw name === undefined
    ? new DeckError(`journal ${folder} has no run of ${nameOf(gateway)}`, { hint })
    : new DeckError(`journal ${folder} has no run ${name}`, { hint })
}

const nameOf = ({ address, workspace = '' }: GatewayName): string =>
  workspace === '' ? address : `${address}, workspace ${workspace}`

const otherGateway = ({ run, gateway, workspace }: Run): DeckError =>
  new DeckError(`run ${run} is about another gateway: ${nameOf({ address: gateway, workspace })}`, {
    hint: `--kong-addr ${gateway}${workspace === '' ? '' : ` --workspace ${workspace}`}`,
  })

/** In a rollback, entities without a request stay unchanged. @throws DeckError for a wrong key */
export function wishesOf(run: Run, purpose: Purpose, key: string | undefined): Wish[] {
  const open = opener(run, key)
  const side = purpose === 'rollback' ? 'before' : 'after'
  return run.changes
    .filter(({ status }) => purpose === 'resume' || status !== 'not-attempted')
    .map(change => {
      const { kind, id, name, op, fields } = change
      const recorded = change[side]
      return {
        kind,
        id,
        name,
        values: open(change, side),
        unknown: recorded === undefined ? [] : unknownPaths(recorded, run, key),
        changed: op === 'update' ? fields : undefined,
        isPrinted: purpose === 'rollback',
        origin: hiddenIn(change),
      }
    })
}

/**
 * Values that reports of the run masked are masked in those of its rollback as well, whatever their source.
 */
function hiddenIn({ name, before, after }: RecordedChange): Origin {
  const hidden = [...(before?.hidden ?? []), ...(after?.hidden ?? [])]
  const isHidden = (path: Path): boolean =>
    hidden.some(one =>
      one.every((step, index) => index >= path.length || String(path[index]) === String(step)),
    )
  return {
    document: { name, whereIs: () => undefined, isSecret: isHidden, filledAt: () => [] },
    path: [],
  }
}

/** Which fields had secrets or values of variables in the run, by name: no log of requests shows them. */
export const hiddenFields = ({ changes }: Run): ReadonlySet<string> =>
  new Set(
    changes
      .flatMap(({ before, after }) => [...(before?.hidden ?? []), ...(after?.hidden ?? [])])
      .flatMap(path => path.findLast(step => typeof step === 'string') ?? []),
  )

/** Entities that were changed after the run, in words. */
export function changedSince(
  run: Run,
  purpose: Purpose,
  live: State,
  schemas: Schemas,
  key: string | undefined,
): string[] {
  const open = opener(run, key)
  const isAs = (change: RecordedChange, side: 'before' | 'after'): boolean => {
    const { kind, id } = change
    const [existing, recorded] = [live.get(kind, id), change[side]]
    const values = open(change, side)
    if (existing === undefined || recorded === undefined || values === undefined)
      return existing === undefined && values === undefined
    const hidden = new Set(unknownPaths(recorded, run, key).map(([first]) => String(first)))
    const differing = differences(schemas.of(kind), existing, { kind, id, fields: values }, schemas)
    return differing.every(({ path: [first = ''] }) => hidden.has(first))
  }
  // A change in progress may be applied partly.
  const settled = run.changes.filter(
    ({ status }) => status === 'applied' || (purpose === 'resume' && status === 'not-attempted'),
  )
  return settled
    .filter(change => !isAs(change, 'after') && !isAs(change, 'before'))
    .map(({ kind, name }) => `${kind} ${name}`)
}
