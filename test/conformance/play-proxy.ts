/**
 * Plays one recorded scenario to a running gateway with backends behind it, and says of each line whether the
 * gateway did what real Kong did. The gateway's clock is the recording's; where Kong probes targets, which
 * takes real time, all waits are shortened alike.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { pluginSchema, pluginsAt } from '../../src/entities/plugin-registry.ts'
import { assembleGateway } from '../../src/gateway/assemble.ts'
import { createDataPlane } from '../../src/gateway/proxy/data-plane.ts'
import { realSurroundings } from '../../src/gateway/store/surroundings.ts'
import { startDnsServer } from '../support/dns-server.ts'
import { type Backends, closedPort, type EchoBackends, startBackends } from '../support/proxy-backends.ts'
import { askRaw, readAnswers, sendRaw } from '../support/raw-http.ts'
import { learn, translate } from './compare.ts'
import { type Ground, type Pairs, parsed, proxyDifference } from './proxy-compare.ts'
import type { Line, Polled, ProxyExchange, ProxyScenario, RawExchange, Sequence } from './proxy-recordings.ts'

export type ProxyVerdict =
  | { readonly n: number; readonly what: 'matched' }
  | { readonly n: number; readonly what: 'unmatched'; readonly why: string }
  | { readonly n: number; readonly what: 'not concerned'; readonly why: string }

/** How much shorter intervals and waits are than they were. */
const pace = 0.2

interface Play extends Ground {
  readonly scenario: ProxyScenario
  readonly backends: EchoBackends
  readonly admin: number
  readonly isTimed: boolean
  /** Whether there are targets that take turns. */
  readonly hasTurns: boolean
  /** Paths for which the turn was passed on. */
  readonly passed: Set<string>
  readonly ids: RecordedIds
  /** Recorded ids of plugins that this gateway does not run. */
  readonly foreign: Map<string, string>
  readonly runs: ReadonlySet<string>
}

/** @param setClock sets the time that the gateway lives in, milliseconds since 1970 */
export async function playProxy(
  scenario: ProxyScenario,
  runs: ReadonlySet<string>,
  setClock: (time: number) => void,
): Promise<ProxyVerdict[]> {
  setClock(scenario.lines[0]?.at ?? 0)
  const backends = await startBackends(scenario)
  const names = await startDnsServer({ mode: scenario.version === '2.8' ? 'knows nothing' : 'refuses' })
  const [major = 0, minor = 0] = scenario.version.split('.').map(Number)
  const ids = recordedIds()
  const gateway = await assembleGateway(
    {
      adminListen: { port: 0 },
      proxyListen: { port: 0 },
      version: { major, minor, text: scenario.version },
      resolve: await resolveMap(scenario, backends),
      nameServers: [names],
    },
    {
      createDataPlane,
      pluginSchema,
      pluginsAt,
      around: { ...realSurroundings, now: () => Date.now(), uuid: ids.next },
    },
  )
  const play: Play = {
    scenario,
    backends,
    admin: Number(new URL(gateway.admin).port),
    port: { here: Number(new URL(gateway.proxy).port), recorded: scenario.proxyPort },
    ids,
    learnt: new Map(portHere(scenario, gateway.proxy)),
    isTimed: scenario.lines.some(isProbing),
    hasTurns: scenario.lines.some(makesTarget),
    passed: new Set(),
    foreign: new Map(),
    runs,
  }
  try {
    return await playLines(play, setClock)
  } finally {
    await gateway.close()
    await backends.close()
    await names.close()
  }
}

/** Routes may name the port that the proxy listens at; 2.8 was recorded behind another one. */
const portHere = ({ version, proxyPort }: ProxyScenario, proxy: string): [string, string][] =>
  version === '2.8' ? [] : [[`:${proxyPort}`, `:${new URL(proxy).port}`]]

/**
 * Entities get the ids that they had then: they decide between routes that are alike, and are in the keys of
 * what is cached.
 */
interface RecordedIds {
  readonly next: () => string
  readonly expect: (id: unknown) => void
}

function recordedIds(): RecordedIds {
  let expected: string | undefined
  return {
    next: () => {
      const id = expected ?? randomUUID()
      expected = undefined
      return id
    },
    expect: id => {
      expected = typeof id === 'string' ? id : undefined
    },
  }
}

