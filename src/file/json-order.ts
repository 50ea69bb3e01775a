/**
 * The order of keys in JSON dumps: decK's (source: recorded dumps, and the field order of the types that decK
 * writes them from). It is only for the eye, and for comparing two dumps as text: what a kind does not name
 * comes last, by name.
 */
import { everyKind } from '../entities/enterprise.ts'
import type { Definition } from '../entities/language/define.ts'

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const last = Number.POSITIVE_INFINITY

const lists = everyKind
  .filter(({ place }) => place !== undefined)
  .sort((a, b) => (a.place ?? last) - (b.place ?? last))
  .map(({ fileKey }) => fileKey)

/** The place of each key; a key that comes twice has its first place. */
export type KeyOrder = ReadonlyMap<string, number>

const orderOf = (names: readonly string[]): KeyOrder => {
  const places = new Map<string, number>()
  for (const [place, name] of names.entries()) if (!places.has(name)) places.set(name, place)
  return places
}

/** At the top of a file. */
export const topOrder = orderOf(['_format_version', '_info', '_workspace', ...lists])

/** Within a record of an entity: health checks, keys as PEM. */
export const recordOrder = orderOf(
  words(`active passive threshold concurrency healthy http_path https_sni https_verify_certificate type
  timeout unhealthy headers http_failures http_statuses tcp_failures timeouts interval successes public_key private_key`),
)

/** By name alone. */
export const byName = orderOf([])

const ofKinds = new Map(everyKind.map(({ kind, jsonKeys = '' }) => [kind, orderOf(words(jsonKeys))]))

export const keyOrder = ({ kind }: Definition): KeyOrder => ofKinds.get(kind) ?? byName

/** A copy with the keys in that order, then all others by name. */
export function withKeysIn<T>(order: KeyOrder, value: Readonly<Record<string, T>>): Record<string, T> {
  const rank = (name: string): number => order.get(name) ?? order.size
  const names = Object.keys(value).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0))
  return Object.fromEntries(names.map(name => [name, value[name] as T]))
}
