/** The result of tried requests: one with its way through the gateway, or the balance of several. */
import { RouterLink } from 'vue-router'
import { type Entity, isRecord } from '../admin-api.ts'

export interface Answer {
  readonly status: number
  readonly reason: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
  readonly isCut: boolean
  readonly milliseconds: number
  readonly trace?: unknown
}

export function answerOf(answer: Answer, route: Entity) {
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
  const link = (path: string, one: unknown) => {
    if (!isRecord(one)) return <span class="muted">none</span>
    const id = String(one['id'])
    return <RouterLink to={`/${path}/${id}`}>{String(one['name'] ?? `${id.slice(0, 8)}…`)}</RouterLink>
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

const targetOf = ({ trace }: Answer): string | undefined =>
  isRecord(trace) && typeof trace['target'] === 'string' ? trace['target'] : undefined

/** A cache says whether it knew the answer. */
const cacheOf = ({ headers }: Answer): string | undefined =>
  headers.find(([name]) => name.toLowerCase() === 'x-cache-status')?.[1]

/** Several requests in a row: one line for each, and how often each target answered. */
export function seriesOf(answers: readonly Answer[]) {
  const counts = new Map<string, number>()
  for (const answer of answers) {
    const who = targetOf(answer) ?? `${answer.status} ${answer.reason}`
    counts.set(who, (counts.get(who) ?? 0) + 1)
  }
  const isCached = answers.some(answer => cacheOf(answer) !== undefined)
  return (
    <div class="series">
      <h2>
        {answers.length} requests{' '}
        <small class="muted">{[...counts].map(([who, count]) => `${who}: ${count}`).join(' · ')}</small>
      </h2>
      <div class="scroll" role="region" aria-label="Requests in a row" tabindex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Request</th>
              <th scope="col">Answer</th>
              <th scope="col">Target</th>
              {isCached && <th scope="col">Cache</th>}
              <th scope="col">Time</th>
            </tr>
          </thead>
          <tbody>
            {answers.map((answer, at) => (
              <tr key={at}>
                <th scope="row">{at + 1}</th>
                <td>
                  <span class={['status', answer.status < 400 ? 'good' : 'bad']}>
                    {answer.status} {answer.reason}
                  </span>
                </td>
                <td>{targetOf(answer) ?? <span class="muted">–</span>}</td>
                {isCached && <td>{cacheOf(answer) ?? '–'}</td>}
                <td>{answer.milliseconds.toFixed(1)} ms</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
