/** A request through the proxy, made up from what a route matches, and what became of it. */
import { defineComponent, ref } from 'vue'
import { RouterLink } from 'vue-router'
import { ask, type Entity, isRecord } from '../api.ts'
import { kindBySchema } from '../kinds.ts'

interface Answer {
  readonly status: number
  readonly reason: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
  readonly isCut: boolean
  readonly milliseconds: number
  readonly trace?: unknown
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

/** A request that the route should match: its first path, method, host and headers. */
function suggestion(route: Entity) {
  const first = (name: string): string | undefined =>
    Array.isArray(route[name]) ? String(route[name][0]) : undefined
  const path = first('paths') ?? '/'
  const host = first('hosts')?.replace('*', 'any')
  const headers = isRecord(route['headers']) ? route['headers'] : {}
  const lines = [
    ...(host === undefined ? [] : [`Host: ${host}`]),
    ...Object.entries(headers).map(
      ([name, values]) => `${name}: ${Array.isArray(values) ? values[0] : values}`,
    ),
  ]
  return {
    method: first('methods') ?? 'GET',
    path: path.startsWith('~') ? '/' : path,
    headers: lines.join('\n'),
  }
}

export const TryIt = defineComponent(
  (props: { readonly route: Entity }) => {
    const start = suggestion(props.route)
    const method = ref(start.method)
    const path = ref(start.path)
    const headers = ref(start.headers)
    const body = ref('')
    const answer = ref<Answer>()
    const problem = ref('')
    const isBusy = ref(false)
    const proxy = ref('')
    ask('GET', '/about').then(
      about => {
        if (isRecord(about)) proxy.value = String(about['proxy'])
      },
      () => {}, // the request will say it
    )

    async function send(event: Event): Promise<void> {
      event.preventDefault()
      isBusy.value = true
      problem.value = ''
      try {
        const pairs = headers.value
          .split('\n')
          .filter(line => line.trim() !== '')
          .map(line => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()])
        answer.value = (await ask('POST', '/try', {
          method: method.value,
          path: path.value,
          headers: pairs,
          body: body.value,
        })) as Answer
      } catch (error) {
        problem.value = (error as Error).message
        answer.value = undefined
      } finally {
        isBusy.value = false
      }
    }
    const text = (of: typeof path) => (event: Event) => {
      of.value = (event.target as HTMLInputElement).value
    }

    return () => (
      <section class="try">
        <form onSubmit={send}>
          <div class="try-line">
            <div>
              <label for="try-method">Method</label>
              <select id="try-method" value={method.value} onChange={text(method)}>
                {[...new Set([start.method, ...methods])].map(one => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            </div>
            <div>
              <label for="try-path">Path</label>
              <input
                id="try-path"
                type="text"
                spellcheck={false}
                value={path.value}
                onInput={text(path)}
                aria-describedby="try-proxy"
              />
            </div>
            <button type="submit" aria-busy={isBusy.value} disabled={isBusy.value}>
              Send
            </button>
          </div>
          <p id="try-proxy" class="muted">
            Through the proxy at {proxy.value}
          </p>
          <details class="group" open={start.headers !== ''}>
            <summary>Headers and body</summary>
            <div class="fields">
              <div class="field">
                <label for="try-headers">Headers</label>
                <textarea
                  id="try-headers"
                  rows={3}
                  class="code"
                  placeholder="apikey: secret"
                  value={headers.value}
                  onInput={text(headers)}
                />
              </div>
              <div class="field">
                <label for="try-body">Body</label>
                <textarea id="try-body" rows={3} class="code" value={body.value} onInput={text(body)} />
              </div>
            </div>
          </details>
        </form>
        <div aria-live="polite">
          {problem.value && <p class="problem">{problem.value}</p>}
          {answer.value && told(answer.value, props.route)}
        </div>
      </section>
    )
  },
  { props: ['route'] },
)

function told(answer: Answer, route: Entity) {
  const isGood = answer.status < 400
  return (
    <div class="answer">
      <h2>
        <span class={['status', isGood ? 'good' : 'bad']}>
          {answer.status} {answer.reason}
        </span>{' '}
        <small class="muted">in {answer.milliseconds} ms</small>
      </h2>
      {isRecord(answer.trace) ? (
        way(answer.trace, route)
      ) : (
        <p class="muted">This gateway does not tell which route, plugins and target answered.</p>
      )}
      <details open={answer.headers.length < 12}>
        <summary>{answer.headers.length} headers</summary>
        <pre role="region" tabindex={0} aria-label="Headers">
          {answer.headers.map(([name, value]) => `${name}: ${value}`).join('\n')}
        </pre>
      </details>
      <pre role="region" tabindex={0} aria-label="Body" class="body">
        {answer.body || '(no body)'}
        {answer.isCut && '\n… (cut)'}
      </pre>
    </div>
  )
}

/** Route → plugins → service → target. */
function way(trace: Record<string, unknown>, route: Entity) {
  const link = (schema: string, one: unknown) => {
    if (!isRecord(one)) return <span class="muted">none</span>
    const id = String(one['id'])
    return (
      <RouterLink to={`/${kindBySchema(schema)?.path}/${id}`}>
        {String(one['name'] ?? `${id.slice(0, 8)}…`)}
      </RouterLink>
    )
  }
  const plugins = Array.isArray(trace['plugins']) ? trace['plugins'].map(String) : undefined
  const isOther = isRecord(trace['route']) && trace['route']['id'] !== route.id
  return (
    <ol class="way" aria-label="The way of the request">
      <li>
        <small>Route</small> {link('routes', trace['route'])}
        {isOther && <em> (another one)</em>}
      </li>
      {plugins && (
        <li>
          <small>Plugins</small> {plugins.length === 0 ? <span class="muted">none</span> : plugins.join(', ')}
        </li>
      )}
      <li>
        <small>Service</small> {link('services', trace['service'])}
      </li>
      {'target' in trace && (
        <li>
          <small>Target</small>{' '}
          {trace['target'] ? String(trace['target']) : <span class="muted">not reached</span>}
        </li>
      )}
    </ol>
  )
}
