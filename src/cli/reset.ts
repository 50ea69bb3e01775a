/** The recipe of `reset`: a sync to the empty state. */
import type { ClientSettings } from '../admin-client/settings.ts'
import { exitCodes } from '../errors.ts'
import { diffStates, namesFrom } from '../plan/diff.ts'
import { makePlan } from '../plan/plan.ts'
import { createView } from '../report/view.ts'
import { createState } from '../state/state.ts'
import { carryOut, whileReading } from './carry-out.ts'
import { type GatewaySide, openGateway, refuseMissingWorkspace, wholeReader } from './gateway-state.ts'
import type { Terminal } from './recipe.ts'
import { withJsonOnFailure } from './tell-diagnostics.ts'

export interface ResetOptions {
  readonly client: ClientSettings
  /** Asked before anything is read or deleted; absent with `--force`. An answer of false ends the run with 0. */
  readonly confirm?: () => Promise<boolean>
  readonly selectTags?: readonly string[]
  readonly skipConsumers?: boolean
  readonly jsonOutput?: boolean
  /** False with `--no-mask-deck-env-vars-value`. */
  readonly maskEnvironment?: boolean
}

/** @returns the exit code; @throws DeckError */
export async function reset(options: ResetOptions, io: Terminal): Promise<number> {
  if ((await options.confirm?.()) === false) return exitCodes.done
  const gateway = await openGateway(options.client)
  try {
    return await withJsonOnFailure(options.jsonOutput === true, io, () => run(options, gateway, io))
  } finally {
    gateway.client.close()
  }
}

async function run(options: ResetOptions, gateway: GatewaySide, io: Terminal): Promise<number> {
  const { selectTags = [], skipConsumers = false, maskEnvironment, client: settings } = options
  await gateway.information
  await refuseMissingWorkspace(gateway, settings.workspace)
  const json = options.jsonOutput === true
  const [current, { schemas }] = await whileReading(gateway.client, json, io, () =>
    Promise.all([gateway.state({ selectTags, skipConsumers }), gateway.source()]),
  )
  const plan = makePlan(diffStates(current, createState([], schemas), schemas), schemas)
  const view = createView({
    schemas,
    nameOf: namesFrom([current], schemas),
    ...(maskEnvironment !== undefined && { maskEnvironment }),
  })
  const told = { view, json, silent: false, updates: 'fields' as const, diagnostics: [], notes: [] }
  const everything = await wholeReader(gateway)
  return carryOut(plan, { client: gateway.client, schemas, signal: settings.signal, everything }, told, io)
}
