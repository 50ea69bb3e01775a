/** A request through the proxy, made up from what a route matches; once, or several times in a row. */
import { computed, defineComponent, ref } from 'vue'
import { type Entity, isRecord } from '../admin-api.ts'
import { ask } from '../api.ts'
import { CopyButton } from './copy-button.tsx'
import { type Answer, answerOf, seriesOf } from './try-answer.tsx'
import { type Identities, identitiesFor, withHeader } from './try-identity.ts'

const inARow = 10
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

const pairsIn = (lines: string): [string, string][] =>
  lines
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()])

/** Kong answers such a route's requests without TLS with 426. */
const wantsTls = ({ protocols }: Entity): boolean =>
  Array.isArray(protocols) && protocols.includes('https') && !protocols.includes('http')

/** Within single quotes a shell takes everything as it stands. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

export const TryIt = defineComponent(
  (props: { readonly route: Entity }) => {
    const start = suggestion(props.route)
    const method = ref(start.method)
    const path = ref(start.path)
    const headers = ref(start.headers)
    const body = ref('')
    const answers = ref<readonly Answer[]>([])
    const problem = ref('')
    const isBusy = ref(false)
    /** By scheme; over TLS only where that is known. */
    const proxies = ref<{ readonly http: string; readonly https?: string }>({ http: '' })
    const isSecure = ref(false)
    const proxy = computed(() => (isSecure.value ? proxies.value.https : undefined) ?? proxies.value.http)
    const identities = ref<Identities>({ askedBy: [], known: [] })
    ask('GET', '/about').then(
      about => {
        if (!isRecord(about)) return
        const { proxyTls } = about
        const isKnown = typeof proxyTls === 'string'
        proxies.value = { http: String(about['proxy']), ...(isKnown && { https: proxyTls }) }
        isSecure.value = isKnown && wantsTls(props.route)
      },
      () => {}, // the request will say it
    )
    identitiesFor(props.route).then(
      found => {
        identities.value = found
      },
      () => {}, // headers can be typed
    )
    const curl = computed(() =>
      [
        'curl -i',
        ...(method.value === 'GET' ? [] : [method.value === 'HEAD' ? '--head' : `-X ${method.value}`]),
        // Its certificate is self-signed.
        ...(isSecure.value ? ['-k'] : []),
        ...pairsIn(headers.value).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
        ...(body.value === '' ? [] : [`--data-raw ${quoted(body.value)}`]),
        quoted(proxy.value + path.value),
      ].join(' '),
    )

    async function send(times: number): Promise<void> {
      isBusy.value = true
      problem.value = ''
      answers.value = []
      try {
        for (let sent = 0; sent < times; sent++) {
          const request = {
            method: method.value,
            path: path.value,
            headers: pairsIn(headers.value),
            body: body.value,
            isSecure: isSecure.value,
          }
          const answer = (await ask('POST', '/try', request)) as Answer
          answers.value = [...answers.value, answer]
        }
      } catch (error) {
        problem.value = (error as Error).message
      } finally {
        isBusy.value = false
      }
    }
    const text = (of: typeof path) => (event: Event) => {
      of.value = (event.target as HTMLInputElement).value
    }
    const be = (event: Event) => {
      const chosen = identities.value.known[Number((event.target as HTMLSelectElement).value)]
      if (chosen !== undefined) headers.value = withHeader(headers.value, chosen.header)
    }

    const identity = () => {
      const { askedBy, known } = identities.value
      if (askedBy.length === 0) return null
      return (
        <div class="try-identity">
          <p class="muted">
            {askedBy.join(' and ')} ask{askedBy.length === 1 ? 's' : ''} who is there.
            {known.length === 0 && ' Add what proves it to the headers.'}
          </p>
          {known.length > 0 && (
            <>
              <label for="try-as">Ask as</label>
              <select id="try-as" onChange={be}>
                <option value="">Nobody</option>
                {known.map(({ title }, at) => (
                  <option key={at} value={at}>
                    {title}
                  </option>
                ))}
              </select>
            </>
          )}
        </div>
      )
    }

    const details = () => (
      <details class="group" open={headers.value !== ''}>
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
    )

    return () => (
      <section class="try">
        <form
          onSubmit={event => {
            event.preventDefault()
            send(1)
          }}
        >
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
            <button type="button" class="secondary" disabled={isBusy.value} onClick={() => send(inARow)}>
              {inARow} in a row
            </button>
          </div>
          <p id="try-proxy" class="muted">
            Through the proxy at {proxy.value}{' '}
            {proxies.value.https !== undefined && (
              <button
                type="button"
                class="link"
                onClick={() => {
                  isSecure.value = !isSecure.value
                }}
              >
                {isSecure.value ? 'without TLS' : 'over TLS'}
              </button>
            )}{' '}
            <CopyButton what="The request" label="Copy as curl" text={curl.value} />
          </p>
          {identity()}
          {details()}
        </form>
        <div aria-live="polite">
          {problem.value && <p class="problem">{problem.value}</p>}
          {answers.value.length === 1 &&
            !isBusy.value &&
            answers.value[0] &&
            answerOf(answers.value[0], props.route)}
          {answers.value.length > 1 && seriesOf(answers.value)}
        </div>
      </section>
    )
  },
  { props: ['route'] },
)
