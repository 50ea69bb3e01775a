/** How much of the traffic goes to a target, and how it went in the last minute. */
import { defineComponent } from 'vue'
import { maxSamples } from './traffic.ts'

export const Share = defineComponent(
  (props: { readonly percent: number | undefined; readonly requests: number }) => () =>
    props.percent === undefined ? (
      <span class="muted">–</span>
    ) : (
      <span class="share">
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect class="track" width="100" height="8" rx="2" />
          <rect class="part" width={props.percent} height="8" rx="2" />
        </svg>
        {Math.round(props.percent)} % <small class="muted">({props.requests})</small>
      </span>
    ),
  { props: ['percent', 'requests'] },
)

/** Requests of each look, oldest first. */
export const Sparkline = defineComponent(
  (props: { readonly steps: readonly number[] }) => () => {
    const highest = Math.max(1, ...props.steps)
    const width = 120 / maxSamples
    const sent = props.steps.reduce((sum, requests) => sum + requests, 0)
    return (
      <svg class="spark" viewBox="0 0 120 24" role="img" aria-label={`${sent} requests in the last minute`}>
        {props.steps.map((requests, at) => {
          const height = Math.max(1, (requests / highest) * 24)
          const x = 120 - (props.steps.length - at) * width
          return (
            <rect
              key={at}
              x={x}
              y={24 - height}
              width={width - 1}
              height={height}
              class={requests > 0 ? 'part' : 'track'}
            />
          )
        })}
      </svg>
    )
  },
  { props: ['steps'] },
)
