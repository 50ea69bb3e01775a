/** The targets of an upstream at work: health, share of the traffic and latency; and marking one by hand. */
import { computed, defineComponent } from 'vue'
import { RouterLink } from 'vue-router'
import type { Entity } from '../admin-api.ts'
import { admin } from '../api.ts'
import { useSession } from '../session.ts'
import { Share, Sparkline } from './target-charts.tsx'
import { followTraffic, latencyOf } from './traffic.ts'

const words: Readonly<Record<string, string>> = {
  HEALTHY: 'Healthy',
  UNHEALTHY: 'Unhealthy',
  DNS_ERROR: 'Name not found',
  HEALTHCHECKS_OFF: 'Not checked',
}

const isUnchecked = (target: Entity): boolean => target['health'] === 'HEALTHCHECKS_OFF'

export const TargetHealth = defineComponent(
  (props: { readonly upstream: Entity }) => {
    const session = useSession()
    const path = `/upstreams/${props.upstream.id}`
    const { targets, counts, steps, problem, look } = followTraffic(path)
    const total = computed(() =>
      [...(counts.value?.values() ?? [])].reduce((sum, one) => sum + one.requests, 0),
    )

    async function mark(target: Entity, word: 'healthy' | 'unhealthy'): Promise<void> {
      // Kong took a POST for it before 3.0.
      const method = session.facts.value?.version.startsWith('2.') ? 'POST' : 'PUT'
      try {
        await admin.send(method, `${path}/targets/${target.id}/${word}`)
        session.tell(`${target['target']} is marked ${word}.`)
        await look()
      } catch (error) {
        session.tell((error as Error).message, 'failed')
      }
    }

    /** Kong refuses to mark what it does not check. */
    const marking = (target: Entity) => {
      if (isUnchecked(target)) return null
      const word = target['health'] === 'HEALTHY' ? 'unhealthy' : 'healthy'
      return (
        <button
          type="button"
          class="link"
          aria-label={`Mark ${word}: ${target['target']}`}
          onClick={() => mark(target, word)}
        >
          Mark {word}
        </button>
      )
    }

    const work = (target: Entity) => {
      const count = counts.value?.get(target.id)
      const recent = steps.value.get(target.id) ?? []
      const share = count && total.value > 0 ? (count.requests / total.value) * 100 : undefined
      const latency = latencyOf(count, recent)
      return (
        <>
          <td data-label="Share of traffic">
            <Share percent={share} requests={count?.requests ?? 0} />
            {count !== undefined && count.failures > 0 && <span class="failed">{count.failures} failed</span>}
          </td>
          <td class="latency" data-label="Latency">
            {latency === undefined ? <span class="muted">–</span> : `${latency.toFixed(1)} ms`}
          </td>
          <td data-label="Last minute">
            <Sparkline steps={recent.map(({ requests }) => requests)} />
          </td>
        </>
      )
    }

    const row = (target: Entity) => {
      const health = String(target['health'] ?? '')
      return (
        <tr key={target.id}>
          <th scope="row">{String(target['target'])}</th>
          <td data-label="Health">
            <span class={['health', health.toLowerCase()]}>{words[health] ?? (health || 'Unknown')}</span>
          </td>
          {counts.value && work(target)}
          <td class="actions">{marking(target)}</td>
        </tr>
      )
    }

    const table = () => (
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
    )

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
          {table()}
          {targets.value.some(isUnchecked) && (
            <p class="muted">
              Health is not checked: a target that fails keeps its share.{' '}
              <RouterLink to={`${path}/edit`}>Turn health checks on</RouterLink>
            </p>
          )}
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
