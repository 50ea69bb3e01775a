/** The first page: which gateway this is, what it has, and where to begin. */
import { defineComponent, ref, watch } from 'vue'
import { RouterLink } from 'vue-router'
import { isRecord } from '../admin-api.ts'
import { ask, listPage } from '../api.ts'
import { useRefresh } from '../parts/refresh.ts'
import { useTitle } from '../parts/title.ts'
import { UpstreamsAtWork } from '../parts/upstreams-at-work.tsx'
import { useSession } from '../session.ts'

export const Overview = defineComponent(() => {
  useTitle(() => 'Home')
  const session = useSession()
  const counts = ref<Readonly<Record<string, string>>>({})
  const about = ref<Readonly<Record<string, unknown>>>({})
  ask('GET', '/about').then(
    found => {
      if (isRecord(found)) about.value = found
    },
    () => {}, // the address is left out
  )
  const count = () => {
    for (const { path } of session.kinds.top.value) {
      listPage(`/${path}`, { size: '1000' }).then(
        ({ data, offset }) => {
          const text = offset === undefined ? String(data.length) : `${data.length}+`
          counts.value = { ...counts.value, [path]: text }
        },
        () => {
          // This gateway has no such kind, or the token may not read it.
          counts.value = { ...counts.value, [path]: '' }
        },
      )
    }
  }
  watch(session.kinds.top, count, { immediate: true })
  useRefresh(count)
  return () => {
    const isEmpty = ['services', 'routes', 'upstreams'].every(path => counts.value[path] === '0')
    return (
      <section class="overview">
        <h1>This gateway</h1>
        <dl class="facts">
          <div>
            <dt>Kong</dt>
            <dd>{session.facts.value?.version ?? '…'}</dd>
          </div>
          <div>
            <dt>Admin API</dt>
            <dd>
              <code>{String(about.value['admin'] ?? '…')}</code>
            </dd>
          </div>
          <div>
            <dt>Proxy</dt>
            <dd>
              <code>{String(about.value['proxy'] ?? '…')}</code>
            </dd>
          </div>
        </dl>
        {isEmpty && (
          <div class="empty">
            <p>
              <strong>This gateway is empty.</strong> Begin with a service, the API behind it, or bring a
              state file.
            </p>
            <p class="buttons">
              <RouterLink to="/services/new" role="button">
                New Service
              </RouterLink>
              <RouterLink to="/compare" role="button" class="secondary">
                Compare a state file
              </RouterLink>
            </p>
          </div>
        )}
        <ul class="tiles">
          {session.kinds.top.value
            .filter(({ path }) => counts.value[path] !== '')
            .map(kind => (
              <li key={kind.path}>
                {/* Named by its number: the side bar has the one link called "Services". */}
                <RouterLink to={`/${kind.path}`} aria-describedby={`tile-${kind.path}`}>
                  {counts.value[kind.path] ?? '…'}
                </RouterLink>{' '}
                <span id={`tile-${kind.path}`}>{counts.value[kind.path] === '1' ? kind.one : kind.many}</span>
              </li>
            ))}
        </ul>
        <UpstreamsAtWork />
      </section>
    )
  }
})
