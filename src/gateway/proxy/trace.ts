/**
 * The way of a request, told to whoever asks for it with `X-Deck-Trace`: which route, plugins, service and target it went through, as JSON in a header of that
 * name. The Manager asks for it to show requests that are tried. Kong has no such header: without it nothing is told, and it is never sent on.
 */
import { type Header, withoutHeader } from '../exchange/exchange.ts'
import { workFor } from './plugin-plan.ts'
import type { ServedExchange } from './served-exchange.ts'

const traceHeader = 'X-Deck-Trace'

/** The client's headers without the question. */
export const withoutTrace = (headers: Header[], isTraced: boolean): Header[] =>
  isTraced ? withoutHeader(headers, traceHeader) : headers

/** Escaped as in URLs: names may hold any character. */
export function traceOf({ route, service, snapshot, works = [], consumer, tries }: ServedExchange): Header {
  const steps = route === undefined ? [] : snapshot.plugins.of(route)
  const ran = steps.filter(step => {
    const work = workFor(step, consumer?.id)
    return work !== undefined && works.includes(work)
  })
  const last = tries.at(-1)
  const told = {
    route: route && { id: route.id, name: route.name },
    service: service && { id: service.id, name: service.name },
    plugins: ran.map(({ name }) => name),
    target: last === undefined ? null : (last.target?.key ?? `${last.ip}:${last.port}`),
    tries: tries.length,
  }
  return [traceHeader, encodeURIComponent(JSON.stringify(told))]
}
