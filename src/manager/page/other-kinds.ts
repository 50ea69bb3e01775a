/**
 * Kinds that the Manager has no presentation for: of Kong Enterprise, of custom plugins. The gateway's
 * endpoints name them (`/consumer_groups/{consumer_groups}`), its schemas have their fields.
 */
import { isRecord } from './admin-api.ts'
import { labelOf, singular } from './labels.ts'
import type { Kind, Tab } from './presentation.ts'
import type { NamedField, Schema } from './schema.ts'

export interface OtherKinds {
  readonly kinds: readonly Kind[]
  /** Tabs of other kinds' pages that list them, by the schema of these kinds. */
  readonly tabs: ReadonlyMap<string, readonly Tab[]>
}

export interface Gateway {
  /** Requests from the Admin API; throws if it refuses. */
  get(path: string): Promise<unknown>
  schema(name: string): Promise<Schema>
}

export async function otherKinds(
  endpoints: ReadonlySet<string>,
  presented: readonly Kind[],
  gateway: Gateway,
): Promise<OtherKinds> {
  const candidates = [...endpoints].flatMap(endpoint => {
    const [, path, schema] = /^\/([^/]+)\/\{([^}]+)\}$/.exec(endpoint) ?? []
    return path === undefined || schema === undefined || presented.some(one => one.schema === schema)
      ? []
      : [{ path, schema }]
  })
  const found = await Promise.all(
    candidates
      .filter(({ path }) => endpoints.has(`/${path}`))
      .map(({ path, schema }) => kindAt(path, schema, gateway).catch(() => undefined)),
  )
  const kinds = found.filter(kind => kind !== undefined).sort((a, b) => a.many.localeCompare(b.many))
  return { kinds, tabs: await tabsIn(endpoints, presented, kinds, gateway) }
}

/** People manage what has a name or tags; the rest is the gateway's own (tokens, sessions). */
const isManaged = (fields: readonly NamedField[]): boolean =>
  fields.some(({ name }) => name === 'id') && fields.some(({ name }) => name === 'name' || name === 'tags')

async function kindAt(path: string, schema: string, gateway: Gateway): Promise<Kind | undefined> {
  const { fields } = await gateway.schema(schema)
  if (!isManaged(fields)) return undefined
  // A path that is listed may be switched off (filter chains without WebAssembly).
  const list = await gateway.get(`/${path}?size=1`)
  return isRecord(list) && Array.isArray(list['data']) ? genericKind(path, schema, fields) : undefined
}

const isSecret = ({ name, field }: NamedField): boolean =>
  field.encrypted === true || /secret|password|token|private/.test(name)

const mostColumns = 5

/** A presentation made of the schema alone. */
export function genericKind(path: string, schema: string, fields: readonly NamedField[]): Kind {
  const many = labelOf(schema)
  const own = fields.filter(({ name, field }) => name !== 'id' && field.auto !== true)
  const open = own.filter(one => !isSecret(one))
  const key = own.find(({ name }) => name === 'name') ?? open.find(({ field }) => field.unique === true)
  const plain = open.filter(
    one => one !== key && ['string', 'integer', 'number', 'boolean', 'foreign'].includes(one.field.type),
  )
  const names = (some: readonly NamedField[]) => some.map(({ name }) => name)
  const tags = open.filter(({ name }) => name === 'tags')
  return {
    schema,
    path,
    one: singular(many),
    many,
    key: key?.name ?? 'id',
    columns: [key?.name ?? 'id', ...names(plain).slice(0, mostColumns - 1), ...names(tags)],
    first: [
      ...new Set([
        ...(key ? [key.name] : []),
        ...names(own.filter(one => !tags.includes(one))),
        ...names(tags),
      ]),
    ],
    secret: names(own.filter(isSecret)),
    about: 'The page knows them by the schema of the gateway.',
  }
}

/**
 * `/services/{services}/mirrors/{mirrors}` is a list on the page of a service; how presented kinds list each
 * other, their presentation says.
 */
async function tabsIn(
  endpoints: ReadonlySet<string>,
  presented: readonly Kind[],
  others: readonly Kind[],
  gateway: Gateway,
): Promise<Map<string, Tab[]>> {
  const tabs = new Map<string, Tab[]>()
  for (const endpoint of endpoints) {
    const match = /^\/[^/]+\/\{([^}]+)\}\/([^/]+)\/\{([^}]+)\}$/.exec(endpoint)
    const [, owner = '', path = '', schema] = match ?? []
    const kind = [...presented, ...others].find(one => one.schema === schema)
    const isOther = (name: string | undefined) => others.some(one => one.schema === name)
    if (kind === undefined || !(isOther(owner) || isOther(schema))) continue
    const { fields } = await gateway.schema(kind.schema)
    const field = fields.find(one => one.field.reference === owner)?.name
    const list = { schema: kind.schema, path, ...(field !== undefined && { field }) }
    tabs.set(owner, [...(tabs.get(owner) ?? []), { slug: path, title: kind.many, lists: [list] }])
  }
  return tabs
}
