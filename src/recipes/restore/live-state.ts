/** The gateway's entities of the kinds of a recorded run, with the schemas to compare them. */
import type { AdminClient } from '../../admin-client/client.ts'
import { fetchKinds } from '../../admin-client/fetch-state.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { isEnterprise } from '../../entities/language/versions.ts'
import { allOf, type Scope } from '../../state/select.ts'
import { createState, type State } from '../../state/state.ts'
import type { GatewaySide } from '../gateway-state.ts'

/** @param kinds of the run: those of Kong Enterprise are read on other gateways too */
export async function readLive(
  gateway: GatewaySide,
  client: AdminClient,
  scope: Scope,
  kinds: ReadonlySet<string>,
  schemas: Schemas,
): Promise<State> {
  const listed = await gateway.state({ selectTags: [], scope }, client)
  const more = schemas.kinds.filter(
    ({ kind, enterprise }) => enterprise === true && kinds.has(kind) && !isEnterprise(schemas.version),
  )
  const found = await fetchKinds(client, more, schemas)
  return createState([...allOf(listed, schemas), ...found.flatMap(({ entities }) => entities ?? [])], schemas)
}
