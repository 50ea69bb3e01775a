/** The gateway's side of a run, asked for early and in parallel: its version, its schemas, what it has. */
import { type AdminClient, createClient } from '../admin-client/client.ts'
import { fetchState } from '../admin-client/fetch-state.ts'
import { fetchSchemas, type SchemaSource } from '../admin-client/schemas.ts'
import type { ClientSettings } from '../admin-client/settings.ts'
import { type GatewayInformation, readVersion } from '../admin-client/version.ts'
import { workspaceExists } from '../admin-client/workspaces.ts'
import { createSchemas } from '../entities/schemas.ts'
import { DeckError } from '../errors.ts'
import { isConsumerKind, withoutConsumers } from '../state/select.ts'
import type { State } from '../state/state.ts'

export interface Selection {
  readonly selectTags: readonly string[]
  readonly skipConsumers: boolean
}

export interface GatewaySide {
  readonly client: AdminClient
  readonly information: Promise<GatewayInformation>
  /** Asked for once, by whoever is first. */
  source(): Promise<SchemaSource>
  /** Asked for anew each time; of the client's workspace unless another client is given. */
  state(selection: Selection, client?: AdminClient): Promise<State>
}

/** Begins asking for the version; what fails is thrown where it is awaited. */
export async function openGateway(settings: ClientSettings): Promise<GatewaySide> {
  const client = await createClient(settings)
  const information = readVersion(client)
  information.catch(() => {}) // whoever awaits it is told
  let source: Promise<SchemaSource> | undefined
  return {
    client,
    information,
    source: () => {
      source ??= information.then(found => fetchSchemas(client, found))
      source.catch(() => {})
      return source
    },
    state: async ({ selectTags, skipConsumers }, from = client) => {
      const { version, routerFlavor } = await information
      const schemas = createSchemas(version, () => undefined, undefined, routerFlavor)
      const state = await fetchState(from, schemas, {
        selectTags,
        ...(skipConsumers && { without: isConsumerKind }),
      })
      return skipConsumers ? withoutConsumers(state, schemas) : state
    },
  }
}

/** Of a gateway without a database: how to read all that it has; undefined for one that takes single changes. */
export async function wholeReader(
  gateway: GatewaySide,
  client: AdminClient = gateway.client,
): Promise<(() => Promise<State>) | undefined> {
  if ((await gateway.information).database !== 'off') return undefined
  return () => gateway.state({ selectTags: [], skipConsumers: false }, client)
}

/** @throws DeckError, in decK's words */
export async function refuseMissingWorkspace(
  { client }: GatewaySide,
  name: string | undefined,
): Promise<void> {
  if (name === undefined || name === '' || (await workspaceExists(client, name))) return
  throw new DeckError(`workspace '${name}' does not exist in Kong`)
}
