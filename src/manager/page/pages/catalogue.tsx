/** The plugins that this gateway has, to choose one from. */
import { computed, defineComponent, ref } from 'vue'
import { RouterLink, useRoute } from 'vue-router'
import { useTitle } from '../parts/title.ts'
import { useSession } from '../session.ts'

/** Groups by the words in plugins' names; other plugins are under "Others". */
const groups: readonly (readonly [title: string, words: RegExp])[] = [
  ['Authentication', /auth|^jwt|^acl$|^session$|oauth|openid|mtls/],
  ['Security', /restriction|cors|bot|acme|tls|injection|webhook|validator/],
  ['Traffic', /rate|limit|cache|terminat|canary|redirect|mirror|breaker/],
  ['AI', /^ai-/],
  ['Transformation', /transform|grpc|correlation|degraphql|jq|header/],
  ['Logging and metrics', /log|prometheus|datadog|statsd|zipkin|opentelemetry/],
  ['Functions', /function|lambda|azure|openwhisk/],
]

const groupOf = (name: string): string =>
  (name.startsWith('ai-') ? 'AI' : undefined) ?? groups.find(([, words]) => words.test(name))?.[0] ?? 'Others'

export const Catalogue = defineComponent(() => {
  useTitle(() => 'New Plugin')
  const session = useSession()
  const route = useRoute()
  const filter = ref('')
  const found = computed(() =>
    (session.facts.value?.plugins ?? []).filter(name => name.includes(filter.value.toLowerCase())),
  )
  return () => (
    <section>
      <h1>New Plugin</h1>
      <p>Choose what it should do.</p>
      <div class="filters" role="search">
        <label class="visually-hidden" for="filter-catalogue">
          Filter plugins
        </label>
        <input
          id="filter-catalogue"
          type="search"
          placeholder="Filter plugins"
          value={filter.value}
          onInput={event => {
            filter.value = (event.target as HTMLInputElement).value
          }}
        />
      </div>
      {[...groups.map(([title]) => title), 'Others'].map(title => {
        const names = found.value.filter(name => groupOf(name) === title)
        return (
          names.length > 0 && (
            <section key={title}>
              <h2>{title}</h2>
              <ul class="catalogue">
                {names.map(name => (
                  <li key={name}>
                    <RouterLink to={{ path: '/plugins/new', query: { ...route.query, name } }}>
                      {name}
                    </RouterLink>
                  </li>
                ))}
              </ul>
            </section>
          )
        )
      })}
      {found.value.length === 0 && session.facts.value && (
        <p class="empty">No plugin of that name is installed.</p>
      )}
    </section>
  )
})
