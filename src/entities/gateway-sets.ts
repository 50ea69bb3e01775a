/**
 * Sets that a gateway keeps like kinds, although no state file can hold them: what plugins write while they
 * work (tokens, sessions, certificates to be), and the workspaces. decK knows none of them.
 */

import { workspaces } from './internal-sets.ts'
import { type Definition, defineEntity, type Entity } from './language/define.ts'
import { created_at, id } from './language/fields.ts'

/** What the oauth2 plugin gives out, to a credential and for one service or all. */
const oauth2Token = defineEntity({
  kind: 'oauth2-token',
  schema: 'oauth2_tokens',
  adminPath: 'oauth2_tokens',
  fileKey: 'oauth2_tokens',
  endpointKey: 'access_token',
  cacheKey: ['access_token'],
  keys: [['access_token']],
  ttl: true,
  fields: {
    id,
    created_at,
    service: { type: 'foreign', reference: 'services', default: null, on_delete: 'cascade' },
    credential: { type: 'foreign', reference: 'oauth2_credentials', required: true, on_delete: 'cascade' },
    token_type: { type: 'string', required: true, one_of: ['bearer'], default: 'bearer' },
    expires_in: { type: 'integer', required: true },
    access_token: { type: 'string', required: false, unique: true, auto: true, secret: true },
    refresh_token: { type: 'string', required: false, unique: true, secret: true },
    authenticated_userid: { type: 'string', required: false },
    scope: { type: 'string' },
  },
})

/** What the session plugin keeps where its storage is `kong`. */
const session = defineEntity({
  kind: 'session',
  schema: 'sessions',
  adminPath: 'sessions',
  fileKey: 'sessions',
  endpointKey: 'session_id',
  cacheKey: ['session_id'],
  keys: [['session_id']],
  ttl: true,
  fields: {
    id,
    session_id: { type: 'string', unique: true, required: true },
    expires: { type: 'integer' },
    data: { type: 'string' },
    created_at,
  },
})

/** What the acme plugin keeps where its storage is `kong`: any text by any name. */
const acmeStorage = defineEntity({
  kind: 'acme-storage',
  schema: 'acme_storage',
  adminPath: 'acme_storage',
  fileKey: 'acme_storage',
  cacheKey: ['key'],
  keys: [['key']],
  ttl: true,
  fields: {
    id,
    key: { type: 'string', required: true, unique: true, auto: true },
    value: { type: 'string', required: true, auto: true },
    created_at,
  },
})

/** Nothing can be put into a workspace but into `default`, which is there from the beginning. */
const workspace: Definition = {
  ...workspaces,
  endpointKey: 'name',
  keys: [['name']],
  atFirst: [{ name: 'default' }],
}

export const gatewaySets: readonly Definition[] = [
  oauth2Token,
  session,
  acmeStorage,
  { ...workspace, collection: true, until: '3.0' },
  // 3.x keeps it, for the logs to name, and took the endpoints away.
  { ...workspace, since: '3.0' },
]

/** The workspace that all other entities are in; undefined where none was made yet. */
export const defaultWorkspace = (
  sets: ReadonlyMap<string, ReadonlyMap<string, Entity>>,
): Entity | undefined =>
  [...(sets.get(workspace.schema)?.values() ?? [])].find(({ name }) => name === 'default')
