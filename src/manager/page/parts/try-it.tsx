/** A request through the proxy, made up from what a route matches; once, or several times in a row. */
import { defineComponent, type Ref } from 'vue'
import type { Entity } from '../admin-api.ts'
import { CopyButton } from './copy-button.tsx'
import { createTrial, type Trial } from './trial.ts'
import { answerOf, seriesOf } from './try-answer.tsx'
import { withHeader } from './try-identity.ts'

const inARow = 10
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

export const TryIt = defineComponent(
  (props: { readonly route: Entity }) => {
    const trial = createTrial(props.route)
    const { problem, answers, isBusy } = trial
    const choices = [...new Set([trial.method.value, ...methods])]
    return () => (
      <section class="try">
        <form
          onSubmit={event => {
            event.preventDefault()
            trial.send(1)
          }}
        >
          {lineOf(trial, choices)}
          {proxyOf(trial)}
          {identityOf(trial)}
          {detailsOf(trial)}
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

const text = (of: Ref<string>) => (event: Event) => {
  of.value = (event.target as HTMLInputElement).value
}

const lineOf = ({ method, path, isBusy, send }: Trial, choices: readonly string[]) => (
  <div class="try-line">
    <div>
      <label for="try-method">Method</label>
      <select id="try-method" value={method.value} onChange={text(method)}>
        {choices.map(one => (
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
)

const proxyOf = ({ proxy, proxies, isSecure, curl }: Trial) => (
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
)

function identityOf({ identities, headers }: Trial) {
  const be = (event: Event) => {
    const chosen = identities.value.known[Number((event.target as HTMLSelectElement).value)]
    if (chosen !== undefined) headers.value = withHeader(headers.value, chosen.header)
  }
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

const detailsOf = ({ headers, body }: Trial) => (
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
