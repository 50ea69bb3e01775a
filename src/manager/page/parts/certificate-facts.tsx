/** Subject, issuer and validity of a certificate. */
import { defineComponent, ref, watch } from 'vue'
import { isRecord } from '../admin-api.ts'
import { ask } from '../api.ts'
import { timeOf } from './value.tsx'

interface Facts {
  readonly subject: string
  readonly issuer: string
  readonly names: readonly string[]
  readonly from: number
  readonly until: number
}

const daySeconds = 24 * 60 * 60

export const CertificateFacts = defineComponent(
  (props: { readonly pem: string }) => {
    const facts = ref<Facts>()
    watch(
      () => props.pem,
      async cert => {
        // Without them the page is as good as before.
        const answer = await ask('POST', '/certificate', { cert }).catch(() => undefined)
        facts.value =
          isRecord(answer) && isRecord(answer['facts']) ? (answer['facts'] as object as Facts) : undefined
      },
      { immediate: true },
    )
    const left = (until: number) => {
      const days = Math.floor(until / daySeconds - Date.now() / 1000 / daySeconds)
      if (days < 0) return <strong class="expired">expired</strong>
      return (
        <small class={days < 30 ? 'expired' : 'muted'}>
          {days === 1 ? '1 day left' : `${days} days left`}
        </small>
      )
    }
    return () =>
      facts.value && (
        <dl class="values certificate">
          <div>
            <dt>Subject</dt>
            <dd>{facts.value.subject || '–'}</dd>
          </div>
          <div>
            <dt>Issuer</dt>
            <dd>{facts.value.issuer === facts.value.subject ? 'Itself' : facts.value.issuer}</dd>
          </div>
          {facts.value.names.length > 0 && (
            <div>
              <dt>Names</dt>
              <dd>{facts.value.names.join(', ')}</dd>
            </div>
          )}
          <div>
            <dt>Valid</dt>
            <dd>
              {timeOf(facts.value.from)} to {timeOf(facts.value.until)} {left(facts.value.until)}
            </dd>
          </div>
        </dl>
      )
  },
  { props: ['pem'] },
)
