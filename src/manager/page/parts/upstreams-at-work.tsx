/** Which upstreams have targets that cannot be used, at a glance. */
import { defineComponent, onBeforeUnmount, ref } from 'vue'
import { RouterLink } from 'vue-router'
import { listAll, listPage } from '../api.ts'
import { useRefresh } from './refresh.ts'

const mostShown = 12
const everyMs = 5000
const usable = new Set(['HEALTHY', 'HEALTHCHECKS_OFF'])

interface Pool {
  readonly id: string
  readonly name: string
  readonly targets: number
  readonly usable: number
}

export const UpstreamsAtWork = defineComponent(() => {
  const pools = ref<readonly Pool[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
  let isGone = false

  async function look(): Promise<void> {
    clearTimeout(timer)
    // After a failure the page shows the reason already.
    pools.value = await readPools().catch(() => pools.value)
    clearTimeout(timer)
    if (!isGone && pools.value.length > 0) timer = setTimeout(look, everyMs)
  }
  look()
  useRefresh(look)
  onBeforeUnmount(() => {
    isGone = true
    clearTimeout(timer)
  })

  const health = ({ targets, usable: good }: Pool) => {
    if (targets === 0) return <span class="health">No targets</span>
    const word = good === targets ? 'healthy' : good === 0 ? 'unhealthy' : 'partly'
    return (
      <span class={['health', word]}>
        {good} of {targets} usable
      </span>
    )
  }
  return () =>
    pools.value.length > 0 && (
      <section class="pools" aria-labelledby="pools-title">
        <h2 id="pools-title">Balancing</h2>
        <ul>
          {pools.value.map(pool => (
            <li key={pool.id}>
              <RouterLink to={`/upstreams/${pool.id}/targets`}>{pool.name}</RouterLink> {health(pool)}
            </li>
          ))}
        </ul>
      </section>
    )
})

async function readPools(): Promise<Pool[]> {
  const { data } = await listPage('/upstreams', { size: String(mostShown) })
  const pools = data.map(async ({ id, name }) => {
    const targets = await listAll(`/upstreams/${id}/health`)
    const good = targets.filter(({ health }) => usable.has(String(health)))
    return { id, name: String(name), targets: targets.length, usable: good.length }
  })
  return (await Promise.all(pools)).toSorted((a, b) => a.name.localeCompare(b.name))
}
