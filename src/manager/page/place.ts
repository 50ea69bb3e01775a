/** The kind, the entity and the owner of an address of the page, and their address on the Admin API. */
import type { RouteParams } from 'vue-router'
import type { Kinds } from './kinds.ts'
import type { Kind } from './presentation.ts'

export interface Place {
  readonly kind: Kind
  readonly owner?: { readonly kind: Kind; readonly id: string }
  readonly id?: string
  /** On the Admin API: `/upstreams/x/targets`. */
  readonly collection: string
  /** On the Admin API; of one entity. */
  readonly entity?: string
  /** The page of its list. */
  readonly listPage: string
}

const one = (param: string | readonly string[] | undefined): string | undefined =>
  typeof param === 'string' && param !== '' ? param : undefined

/** @returns undefined for an unknown page */
export function placeOf(params: RouteParams, kinds: Kinds): Place | undefined {
  const [path, id, nested, child] = ['path', 'id', 'nested', 'child'].map(name => one(params[name]))
  const kind = kinds.byPath(path ?? '')
  if (kind === undefined) return undefined
  if (nested === undefined || id === undefined) return topPlace(kind, id)
  const tab = kind.tabs?.find(({ lists }) => lists.some(list => list.path === nested))
  const below = kinds.bySchema(tab?.lists.find(list => list.path === nested)?.schema ?? '')
  if (tab === undefined || below === undefined) return undefined
  const collection = `/${kind.path}/${encodeURIComponent(id)}/${nested}`
  return {
    kind: below,
    owner: { kind, id },
    collection,
    listPage: `/${kind.path}/${encodeURIComponent(id)}/${tab.slug}`,
    ...(child !== undefined && { id: child, entity: `${collection}/${encodeURIComponent(child)}` }),
  }
}

function topPlace(kind: Kind, id: string | undefined): Place {
  const collection = `/${kind.path}`
  return {
    kind,
    collection,
    listPage: collection,
    ...(id !== undefined && { id, entity: `${collection}/${encodeURIComponent(id)}` }),
  }
}

/** The page of an entity in a list: its own, or below its owner. */
export const pageOf = (kind: Kind, id: string, collection: string): string =>
  kind.home === 'below' ? `${collection}/${id}` : `/${kind.path}/${id}`
