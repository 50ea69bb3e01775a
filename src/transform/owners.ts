/**
 * The records of a state file that may have tags: the operations change these without a selector. Kinds
 * with a `tags` field come from the registry. The other arrays are those of Kong Enterprise and DB-less
 * files (the lists of go-apiops 0.4, which decK 1.65 uses).
 */
import { everyKind } from '../entities/enterprise.ts'
import { isRecord } from '../entities/language/values.ts'
import { placesIn } from '../file/layout.ts'

export type Content = Record<string, unknown>

/** An array of records. */
interface List {
  /** The arrays that its records may have. */
  readonly inside: readonly string[]
  readonly isTagged: boolean
}

/** No kind of ours, and the arrays inside of their records. */
const others: Readonly<Record<string, readonly string[]>> = {
  consumer_group_consumers: [],
  consumer_group_plugins: [],
  document_objects: [],
  mtls_auth_credentials: [],
  rbac_role_endpoints: [],
  rbac_role_entities: [],
  rbac_roles: ['rbac_role_endpoints', 'rbac_role_entities'],
}

/** Additional arrays inside records of our kinds. */
const alsoInside: Readonly<Record<string, readonly string[]>> = {
  ca_certificates: ['mtls_auth_credentials'],
  certificates: ['upstreams'],
  consumer_groups: ['consumer_group_plugins'],
  consumers: ['mtls_auth_credentials'],
  services: ['document_objects'],
}

/** Arrays with items of several kinds, and items that only name an entity, have no records of the kind. */
const recordKinds = everyKind.filter(({ wrapped, link }) => wrapped !== true && link === undefined)

const lists: ReadonlyMap<string, List> = new Map([
  ...recordKinds.map((definition): [string, List] => {
    const places = placesIn(definition).filter(place => recordKinds.includes(place.definition))
    const inside = [...places.map(({ key }) => key), ...(alsoInside[definition.fileKey] ?? [])]
    return [definition.fileKey, { inside, isTagged: definition.fields['tags'] !== undefined }]
  }),
  ...Object.entries(others).map(([name, inside]): [string, List] => [name, { inside, isTagged: true }]),
])

const names = [...lists.keys()].sort()

/** The records of one array, e.g. `routes`, at all its places. */
export function recordsOf(content: Content, array: string): Content[] {
  return walk(content, names).flatMap(([name, record]) => (name === array ? [record] : []))
}

/** Every record that may have `tags`, each once. */
export const tagOwners = (content: Content): Content[] => [
  ...new Set(
    walk(content, names).flatMap(([name, record]) => (lists.get(name)?.isTagged === true ? [record] : [])),
  ),
]

function walk(holder: Content, arrays: readonly string[]): [string, Content][] {
  return arrays.flatMap(array => {
    const list = holder[array]
    if (!Array.isArray(list)) return []
    const inside = lists.get(array)?.inside ?? []
    return list
      .filter(isContent)
      .flatMap(record => [[array, record] as [string, Content], ...walk(record, inside)])
  })
}

export const isContent = (value: unknown): value is Content => isRecord(value)
