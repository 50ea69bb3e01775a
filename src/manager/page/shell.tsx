/** The frame of all pages: the side bar, what was just done, and the page itself. */
import { computed, defineComponent, nextTick, type Ref, ref, watch } from 'vue'
import { RouterLink, RouterView, useRoute } from 'vue-router'
import { type Session, useSession } from './session.ts'

const noticeMs = 6000
const themes = ['auto', 'light', 'dark'] as const

/** The theme of this browser and page. */
function useTheme(): Ref<string> {
  const theme = ref(localStorage.getItem('theme') ?? 'auto')
  watch(
    theme,
    chosen => {
      localStorage.setItem('theme', chosen)
      if (chosen === 'auto') delete document.documentElement.dataset['theme']
      else document.documentElement.dataset['theme'] = chosen
    },
    { immediate: true },
  )
  return theme
}

/** A success message disappears after a while. */
function clearNotices({ notice: shown }: Session): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(shown, notice => {
    clearTimeout(timer)
    // An error stays until the user closes it.
    if (notice?.outcome === 'done') timer = setTimeout(() => (shown.value = undefined), noticeMs)
  })
}

export const Shell = defineComponent(() => {
  const session = useSession()
  const route = useRoute()
  const isOpen = ref(false)
  const theme = useTheme()
  const main = ref<HTMLElement>()
  clearNotices(session)
  watch(
    () => route.path,
    async () => {
      isOpen.value = false
      // Readers hear the new page, and Tab begins there.
      await nextTick()
      main.value?.focus({ preventScroll: true })
      window.scrollTo(0, 0)
    },
  )
  return () => (
    <>
      {skipLink(main)}
      <aside class={isOpen.value && 'open'}>
        {brandOf(isOpen)}
        <div id="menu" class="menu-content">
          <Navigation />
          {footOf(theme, session)}
        </div>
      </aside>
      <main id="main" ref={main} tabindex={-1}>
        {session.presence.isAway.value && (
          <p class="away" role="alert">
            The gateway does not answer. It is asked again every two seconds, and this page goes on when it
            does.
          </p>
        )}
        {session.facts.value?.isReadOnly && route.path !== '/compare' && (
          <p class="aside">
            This gateway has no database: it takes whole configurations, on the page{' '}
            <RouterLink to="/compare">State file</RouterLink>.
          </p>
        )}
        <RouterView />
      </main>
      {noticesOf(session)}
    </>
  )
})

const skipLink = (main: Ref<HTMLElement | undefined>) => (
  <a
    href="#main"
    class="skip"
    onClick={event => {
      event.preventDefault()
      main.value?.focus()
    }}
  >
    Skip to the page
  </a>
)

const brandOf = (isOpen: Ref<boolean>) => (
  <div class="brand">
    <RouterLink to="/">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" />
        <path d="M7 16h6m0 0 6-6h6m-12 6 6 6h6" />
      </svg>
      Manager
    </RouterLink>
    <button
      type="button"
      class="menu"
      aria-expanded={isOpen.value}
      aria-controls="menu"
      onClick={() => {
        isOpen.value = !isOpen.value
      }}
    >
      Menu
    </button>
  </div>
)

const Navigation = defineComponent(() => {
  const session = useSession()
  const route = useRoute()
  const known = computed(() => {
    const endpoints = session.facts.value?.endpoints
    return session.kinds.top.value.filter(({ path }) => endpoints === undefined || endpoints.has(`/${path}`))
  })
  const isIn = (path: string) =>
    route.path === path || route.path.startsWith(`${path}/`) ? 'page' : undefined
  const link = (path: string, title: string) => (
    <li key={path}>
      <RouterLink
        to={path}
        aria-current={path === '/' ? (route.path === '/' ? 'page' : undefined) : isIn(path)}
      >
        {title}
      </RouterLink>
    </li>
  )
  return () => (
    <nav aria-label="Gateway">
      <ul>{link('/', 'Home')}</ul>
      {/* As Kong's guides call it: "API Gateway > Upstreams". */}
      <h2 id="menu-gateway">API Gateway</h2>
      <ul aria-labelledby="menu-gateway">{known.value.map(({ path, many }) => link(`/${path}`, many))}</ul>
      <ul>{link('/compare', 'State file')}</ul>
    </nav>
  )
})

const footOf = (theme: Ref<string>, { facts }: Session) => (
  <div class="foot">
    <label for="theme">Theme</label>
    <select
      id="theme"
      value={theme.value}
      onChange={event => {
        theme.value = (event.target as HTMLSelectElement).value
      }}
    >
      {themes.map(one => (
        <option key={one} value={one}>
          {one.charAt(0).toUpperCase() + one.slice(1)}
        </option>
      ))}
    </select>
    <small>{facts.value && `Kong ${facts.value.version}`}</small>
  </div>
)

const noticesOf = ({ notice }: Session) => (
  <div class="notices" role="status">
    {notice.value && (
      <p class={notice.value.outcome}>
        {notice.value.text}
        <button
          type="button"
          class="link"
          aria-label="Dismiss"
          onClick={() => {
            notice.value = undefined
          }}
        >
          ×
        </button>
      </p>
    )}
  </div>
)
