/**
 * The traffic of an upstream's targets, requested every two seconds: their health, and their counts since
 * the gateway's start and in the last minute.
 */
import { onBeforeUnmount, type Ref, ref } from 'vue'
import { type Entity, isRecord } from '../admin-api.ts'
import { admin, listAll } from '../api.ts'

const everyMs = 2000
/** A minute of them. */
export const maxSamples = 30

/** The embedded gateway's counts of a target. */
export interface Counts {
  readonly requests: number
  readonly failures: number
  /** The sum over all responses. */
  readonly milliseconds: number
}

const noCounts: Counts = { requests: 0, failures: 0, milliseconds: 0 }

export interface Traffic {
  readonly targets: Ref<readonly Entity[]>
  /** By target, since the gateway's start; undefined if the gateway does not report it. */
  readonly counts: Ref<ReadonlyMap<string, Counts> | undefined>
  /** By target, of each look, oldest first. */
  readonly steps: Ref<ReadonlyMap<string, readonly Counts[]>>
  readonly problem: Ref<string>
  /** Looks at once, without waiting for the next time. */
  look(): Promise<void>
}

/** @param path of the upstream on the Admin API */
export function followTraffic(path: string): Traffic {
  const targets = ref<readonly Entity[]>([])
  const counts = ref<ReadonlyMap<string, Counts>>()
  const steps = ref<ReadonlyMap<string, readonly Counts[]>>(new Map())
  const problem = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  let isGone = false

  async function look(): Promise<void> {
    clearTimeout(timer)
    try {
      targets.value = await listAll(`${path}/health`)
      const now = await readCounts(path)
      if (now !== undefined) note(now)
      problem.value = ''
    } catch (error) {
      problem.value = (error as Error).message
    }
    clearTimeout(timer)
    if (!isGone) timer = setTimeout(look, everyMs)
  }

  function note(now: ReadonlyMap<string, Counts>): void {
    const last = counts.value
    counts.value = now
    if (last === undefined) return
    steps.value = new Map(
      [...now].map(([id, count]) => {
        const step = since(last.get(id) ?? noCounts, count)
        return [id, [...(steps.value.get(id) ?? []), step].slice(-maxSamples)]
      }),
    )
  }

  look()
  onBeforeUnmount(() => {
    isGone = true
    clearTimeout(timer)
  })
  return { targets, counts, steps, problem, look }
}

/** A restarted gateway counts from zero. */
function since(before: Counts, now: Counts): Counts {
  if (now.requests < before.requests) return now
  return {
    requests: now.requests - before.requests,
    failures: now.failures - before.failures,
    milliseconds: now.milliseconds - before.milliseconds,
  }
}

/** Mean milliseconds until an answer began: of the last minute, where there were any, else of all. */
export function latencyOf(all: Counts | undefined, recent: readonly Counts[]): number | undefined {
  const sums = recent.reduce(
    (sum, one) => ({
      answered: sum.answered + one.requests - one.failures,
      milliseconds: sum.milliseconds + one.milliseconds,
    }),
    { answered: 0, milliseconds: 0 },
  )
  if (sums.answered > 0) return sums.milliseconds / sums.answered
  const answered = all === undefined ? 0 : all.requests - all.failures
  return answered > 0 ? (all?.milliseconds ?? 0) / answered : undefined
}

async function readCounts(path: string): Promise<ReadonlyMap<string, Counts> | undefined> {
  const answer = await admin.get(`${path}/traffic`).catch(() => undefined)
  if (!isRecord(answer) || !Array.isArray(answer['data'])) return undefined
  return new Map(answer['data'].map((one: { id: string } & Counts) => [one.id, one]))
}
