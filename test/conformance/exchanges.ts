/** Plays recorded scenarios to a gateway and says of each exchange whether it was answered as real Kong did. */
import { request as httpRequest } from 'node:http'
import { difference, type Learnt, learn, translate } from './compare.ts'
import { type Concerns, createConcerns, type Known } from './concerns.ts'
import type { Exchange, Scenario } from './recordings.ts'

export type Verdict =
  | { readonly n: number; readonly what: 'matched' }
  | { readonly n: number; readonly what: 'unmatched'; readonly why: string }
  | { readonly n: number; readonly what: 'not concerned'; readonly why: string }
  /** Real Kong broke down (500); here a clear refusal is what is wanted. */
  | { readonly n: number; readonly what: 'better' }

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** @param wait lets the gateway's clock go on by so many seconds, as the recorder waited */
export async function playScenario(
  scenario: Scenario,
  admin: string,
  ours: Known,
  kong: Known,
  wait: (seconds: number) => void,
): Promise<Verdict[]> {
  const learnt: Learnt = new Map()
  const concerns = createConcerns(ours, kong)
  const verdicts: Verdict[] = []
  for (const exchange of scenario.exchanges) {
    const waited = /([\d.]+) s (?:after|later)/.exec(exchange.note ?? '')?.[1]
    if (waited !== undefined) wait(Number(waited))
    verdicts.push(await play(exchange, scenario, admin, learnt, concerns))
  }
  return verdicts
}

async function play(
  exchange: Exchange,
  scenario: Scenario,
  admin: string,
  learnt: Learnt,
  concerns: Concerns,
): Promise<Verdict> {
  const { n, request, response } = exchange
  const why =
    request.to === 'proxy' ? 'goes to the proxy' : (concerns.whyNot(exchange) ?? lagging(exchange, scenario))
  if (why !== undefined) return { n, what: 'not concerned', why }
  const deadline = Date.now() + patience
  for (;;) {
    const answer = await ask(admin, exchange, learnt)
    const json = parsed(answer.text)
    if (response.status === answer.status) learn(response.json, json, learnt)
    if (response.status === 500 && answer.status >= 400 && answer.status < 500) return { n, what: 'better' }
    const found = problem(exchange, answer, json, learnt, concerns)
    if (found === undefined) return { n, what: 'matched' }
    if (!isHealth(request.path) || Date.now() > deadline) return { n, what: 'unmatched', why: found }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

/**
 * Names are looked up while the Admin API goes on answering: a page of health is asked for until it says
 * what was recorded.
 */
const isHealth = (path: string): boolean => /^\/upstreams\/[^/]+\/health/.test(path)
const patience = 10_000

/** With eventual consistency the balancer knows nothing of what was just made. */
function lagging({ request }: Exchange, { eventual }: Scenario): string | undefined {
  return eventual && /^\/upstreams\/[^/]+\/(health|targets\/.*healthy)/.test(request.path)
    ? 'recorded with eventual consistency'
    : undefined
}

function problem(
  exchange: Exchange,
  answer: Answer,
  json: unknown,
  learnt: Learnt,
  concerns: Concerns,
): string | undefined {
  const { response, request, compare } = exchange
  if (response.status !== answer.status)
    return `status ${response.status} expected, ${answer.status} found: ${answer.text.slice(0, 200)}`
  // Kong itself answers a name given with and without brackets at random.
  const isRandom = /(?:^|&)(\w+)=.*&\1\[\]=/.test(request.body ?? '')
  if (compare === 'free' || isRandom) return undefined
  // What a node says of its own insides is its own.
  const isInside = /^\/(timers|metrics|status)?(\?|$)/.test(request.path)
  if (compare === 'shape' || isInside) return shapeDifference(response.json, json)
  const isPage = /[?&](size|offset)=/.test(request.path)
  if (isPage && concerns.hasForeign) return undefined
  return (
    headerDifference(exchange, answer) ??
    (response.json === undefined
      ? textDifference(response.body ?? '', answer.text)
      : difference(request.path, concerns.withoutForeign(response.json), json, learnt))
  )
}

const compared = [
  'allow',
  'deprecation',
  'content-type',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-methods',
  'access-control-allow-headers',
]

function headerDifference({ response }: Exchange, answer: Answer): string | undefined {
  const recorded = new Map(response.headers.map(([name, value]) => [name.toLowerCase(), value]))
  const name = compared.find(one => recorded.get(one) !== answer.headers[one])
  return name === undefined
    ? undefined
    : `header ${name}: ${recorded.get(name)} expected, ${answer.headers[name]} found`
}

function shapeDifference(recorded: unknown, actual: unknown): string | undefined {
  if (typeof recorded !== 'object' || recorded === null) return undefined
  const found = new Set(Object.keys((actual ?? {}) as object))
  const missing = Object.keys(recorded).filter(name => !found.has(name))
  return missing.length === 0 ? undefined : `without ${missing.join(', ')}`
}

const textDifference = (recorded: string, actual: string): string | undefined =>
  recorded === actual ? undefined : `text ${recorded.slice(0, 80)} expected, ${actual.slice(0, 80)} found`

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** As it stands in the recording: no URL is tidied up, no header added. */
function ask(admin: string, { request }: Exchange, learnt: Learnt): Promise<Answer> {
  const { hostname, port } = new URL(admin)
  const headers = Object.fromEntries(
    request.headers.filter(([name]) => name.toLowerCase() !== 'content-length'),
  )
  return new Promise(resolve => {
    const sent = httpRequest(
      { hostname, port, method: request.method, path: encodedPath(translate(request.path, learnt)), headers },
      response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    sent.on('error', error => resolve({ status: 0, headers: {}, text: error.message }))
    const body = request.body === null ? undefined : translate(request.body, learnt)
    if (body !== undefined) sent.setHeader('Content-Length', Buffer.byteLength(body))
    sent.end(body)
  })
}

/** Node's client refuses what is beyond ASCII in a path; its bytes are sent as they were. */
const encodedPath = (path: string): string =>
  path.replace(/[^\x21-\x7e]/g, character => encodeURIComponent(character))
