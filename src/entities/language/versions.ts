/** Kong versions as data: which fields, words and rules of a definition hold at one version. */
import type { Definition, EntityCheck, Field, Fields, Shorthand, Version } from './define.ts'

/** @returns undefined for what does not begin with two numbers (decK: `unknown Kong version`) */
export function parseVersion(text: string): Version | undefined {
  const match = /^(\d+)\.(\d+)/.exec(text)
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]), text }
}

/** `3.4.0.0-enterprise-edition`, `3.9.1.2`: four numbers, or said in words. */
export const isEnterprise = ({ text }: Version): boolean => /enterprise|^\d+\.\d+\.\d+\.\d+/.test(text)

function isBefore(version: Version, limit: string): boolean {
  const [major = 0, minor = 0] = limit.split('.').map(Number)
  return version.major < major || (version.major === major && version.minor < minor)
}

/** Whether what is marked `since`/`until` (half-open) holds at a version. */
export function holdsAt(
  version: Version,
  marked: { readonly since?: string; readonly until?: string },
): boolean {
  if (marked.since !== undefined && isBefore(version, marked.since)) return false
  return marked.until === undefined || isBefore(version, marked.until)
}

/** A field at a version, with `since`, `until` and `was` resolved at all depths. */
function fieldAt(field: Field, version: Version): Field {
  const { was, since: _since, until: _until, ...now } = field
  const words: Record<string, unknown> = { ...now }
  if (was !== undefined && isBefore(version, was.until)) {
    const { until: _limit, ...replaced } = was
    for (const [word, value] of Object.entries(replaced)) {
      if (value === undefined) delete words[word]
      else words[word] = value
    }
  }
  // `was` replaces words by words of the same meaning, so it is still a field
  const { shorthand_fields, ...resolved } = words as unknown as Field
  return {
    ...resolved,
    ...(resolved.elements && { elements: fieldAt(resolved.elements, version) }),
    ...(resolved.keys && { keys: fieldAt(resolved.keys, version) }),
    ...(resolved.values && { values: fieldAt(resolved.values, version) }),
    ...(resolved.fields && { fields: fieldsAt(resolved.fields, version) }),
    ...(resolved.entity_checks && { entity_checks: checksAt(resolved.entity_checks, version) }),
    ...shorthandsAt(shorthand_fields ?? {}, version),
  }
}

/** A record whose short forms all belong to other versions has none: Kong prints no empty list of them. */
function shorthandsAt(all: Fields, version: Version): { shorthand_fields?: Fields } {
  const shorthands = fieldsAt(all, version)
  return Object.keys(shorthands).length === 0 ? {} : { shorthand_fields: shorthands }
}

export function fieldsAt<F extends Readonly<Record<string, Field | Shorthand>>>(
  fields: F,
  version: Version,
): Fields {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, field]) => holdsAt(version, field))
      .map(([name, field]) => [name, fieldAt(field, version)]),
  )
}

/** The checks that hold at a version. */
export function checksAt(checks: readonly EntityCheck[], version: Version): readonly EntityCheck[] {
  return checks
    .filter(check => holdsAt(version, check))
    .map(({ since: _since, until: _until, ...check }) => check)
}

/** A definition at a version, computed once. */
export function definitionAt(definition: Definition, version: Version): Definition {
  const key = `${version.major}.${version.minor}`
  const known = worked.get(definition) ?? new Map<string, Definition>()
  worked.set(definition, known)
  const made = known.get(key) ?? resolved(definition, version)
  known.set(key, made)
  return made
}

const worked = new WeakMap<Definition, Map<string, Definition>>()

/** Computes the fields at their first use: few runs need all kinds. */
function resolved(definition: Definition, version: Version): Definition {
  let fields: Fields | undefined
  return {
    ...definition,
    get fields() {
      fields ??= fieldsAt(definition.fields, version)
      return fields
    },
    ...(definition.entity_checks && { entity_checks: checksAt(definition.entity_checks, version) }),
    ...(definition.shorthand_fields && { shorthand_fields: fieldsAt(definition.shorthand_fields, version) }),
    ...(definition.uniqueTogether && {
      uniqueTogether: definition.uniqueTogether.filter(one => holdsAt(version, one)),
    }),
  }
}
