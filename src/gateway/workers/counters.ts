/** The sum of all workers' counters, including workers that ended. */
import type { ProxyProcess, TargetTraffic } from '../data-plane.ts'
import type { Traffic } from '../exchange/traffic.ts'
import type { WorkerHandle } from './worker-handle.ts'

export interface Counters {
  traffic(): Traffic
  trafficOf(targetId: string): TargetTraffic
  processes(): readonly ProxyProcess[]
  /** Adds the counters of a worker that ended. */
  keep(handle: WorkerHandle): void
}

const noTraffic: Traffic = { accepted: 0, active: 0, requests: 0, underWay: 0 }
const noTargetTraffic: TargetTraffic = { requests: 0, failures: 0, milliseconds: 0 }

/** Records of numbers, field by field. */
function sum<T extends object>(list: readonly T[], none: T): T {
  const fields = Object.keys(none) as (keyof T)[]
  const total = (field: keyof T) => list.reduce((all, one) => all + Number(one[field]), 0)
  return Object.fromEntries(fields.map(field => [field, total(field)])) as T
}

export function createCounters(handles: () => Iterable<WorkerHandle>): Counters {
  let past = noTraffic
  const pastOf = new Map<string, TargetTraffic>()
  const figures = () => [...handles()].flatMap(handle => handle.figures ?? [])
  return {
    traffic: () => sum([past, ...figures().map(one => one.traffic)], noTraffic),
    trafficOf: id =>
      sum(
        [pastOf.get(id) ?? noTargetTraffic, ...figures().flatMap(one => one.targets.get(id) ?? [])],
        noTargetTraffic,
      ),
    processes: () =>
      [...handles()].map(({ pid, figures: latest }) => ({ pid, heapUsed: latest?.heapUsed ?? 0 })),
    keep: ({ figures: last }) => {
      if (last === undefined) return
      // Its connections ended with it.
      past = sum([past, { ...last.traffic, active: 0, underWay: 0 }], noTraffic)
      for (const [id, one] of last.targets)
        pastOf.set(id, sum([pastOf.get(id) ?? noTargetTraffic, one], noTargetTraffic))
    },
  }
}
