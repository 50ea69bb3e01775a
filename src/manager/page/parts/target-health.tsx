/** The targets of an upstream at work: health, share of the traffic and latency, asked for every two seconds; and marking one by hand. */
import { computed, defineComponent, onBeforeUnmount, ref } from 'vue'
import { admin, type Entity, isRecord, listPage } from '../api.ts'
import { useSession } from '../session.ts'

const everyMs = 2000
const kept = 30

/** What the embedded gateway counts of a target since it started. */
interface Counts {
  readonly requests: number
  readonly failures: number
  readonly milliseconds: number
}

const noCounts: Counts = { requests: 0, failures: 0, milliseconds: 0 }

const words: Readonly<Record<string, string>> = {
  HEALTHY: 'Healthy',
  UNHEALTHY: 'Unhealthy',
  DNS_ERROR: 'Name not found',
  HEALTHCHECKS_OFF: 'Health checks off',
}

export const TargetHealth = defineComponent(
  (props: { readonly upstream: Entity }) => {
    const session = useSession()
    const targets = ref<readonly Entity[]>([])
    const counts = ref<ReadonlyMap<string, Counts>>()
    const steps = ref<ReadonlyMap<string, readonly number[]>>(new Map())
    const problem = ref('')
    let timer: ReturnType<typeof setTimeout> | undefined
    let isGone = false
    const path = `/upstreams/${props.upstream.id}`

    async function look(): Promise<void> {
      try {
        targets.value = (await listPage(`${path}/health`, { size: '100' })).data
        const now = await readCounts(path)
        if (now !== undefined) note(now)
        problem.value = ''
      } catch (error) {
        problem.value = (error as Error).message
      }
      if (!isGone) timer = setTimeout(look, everyMs)
    }

    function note(now: ReadonlyMap<string, Counts>): void {
      const last = counts.value
      counts.value = now
      if (last === undefined) return
      steps.value = new Map(
        [...now].map(([id, count]) => {
          const before = last.get(id) ?? noCounts
          const requests = Math.max(0, count.requests - before.requests)
          return [id, [...(steps.value.get(id) ?? []), requests].slice(-kept)]
        }),
      )
    }
    look()
    onBeforeUnmount(() => {
      isGone = true
      clearTimeout(timer)
    })

    const total = computed(() =>
      [...(counts.value?.values() ?? [])].reduce((sum, one) => sum + one.requests, 0),
    )

    async function mark(target: Entity, word: 'healthy' | 'unhealthy'): Promise<void> {
      // Kong took a POST for it before 3.0.
      const method = session.facts.value?.version.startsWith('2.') ? 'POST' : 'PUT'
      try {
        await admin.send(method, `${path}/targets/${target.id}/${word}`)
        session.tell(`${target['target']} is marked ${word}.`)
        clearTimeout(timer)
        await look()
      } catch (error) {
        session.tell((error as Error).message, 'failed')
      }
    }

    const row = (target: Entity) => {
      const health = String(target['health'] ?? '')
      const count = counts.value?.get(target.id)
      const share = count && total.value > 0 ? (count.requests / total.value) * 100 : undefined
      const answered = count === undefined ? 0 : count.requests - count.failures
      const latency = answered > 0 ? (count?.milliseconds ?? 0) / answered : undefined
      return (
        <tr key={target.id}>
          <th scope="row">{String(target['target'])}</th>
          <td>
            <span class={['health', health.toLowerCase()]}>{words[health] ?? (health || 'Unknown')}</span>
          </td>
          {counts.value && (
            <>
              <td>
                <Share percent={share} requests={count?.requests ?? 0} />
                {count !== undefined && count.failures > 0 ? (
                  <span class="failed">{count.failures} failed</span>
                ) : (
                  ''
                )}
              </td>
              <td>{latency === undefined ? <span class="muted">–</span> : durationOf(latency)}</td>
              <td>
                <Sparkline steps={steps.value.get(target.id) ?? []} />
              </td>
            </>
          )}
          <td class="actions">
            <button
              type="button"
              class="link"
              aria-label={`Mark healthy: ${target['target']}`}
              onClick={() => mark(target, 'healthy')}
            >
              Mark healthy
            </button>
            <button
              type="button"
              class="link"
              aria-label={`Mark unhealthy: ${target['target']}`}
              onClick={() => mark(target, 'unhealthy')}
            >
              Mark unhealthy
            </button>
          </td>
        </tr>
      )
    }

    return () =>
      targets.value.length === 0 ? (
        problem.value && <p class="problem">{problem.value}</p>
      ) : (
        <section class="live" aria-labelledby="live-title">
          <header>
            <h2 id="live-title">At work</h2>
            <span class="muted">
              {counts.value ? `${total.value} requests since the gateway started` : 'live'}
            </span>
          </header>
          <div class="scroll" role="region" aria-label="Targets at work" tabindex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Target</th>
                  <th scope="col">Health</th>
                  {counts.value && (
                    <>
                      <th scope="col">Share of traffic</th>
                      <th scope="col">Latency</th>
                      <th scope="col">Last minute</th>
                    </>
                  )}
                  <th scope="col" class="actions">
                    <span class="visually-hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>{targets.value.map(row)}</tbody>
            </table>
          </div>
          {counts.value === undefined && (
            <p class="muted">
              Share of traffic and latency are not available from this gateway: Kong’s Admin API does not tell
              them.
            </p>
          )}
        </section>
      )
  },
  { props: ['upstream'] },
)

/** Undefined where the gateway does not tell. */
async function readCounts(path: string): Promise<ReadonlyMap<string, Counts> | undefined> {
  const answer = await admin.get(`${path}/traffic`).catch(() => undefined)
  if (!isRecord(answer) || !Array.isArray(answer['data'])) return undefined
  return new Map(answer['data'].map((one: { id: string } & Counts) => [one.id, one]))
}

/** Kong's clock ticks once in a millisecond. */
function durationOf(milliseconds: number): string {
  if (milliseconds < 1) return 'under 1 ms'
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
}

const Share = defineComponent(
  (props: { readonly percent: number | undefined; readonly requests: number }) => () =>
    props.percent === undefined ? (
      <span class="muted">–</span>
    ) : (
      <span class="share">
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect class="track" width="100" height="8" rx="2" />
          <rect class="part" width={props.percent} height="8" rx="2" />
        </svg>
        {Math.round(props.percent)} % <small class="muted">({props.requests})</small>
      </span>
    ),
  { props: ['percent', 'requests'] },
)

/** Requests of each look, oldest first. */
const Sparkline = defineComponent(
  (props: { readonly steps: readonly number[] }) => () => {
    const highest = Math.max(1, ...props.steps)
    const width = 120 / kept
    const sent = props.steps.reduce((sum, requests) => sum + requests, 0)
    return (
      <svg class="spark" viewBox="0 0 120 24" role="img" aria-label={`${sent} requests in the last minute`}>
        {props.steps.map((requests, at) => {
          const height = Math.max(1, (requests / highest) * 24)
          const x = 120 - (props.steps.length - at) * width
          return (
            <rect
              key={at}
              x={x}
              y={24 - height}
              width={width - 1}
              height={height}
              class={requests > 0 ? 'part' : 'track'}
            />
          )
        })}
      </svg>
    )
  },
  { props: ['steps'] },
)
