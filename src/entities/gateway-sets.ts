/**
 * Sets that a gateway stores like kinds, although no state file contains them: entities that plugins create
 * (tokens, sessions, data of acme), and workspaces. decK knows none of them.
 */

import { workspaces } from './internal-sets.ts'
import { type Definition, defineEntity, type Entity } from './language/define.ts'
import { created_at, id } from './language/fields.ts'

/** Tokens that the oauth2 plugin issues to a credential, for one service or all. */
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

/** Sessions that the session plugin stores with `storage: kong`. */
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

/** Data that the acme plugin stores with `storage: kong`: any text under any name. */
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
  // 3.x keeps it for logs, and has no endpoints for it.
  { ...workspace, since: '3.0' },
]

/** The workspace that all other entities are in; undefined where none was made yet. */
export const defaultWorkspace = (
  sets: ReadonlyMap<string, ReadonlyMap<string, Entity>>,
): Entity | undefined =>
  [...(sets.get(workspace.schema)?.values() ?? [])].find(({ name }) => name === 'default')
