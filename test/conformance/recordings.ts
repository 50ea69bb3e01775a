/**
 * The recordings of real Kong beside this repository (`../shared/golden`): where they are, and what a line
 * of them is.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Exchange {
  readonly n: number
  readonly note?: string
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: readonly (readonly [string, string])[]
    readonly body: string | null
    readonly to?: string
  }
  readonly response: {
    readonly status: number
    readonly headers: readonly (readonly [string, string])[]
    readonly json?: unknown
    readonly body?: string
  }
  readonly compare?: 'shape' | 'free'
}

/** How the recorded node was set up, from the first line of a scenario. */
export interface Setup {
  readonly router_flavor?: string
  /** `off` for a node without one. */
  readonly database?: string
}

export interface Scenario {
  readonly name: string
  readonly setup: Setup
  /** Recorded with Kong's eventual consistency: what needs a balancer lags behind there. */
  readonly eventual: boolean
  readonly exchanges: readonly Exchange[]
}

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/** Bundled code lies elsewhere: the program that runs it says where the repository is. */
export const golden = path.resolve(process.env['DECK_REPOSITORY'] ?? repository, '../shared/golden')

export const haveRecordings = existsSync(golden)

// Each test file that asks for them says so.
if (!haveRecordings) {
  process.stderr.write(`NOT COMPARED with real Kong and real decK: no recordings at ${golden}\n`)
}

/**
 * @param folder part of the name unless it is the default one, because several folders have scenarios of the
 * same name
 */
function readScenario(file: string, eventual: boolean, folder = ''): Scenario {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
  const parsed = lines.map(line => JSON.parse(line) as Exchange & Setup)
  const exchanges = parsed.filter(line => line.request !== undefined)
  return { name: folder + path.basename(file, '.jsonl'), setup: parsed[0] ?? {}, eventual, exchanges }
}

const scenariosIn = (folder: string, eventual: boolean, prefix = ''): Scenario[] =>
  readdirSync(folder)
    .filter(file => file.endsWith('.jsonl'))
    .sort()
    .map(file => readScenario(path.join(folder, file), eventual, prefix))

/**
 * Admin API scenarios of a version. Our gateway acts at once, so of 3.9's two settings the strict one is
 * preferred.
 */
export function adminScenarios(version: '2.8' | '3.9'): Scenario[] {
  if (version === '2.8') return scenariosIn(path.join(golden, 'kong28/admin'), false)
  const strict = scenariosIn(path.join(golden, 'kong39/admin-strict'), false)
  const names = new Set(strict.map(scenario => scenario.name))
  const stock = scenariosIn(path.join(golden, 'kong39/admin'), true)
  // 57 shows nothing but how changes lag.
  const others = stock.filter(({ name }) => !names.has(name) && name !== '57-health-eventual')
  const otherwise = ['dbless', 'expressions', 'traditional'].flatMap(setting =>
    // Without a database a change acts once it is answered.
    scenariosIn(path.join(golden, `kong39/admin-${setting}`), setting !== 'dbless', `${setting}/`),
  )
  return [...strict, ...others, ...otherwise].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The paths that real Kong has, from its own `/endpoints`. */
export function kongEndpoints(version: '2.8' | '3.9'): readonly string[] {
  const scenario = adminScenarios(version).find(({ name }) => name === '00-info')
  const listed = scenario?.exchanges.find(({ request }) => request.path === '/endpoints')?.response.json
  return (listed as { data?: string[] } | undefined)?.data ?? []
}

/** Names of what real Kong has a schema for. */
export function kongSchemas(version: '2.8' | '3.9', of: 'entities' | 'plugins'): readonly string[] {
  const folder = path.join(golden, version === '2.8' ? 'kong28' : 'kong39', 'schemas', of)
  return (haveRecordings ? readdirSync(folder) : []).map(file => path.basename(file, '.json'))
}

export function kongSchema(version: '2.8' | '3.9', of: 'entities' | 'plugins', name: string): unknown {
  const folder = path.join(golden, version === '2.8' ? 'kong28' : 'kong39', 'schemas', of)
  return JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'))
}
