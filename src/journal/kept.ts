/**
 * The entities that a run left as they were: their ids, by the time at which the gateway last updated them.
 * With the changes of the run, that is all that the gateway had after it.
 */

interface Entity {
  readonly id: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** Ids between spaces, by the gateway's stamp (seconds since 1970; 0: not known). */
export type Kept = Readonly<Record<string, string>>

export interface KeptOptions {
  /** False for a gateway that renews all times with each write, as those without a database do. */
  readonly hasStamps: boolean
}

export function encodeKept(entities: readonly Entity[], { hasStamps }: KeptOptions): Kept {
  const ids = new Map<number, string[]>()
  for (const { id, fields } of entities) {
    const stamp = hasStamps ? stampOf(fields) : 0
    const same = ids.get(stamp)
    if (same === undefined) ids.set(stamp, [id])
    else same.push(id)
  }
  return Object.fromEntries([...ids].map(([stamp, same]) => [stamp, same.join(' ')]))
}

/** @returns stamps by id */
export function decodeKept(kept: Kept): Map<string, number> {
  const stamps = new Map<string, number>()
  for (const [stamp, ids] of Object.entries(kept))
    for (const id of ids.split(' ')) stamps.set(id, Number(stamp))
  return stamps
}

/** Seconds since 1970; 0 where the gateway does not say. */
export function stampOf({ updated_at: stamp }: Entity['fields']): number {
  return typeof stamp === 'number' && Number.isInteger(stamp) && stamp > 0 ? stamp : 0
}
