/**
 * The recordings of real Kong's proxy: which scenarios there are, what their lines mean, and when each of
 * them happened.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type Exchange, golden } from './recordings.ts'

type Pairs = readonly (readonly [string, string])[]

/** What the echo backend said that arrived. */
export interface Echo {
  readonly backend?: string
  readonly port?: number
  readonly method: string
  readonly path: string
  readonly headers: Pairs
  readonly body: string
}

export interface ProxyExchange extends Exchange {
  readonly to?: string
  readonly response: Exchange['response'] & { readonly upstream_saw?: Echo }
}

export interface Sequence {
  readonly n: number
  readonly sequence_of: number
  readonly request: { readonly method: string; readonly path: string; readonly headers: Pairs }
  readonly order: readonly string[]
  readonly counts: Readonly<Record<string, number>>
  readonly statuses: number | readonly number[]
}

export interface RawExchange {
  readonly n: number
  readonly raw_request: string
  readonly raw_response: string
}

export interface Polled {
  readonly n: number
  readonly polled: string
  readonly health: Readonly<Record<string, string>>
}

export type Line = { readonly at: number } & (
  | { readonly what: 'exchange'; readonly exchange: ProxyExchange }
  | { readonly what: 'sequence'; readonly sequence: Sequence }
  | { readonly what: 'raw'; readonly raw: RawExchange }
  | { readonly what: 'polled'; readonly polled: Polled }
  | { readonly what: 'action'; readonly action: string }
  | { readonly what: 'pause'; readonly seconds: number }
)

export interface ProxyScenario {
  /** `proxy-strict/01-basics` */
  readonly name: string
  readonly version: '2.8' | '3.9'
  readonly dialect: 'query' | 'path'
  /** The port that Kong listened at. */
  readonly proxyPort: number
  /** The backends' ports. */
  readonly backendPorts: readonly number[]
  readonly lines: readonly Line[]
}

const folders = [
  { folder: 'kong28/proxy', version: '2.8', dialect: 'query', first: 18000 },
  { folder: 'kong39/proxy-strict', version: '3.9', dialect: 'query', first: 28000 },
  { folder: 'kong39/proxy39-strict', version: '3.9', dialect: 'path', first: 28000 },
] as const

export function proxyScenarios(): ProxyScenario[] {
  return folders.flatMap(({ folder, version, dialect, first }) => {
    const files = readdirSync(path.join(golden, folder)).filter(file => file.endsWith('.jsonl'))
    return files.sort().map(file => ({
      name: `${folder}/${path.basename(file, '.jsonl')}`,
      version,
      dialect,
      proxyPort: first,
      backendPorts: [first + 101, first + 102, first + 103],
      lines: readLines(path.join(golden, folder, file)),
    }))
  })
}

type Written = Readonly<Record<string, unknown>>

function readLines(file: string): Line[] {
  const [, ...written] = readFileSync(file, 'utf8')
    .split('\n')
    .filter(text => text !== '')
    .map(text => JSON.parse(text) as Written)
  const began = beginning(written)
  let at = began
  return written.flatMap(line => {
    at = Math.max(at, timeOf(line, began) ?? at)
    return readLine(line, at) ?? []
  })
}

/** Lines are what the recorder wrote: which fields one has says what it is. */
function readLine(line: Written, at: number): Line | undefined {
  const as = <T>() => line as unknown as T
  if (line['pause'] !== undefined) return { at, what: 'pause', seconds: Number(line['pause']) }
  if (line['action'] !== undefined) return { at, what: 'action', action: String(line['action']) }
  if (line['polled'] !== undefined) return { at, what: 'polled', polled: as<Polled>() }
  if (line['raw_request'] !== undefined) return { at, what: 'raw', raw: as<RawExchange>() }
  if (line['sequence_of'] !== undefined) return { at, what: 'sequence', sequence: as<Sequence>() }
  if (line['response'] !== undefined) return { at, what: 'exchange', exchange: as<ProxyExchange>() }
  return undefined
}

/** The Date header of a recorded answer, milliseconds; it tells whole seconds. */
function dateOf(line: Written): number | undefined {
  const response = line['response'] as { headers?: Pairs } | undefined
  const text = response?.headers?.find(([name]) => name === 'Date')?.[1]
  // A backend may have said another date on purpose.
  return text === undefined || !text.includes(' 2026 ') ? undefined : Date.parse(text)
}

/**
 * When a scenario began: lines say how many seconds passed since (`t`), Date headers in which second they
 * were answered.
 */
function beginning(lines: readonly Written[]): number {
  const first = lines.flatMap(line => dateOf(line) ?? [])[0] ?? 0
  const dates = lines.flatMap(line => {
    const date = dateOf(line)
    return date === undefined || line['t'] === undefined ? [] : [date - Number(line['t']) * 1000]
  })
  if (dates.length === 0) return first
  // Each is at most a second too early.
  const latest = Math.max(...dates)
  const earliestEnd = Math.min(...dates) + 1000
  return Math.round((latest + Math.max(latest, earliestEnd)) / 2)
}

function timeOf(line: Written, began: number): number | undefined {
  if (line['t'] !== undefined) return began + Number(line['t']) * 1000
  return dateOf(line)
}
