/**
 * Which records of a state file may carry tags, and which may carry plugins: what the operations work on where no selector is given. It knows more than
 * the registry: files for Kong Enterprise and DB-less files are worked on as well (the lists of go-apiops 0.4, which decK 1.65 uses).
 */
import { isRecord } from '../entities/language/values.ts'

export type Content = Record<string, unknown>

/** Arrays of records, and the arrays inside of those records. */
interface Nesting {
  readonly [array: string]: Nesting
}

const credentials: Nesting = {
  acls: {},
  basicauth_credentials: {},
  hmacauth_credentials: {},
  jwt_secrets: {},
  keyauth_credentials: {},
  mtls_auth_credentials: {},
  oauth2_credentials: {},
}
const routes: Nesting = { plugins: {} }
const upstreams: Nesting = { targets: {} }

const tagged: Nesting = {
  ...credentials,
  ca_certificates: { mtls_auth_credentials: {} },
  certificates: { snis: {}, upstreams },
  consumer_group_consumers: {},
  consumer_group_plugins: {},
  consumer_groups: { consumer_group_plugins: {}, plugins: {} },
  consumers: { ...credentials, plugins: {} },
  document_objects: {},
  plugins: {},
  rbac_role_endpoints: {},
  rbac_role_entities: {},
  rbac_roles: { rbac_role_endpoints: {}, rbac_role_entities: {} },
  routes,
  services: { document_objects: {}, plugins: {}, routes },
  snis: {},
  targets: {},
  upstreams,
  vaults: {},
}

/** The records of one array at the top, e.g. `routes`, wherever such an array may stand. */
export function recordsOf(content: Content, array: string): Content[] {
  return walk(content, tagged).flatMap(([name, record]) => (name === array ? [record] : []))
}

/** Every record that may have `tags`, each once. */
export const tagOwners = (content: Content): Content[] => [
  ...new Set(walk(content, tagged).map(([, record]) => record)),
]

function walk(holder: Content, nesting: Nesting): [string, Content][] {
  return Object.entries(nesting).flatMap(([array, below]) => {
    const list = holder[array]
    if (!Array.isArray(list)) return []
    return list
      .filter(isContent)
      .flatMap(record => [[array, record] as [string, Content], ...walk(record, below)])
  })
}

export const isContent = (value: unknown): value is Content => isRecord(value)