async function resolveMap(scenario: ProxyScenario, backends: Backends) {
  const dead = { host: '127.0.0.1', port: await closedPort() }
  const first = scenario.proxyPort
  return new Map([
    ...scenario.backendPorts.map(port => [`127.0.0.1:${port}`, backends.at(port)] as const),
    [`localhost:${first + 101}`, backends.at(first + 101)],
    [`backend.local:${first + 102}`, backends.at(first + 102)],
    [`127.0.0.1:${first + 190}`, dead],
    [`127.0.0.1:${first + 199}`, dead],
  ])
}

const isProbing = (line: Line): boolean =>
  line.what === 'exchange' && /"interval": *(?!0[,}])/.test(line.exchange.request.body ?? '')

const makesTarget = (line: Line): boolean =>
  line.what === 'exchange' && /^\/upstreams\/[^/]+\/targets$/.test(line.exchange.request.path)

async function playLines(play: Play, setClock: (time: number) => void): Promise<ProxyVerdict[]> {
  const verdicts: ProxyVerdict[] = []
  let before = play.scenario.lines[0]?.at ?? 0
  for (const line of play.scenario.lines) {
    // Whole seconds between two lines are a wait of the recorder's, where it wrote none.
    const waited = play.scenario.dialect === 'path' ? line.at - before : 0
    if (play.isTimed && waited >= 1000) {
      if (line.what === 'exchange') play.backends.foreseeHealth(line.exchange)
      await sleep(waited * pace)
    }
    before = line.at
    setClock(line.at)
    const verdict = await playLine(line, play)
    if (verdict !== undefined) verdicts.push(verdict)
  }
  return verdicts
}

async function playLine(line: Line, play: Play): Promise<ProxyVerdict | undefined> {
  switch (line.what) {
    case 'pause':
      if (play.isTimed) await sleep(line.seconds * 1000 * pace)
      return undefined
    case 'action':
      await play.backends.act(line.action)
      return undefined
    case 'exchange':
      return isProxied(line.exchange) ? proxied(line.exchange, play) : administered(line.exchange, play)
    case 'sequence':
      return verdict(line.sequence.n, play, await sequenceProblem(line.sequence, play))
    case 'raw':
      return verdict(line.raw.n, play, await rawProblem(line.raw, play))
    case 'polled':
      return verdict(line.polled.n, play, await polledProblem(line.polled, play))
  }
}

const isProxied = ({ to, request }: ProxyExchange): boolean => (to ?? request.to) === 'proxy'

function verdict(n: number, play: Play, problem: string | undefined): ProxyVerdict {
  const [foreign] = play.foreign.values()
  if (foreign !== undefined) return { n, what: 'not concerned', why: `plugin ${foreign}` }
  return problem === undefined ? { n, what: 'matched' } : { n, what: 'unmatched', why: problem }
}

async function proxied(exchange: ProxyExchange, play: Play): Promise<ProxyVerdict> {
  const { n, request, response } = exchange
  const ask = async () => {
    play.backends.foresee(exchange)
    const answer = await askRaw(play.port.here, written(request, play), request.method)
    return proxyDifference(response, answer, play)
  }
  const problem = await ask()
  // Where in its turn the recorded wheel stood is not known: once for each path, the turn is passed on.
  const path = request.path.split(/[?/]/, 2).join('/')
  if (problem === undefined || !play.hasTurns || play.passed.has(path)) return verdict(n, play, problem)
  play.passed.add(path)
  return verdict(n, play, await ask())
}

/**
 * Requests to the Admin API only set the scene: what they answer is another test's matter, unless the scene
 * is not set.
 */
async function administered(exchange: ProxyExchange, play: Play): Promise<ProxyVerdict | undefined> {
  const { n, request, response } = exchange
  const body = play.isTimed && request.body !== null ? quickened(request.body) : request.body
  play.ids.expect((response.json as { id?: unknown } | undefined)?.id)
  const answer = await askRaw(play.admin, written({ ...request, body }, play), request.method)
  if (response.json !== undefined) learn(response.json, parsed(answer.body), play.learnt)
  noteForeign(exchange, play)
  if (response.status >= 300 || answer.status < 300) return undefined
  if (answer.status === 404 && /^\{"message":"Not found"\}$/.test(answer.body)) {
    return { n, what: 'not concerned', why: `endpoint ${request.path}` }
  }
  return { n, what: 'unmatched', why: `${answer.status} from the Admin API: ${answer.body.slice(0, 200)}` }
}

