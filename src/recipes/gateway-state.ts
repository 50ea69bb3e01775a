/** The gateway's side of a run, requested early and in parallel: its version, its schemas, its entities. */
import { type AdminClient, createClient } from '../admin-client/client.ts'
import { fetchState } from '../admin-client/fetch-state.ts'
import { fetchSchemas, type SchemaSource } from '../admin-client/schemas.ts'
import type { ClientSettings } from '../admin-client/settings.ts'
import { type GatewayInformation, readVersion } from '../admin-client/version.ts'
import { workspaceExists } from '../admin-client/workspaces.ts'
import { everyKind } from '../entities/enterprise.ts'
import type { Definition, Version } from '../entities/language/define.ts'
import { createSchemas } from '../entities/language/schemas.ts'
import { isEnterprise } from '../entities/language/versions.ts'
import { DeckError } from '../errors.ts'
import { exclusionOf, type Scope, within } from '../state/select.ts'
import type { State } from '../state/state.ts'

export interface Selection {
  readonly selectTags: readonly string[]
  readonly scope: Scope
}

export interface GatewaySide {
  readonly client: AdminClient
  readonly information: Promise<GatewayInformation>
  /**
   * Requested once, by the first caller, which chooses the kinds (all by default) and the workspace (the
   * client's by default).
   */
  source(kinds?: ReadonlySet<string>, client?: AdminClient): Promise<SchemaSource>
  /** Requested again by each call; of the client's workspace unless another client is passed. */
  state(selection: Selection, client?: AdminClient): Promise<State>
}

/** Kinds that Kong OSS does not have are not requested, unless the run is only about them. */
const isNotThere = (
  { enterprise }: Definition,
  version: Version,
  { rbacOnly, rbacImplied }: Scope,
): boolean => enterprise === true && (rbacOnly !== true || rbacImplied === true) && !isEnterprise(version)

/** Begins asking for the version; what fails is thrown where it is awaited. */
export async function openGateway(settings: ClientSettings): Promise<GatewaySide> {
  const client = await createClient(settings)
  const information = readVersion(client)
  information.catch(() => {}) // reported where it is awaited
  let source: Promise<SchemaSource> | undefined
  return {
    client,
    information,
    source: (kinds, from = client) => {
      source ??= information.then(found => fetchSchemas(from, found, kinds))
      source.catch(() => {})
      return source
    },
    state: async ({ selectTags, scope }, from = client) => {
      const { version, routerFlavor } = await information
      const schemas = createSchemas(version, () => undefined, { routerFlavor, definitions: everyKind })
      const isLeftAlone = exclusionOf(scope)
      const state = await fetchState(from, schemas, {
        selectTags,
        ...(settings.log && { tell: settings.log }),
        without: definition => isLeftAlone(definition) || isNotThere(definition, version, scope),
      })
      return within(state, schemas, isLeftAlone)
    },
  }
}

/**
 * For a gateway without a database: a function that reads all its entities; undefined for one with single
 * changes.
 */
export async function wholeReader(
  gateway: GatewaySide,
  client: AdminClient = gateway.client,
): Promise<(() => Promise<State>) | undefined> {
  if ((await gateway.information).database !== 'off') return undefined
  return () => gateway.state({ selectTags: [], scope: {} }, client)
}

/** @throws DeckError, in decK's words */
export async function refuseMissingWorkspace(
  { client }: GatewaySide,
  { workspace: name, skipWorkspaceCrud }: ClientSettings,
): Promise<void> {
  if (name === undefined || name === '' || skipWorkspaceCrud === true) return
  if (await workspaceExists(client, name)) return
  throw new DeckError(`workspace '${name}' does not exist in Kong`)
}
