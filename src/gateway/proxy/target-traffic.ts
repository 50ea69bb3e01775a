/**
 * How many requests each target got, how many failed and how long the others took, since the gateway started:
 * what the Manager's chart shows.
 */
import type { EntitySets, TargetTraffic } from '../data-plane.ts'
import type { Exchange } from '../exchange/exchange.ts'

export interface TargetTrafficCount {
  /** By the target entity's id. */
  of(targetId: string): TargetTraffic
  all(): ReadonlyMap<string, TargetTraffic>
  /** Each try of a request that is over. */
  note(exchange: Exchange): void
  /** Forgets deleted targets. */
  keep(sets: EntitySets): void
}

const none: TargetTraffic = { requests: 0, failures: 0, milliseconds: 0 }

export function countTargetTraffic(): TargetTrafficCount {
  const counts = new Map<string, TargetTraffic>()
  const of = (targetId: string) => counts.get(targetId) ?? none
  return {
    of,
    all: () => counts,
    note: ({ attempts }) => {
      for (const { target, failed, took = 0 } of attempts) {
        if (target === undefined) continue
        const { requests, failures, milliseconds } = of(target.id)
        counts.set(target.id, {
          requests: requests + 1,
          failures: failures + (failed === undefined ? 0 : 1),
          milliseconds: milliseconds + (failed === undefined ? took : 0),
        })
      }
    },
    keep: sets => {
      const targets = sets.get('targets')
      for (const id of counts.keys()) if (targets?.has(id) !== true) counts.delete(id)
    },
  }
}