const quickened = (body: string): string =>
  body.replace(
    /("interval": *)([\d.]+)/g,
    (_whole, name: string, value: string) => name + Number(value) * pace,
  )

function noteForeign({ request, response }: ProxyExchange, { foreign, runs }: Play): void {
  const id = /^\/plugins\/([^/]+)$/.exec(request.path)?.[1]
  if (request.method === 'DELETE' && id !== undefined) foreign.delete(id)
  const made = response.json as { id?: unknown; name?: unknown; config?: unknown } | undefined
  if (request.method !== 'POST' || made?.config === undefined || typeof made.name !== 'string') return
  if (!runs.has(made.name)) foreign.set(String(made.id), made.name)
}

interface Request {
  readonly method: string
  readonly path: string
  readonly headers: Pairs
  readonly body?: string | null
}

/** As the recorder's client wrote it: a Host header, and a length where the method has a body. */
function written({ method, path, headers, body }: Request, { learnt, port }: Play): string {
  const has = (wanted: string) => headers.some(([name]) => name.toLowerCase() === wanted)
  const content = body === undefined || body === null ? undefined : translate(body, learnt)
  const bodied = content !== undefined || ['POST', 'PUT', 'PATCH'].includes(method)
  const own: Pairs = [
    ...(has('host') ? [] : [['Host', `127.0.0.1:${port.recorded}`] as const]),
    ...headers.filter(([name, value]) => name.toLowerCase() !== 'content-length' || !/^\d+$/.test(value)),
    ...(bodied && !has('transfer-encoding')
      ? [['Content-Length', String(Buffer.byteLength(content ?? ''))] as const]
      : []),
  ]
  const lines = own.map(([name, value]) => `${name}: ${translate(value, learnt)}\r\n`).join('')
  return `${method} ${translate(path, learnt)} HTTP/1.1\r\n${lines}\r\n${Buffer.from(content ?? '').toString('latin1')}`
}

async function sequenceProblem(sequence: Sequence, play: Play): Promise<string | undefined> {
  const counts: Record<string, number> = {}
  play.backends.foreseeSequence(sequence)
  for (let turn = 0; turn < sequence.sequence_of; turn++) {
    const { status, headers } = await askRaw(play.port.here, written(sequence.request, play), 'GET')
    const key = headers.find(([name]) => name.toLowerCase() === 'x-backend')?.[1] ?? String(status)
    counts[key] = (counts[key] ?? 0) + 1
  }
  // Where in its turn the recorded wheel stood is not known: one more or less is the same.
  const keys = [...new Set([...Object.keys(counts), ...Object.keys(sequence.counts)])]
  const alike = keys.every(key => Math.abs((counts[key] ?? 0) - (sequence.counts[key] ?? 0)) <= 1)
  return alike ? undefined : `${JSON.stringify(sequence.counts)} expected, ${JSON.stringify(counts)} found`
}

async function rawProblem(raw: RawExchange, play: Play): Promise<string | undefined> {
  const method = raw.raw_request.split(' ', 1)[0] ?? ''
  const found = readAnswers(await sendRaw(play.port.here, raw.raw_request, 500), method)
  const expected = readAnswers(raw.raw_response, method)
  if (expected.length !== found.length) return `${expected.length} answers expected, ${found.length} found`
  for (const [index, answer] of found.entries()) {
    const recorded = expected[index]
    if (recorded === undefined) continue
    const problem = proxyDifference({ ...recorded, json: parsed(recorded.body) }, answer, play)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** Waits until the targets are as they came to be then. */
async function polledProblem({ polled, health }: Polled, play: Play): Promise<string | undefined> {
  await play.backends.revive(Object.keys(health).filter(target => health[target] === 'HEALTHY'))
  let seen: Record<string, string> = {}
  for (let tries = 0; tries < 250; tries++) {
    const answer = await askRaw(
      play.admin,
      written({ method: 'GET', path: polled, headers: [] }, play),
      'GET',
    )
    const { data = [] } = parsed(answer.body) as { data?: { target: string; health: string }[] }
    seen = Object.fromEntries(data.map(({ target, health: word }) => [target, word]))
    if (Object.entries(health).every(([target, word]) => seen[target] === word)) return undefined
    await sleep(20)
  }
  return `${JSON.stringify(health)} expected, ${JSON.stringify(seen)} found`
}
