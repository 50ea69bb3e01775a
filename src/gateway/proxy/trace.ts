/**
 * The way of a request, sent to clients that request it with `X-Deck-Trace`: its route, plugins, service and
 * target, as JSON in a header of that name. The Manager's "Try it" uses it. Kong has no such header: without
 * it nothing is sent, and it is never sent to upstreams.
 */
import { type Header, withoutHeader } from '../exchange/exchange.ts'
import { workFor } from './plugin-plan.ts'
import type { ServedExchange } from './served-exchange.ts'

const traceHeader = 'X-Deck-Trace'

/** The client's headers without the question. */
export const withoutTrace = (headers: Header[], isTraced: boolean): Header[] =>
  isTraced ? withoutHeader(headers, traceHeader) : headers

/** Escaped as in URLs: names may hold any character. */
export function traceOf({
  route,
  service,
  snapshot,
  works = [],
  consumer,
  attempts,
}: ServedExchange): Header {
  const steps = route === undefined ? [] : snapshot.plugins.of(route)
  const ran = steps.filter(step => {
    const work = workFor(step, consumer?.id)
    return work !== undefined && works.includes(work)
  })
  const last = attempts.at(-1)
  const trace = {
    route: route && { id: route.id, name: route.name },
    service: service && { id: service.id, name: service.name },
    plugins: ran.map(({ name }) => name),
    target: last === undefined ? null : (last.target?.key ?? `${last.ip}:${last.port}`),
    tries: attempts.length,
  }
  return [traceHeader, encodeURIComponent(JSON.stringify(trace))]
}
