/** Headers about a session for the upstream and the client, if configured (3.x). */
import type { Header } from '../../exchange/exchange.ts'
import type { Times } from './cookie.ts'
import type { SessionData } from './sealed.ts'

/** @param wanted names of headers: `id`, `rolling-timeout`, … */
export function sessionHeaders(
  { id, audience, subject, begun, issued, used }: SessionData,
  wanted: readonly string[] | null | undefined,
  { rolling, idling, absolute }: Times,
  at: number,
): Header[] {
  const left = (seconds: number, since: number) => (seconds > 0 ? seconds - (at - since) : undefined)
  const all = {
    rolling: left(rolling, issued),
    idling: left(idling, used),
    absolute: left(absolute, begun),
  }
  const ends = Object.values(all).filter(end => end !== undefined)
  const values: Readonly<Record<string, readonly [name: string, value: string | number | undefined]>> = {
    id: ['Session-Id', id],
    audience: ['Session-Audience', audience],
    subject: ['Session-Subject', subject],
    timeout: ['Session-Timeout', ends.length === 0 ? undefined : Math.min(...ends)],
    'idling-timeout': ['Session-Idling-Timeout', all.idling],
    'rolling-timeout': ['Session-Rolling-Timeout', all.rolling],
    'absolute-timeout': ['Session-Absolute-Timeout', all.absolute],
  }
  return (wanted ?? []).flatMap(one => {
    const [name, value] = values[one] ?? []
    return name === undefined || value === undefined ? [] : [[name, String(value)] as const]
  })
}
