/** All Admin API scenarios of a version, each against a gateway of its own: what matched, by scenario. */
import { routerFlavors } from '../../src/entities/expressions/router-flavors.ts'
import { type Gateway, type GatewayOptions, startGateway } from '../../src/gateway/gateway.ts'
import { realSurroundings } from '../../src/gateway/store/surroundings.ts'
import type { Known } from './concerns.ts'
import { playScenario, type Verdict } from './exchanges.ts'
import { adminScenarios, kongEndpoints, kongSchemas, type Setup } from './recordings.ts'

export interface Played {
  readonly scenario: string
  readonly verdicts: readonly Verdict[]
}

export type KongVersion = '2.8' | '3.9'

async function knownTo(admin: string, schemas: readonly string[]): Promise<Known> {
  const get = async (path: string) => (await fetch(admin + path)).json() as Promise<Record<string, string[]>>
  const { data = [] } = await get('/endpoints')
  const { enabled_plugins: plugins = [] } = await get('/plugins/enabled')
  const has = await Promise.all(
    schemas.map(async name => [name, (await fetch(`${admin}/schemas/${name}`)).ok] as const),
  )
  return { endpoints: data, plugins, schemas: has.filter(([, found]) => found).map(([name]) => name) }
}

export async function playAdmin(version: KongVersion, { start, wait }: RecordedStart): Promise<Played[]> {
  const schemas = kongSchemas(version, 'entities')
  const kong: Known = { endpoints: kongEndpoints(version), plugins: kongSchemas(version, 'plugins'), schemas }
  const played: Played[] = []
  for (const scenario of adminScenarios(version)) {
    const gateway = await start(version, scenario.setup)
    try {
      const ours = await knownTo(gateway.admin, schemas)
      played.push({
        scenario: scenario.name,
        verdicts: await playScenario(scenario, gateway.admin, ours, kong, wait),
      })
    } finally {
      await gateway.close()
    }
  }
  return played
}

export interface Tally {
  readonly matched: number
  readonly better: number
  readonly unmatched: number
  readonly notConcerned: number
}

export function tally(played: readonly Played[]): Tally {
  const count = (what: Verdict['what']) =>
    played.flatMap(({ verdicts }) => verdicts).filter(verdict => verdict.what === what).length
  return {
    matched: count('matched'),
    better: count('better'),
    unmatched: count('unmatched'),
    notConcerned: count('not concerned'),
  }
}

/** How a gateway is started for a recording: with a clock that goes on when the recorder waited. */
export interface RecordedStart {
  readonly start: (version: KongVersion, setup: Setup) => Promise<Gateway>
  readonly wait: (seconds: number) => void
}

/** Names that were known where the recordings were made. */
const knownNames = new Map(
  ['backend.local:80', 'backend.local:8000', 'Backend.LOCAL:81'].map(name => [
    name,
    { host: '127.0.0.1', port: Number(name.split(':')[1]) },
  ]),
)

function settingsOf(setup: Setup): Pick<GatewayOptions, 'routerFlavor' | 'database'> {
  const routerFlavor = routerFlavors.find(flavor => setup.router_flavor === flavor)
  return { ...(routerFlavor && { routerFlavor }), ...(setup.database === 'off' && { database: 'off' }) }
}

export function startRecorded(): RecordedStart {
  let waited = 0
  const around = { ...realSurroundings, now: () => Date.now() + waited }
  return {
    wait: seconds => {
      waited += seconds * 1000
    },
    start: (version, setup) => {
      const { major, minor } = { '2.8': { major: 2, minor: 8 }, '3.9': { major: 3, minor: 9 } }[version]
      return startGateway(
        {
          adminListen: { port: 0 },
          // Kong lets the pages of all origins in.
          adminAllow: { origins: ['*'], hosts: [] },
          proxyListen: { port: 0 },
          version: { major, minor, text: version },
          ...settingsOf(setup),
          resolve: knownNames,
        },
        around,
      )
    },
  }
}
