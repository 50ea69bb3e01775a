/**
 * The language of entity definitions: Kong's own field words (as printed by Kong's `GET /schemas/<kind>`),
 * and a few of ours for rules that Kong has in code. Definitions are literals; entity types are inferred.
 */
import type { RouterFlavor } from '../expressions/router-flavors.ts'
import type { Format } from '../text/formats.ts'
import type { Presentation } from './presentation.ts'
import type { Transformation } from './transformations.ts'

// biome-ignore format: one glance
export type FieldType =
  | 'string' | 'integer' | 'number' | 'boolean' | 'foreign' | 'set' | 'array' | 'map' | 'record' | 'json'

/** A Lua pattern and what Kong says when it decides against a value. */
export interface Pattern {
  readonly pattern: string
  readonly err?: string
}

export interface EntityCheck {
  readonly at_least_one_of?: readonly string[]
  readonly only_one_of?: readonly string[]
  readonly distinct?: readonly string[]
  readonly mutually_required?: readonly string[]
  readonly mutually_exclusive?: readonly string[]
  readonly mutually_exclusive_sets?: { readonly set1: readonly string[]; readonly set2: readonly string[] }
  readonly conditional?: {
    readonly if_field: string
    readonly if_match: Rules
    readonly then_field: string
    readonly then_match: Rules
    readonly then_err?: string
  }
  /** At least one of some fields, depending on a set's content (what a route matches on, by protocol). */
  readonly conditional_at_least_one_of?: {
    readonly if_field: string
    readonly if_match: Rules
    readonly then_at_least_one_of: readonly string[]
    readonly then_err?: string
  }
  readonly at_least_one_when?: readonly {
    readonly field: string
    readonly contains: string
    readonly of: readonly string[]
    readonly err: string
  }[]
  /** A rule that Kong prints only as its fields; the code is `fn`, or the definition's `check`. */
  readonly custom_entity_check?: {
    readonly field_sources: readonly string[]
    readonly run_with_missing_fields?: boolean
    readonly run_with_invalid_fields?: boolean
    /** @returns Kong's sentence, where the entity breaks the rule */
    readonly fn?: (entity: Values) => string | undefined
  }
  /** Kong versions in which it holds; half-open: since <= version < until. */
  readonly since?: string
  readonly until?: string
  /** The rule exists although `/schemas` does not print it (2.8 prints no checks of entities). */
  readonly hidden?: boolean
}

/** The words that restrict a value: usable in fields, and in the `if_match`/`then_match` of a conditional. */
export interface Rules {
  readonly type?: FieldType
  readonly required?: boolean
  readonly eq?: unknown
  /** Replaces the rule's own sentence. */
  readonly err?: string
  readonly ne?: unknown
  readonly gt?: number
  readonly between?: readonly [number, number]
  readonly one_of?: readonly (string | number | boolean)[]
  readonly not_one_of?: readonly (string | number | boolean)[]
  readonly len_eq?: number
  readonly len_min?: number
  readonly len_max?: number
  readonly match?: string
  readonly not_match?: string
  readonly match_all?: readonly Pattern[]
  readonly match_none?: readonly Pattern[]
  readonly match_any?: { readonly patterns: readonly string[]; readonly err?: string }
  readonly starts_with?: string
  readonly contains?: string
  readonly is_regex?: boolean
  readonly uuid?: boolean
  readonly timestamp?: boolean
  readonly mutually_exclusive_subsets?: readonly (readonly string[])[]
  readonly elements?: Field
}

/** One field, in Kong's words; `format`, `nest`, `since`, `until` and `was` are ours. */
export interface Field extends Rules {
  readonly type: FieldType
  readonly default?: unknown
  readonly auto?: boolean
  readonly unique?: boolean
  /** Kong Enterprise's word, printed by all: unique in all workspaces. */
  readonly unique_across_ws?: boolean
  readonly immutable?: boolean
  readonly keys?: Field
  readonly values?: Field
  readonly fields?: Fields
  readonly entity_checks?: readonly EntityCheck[]
  readonly shorthand_fields?: Readonly<Record<string, Shorthand>>
  readonly abstract?: boolean
  readonly transient?: boolean
  readonly reference?: string
  readonly on_delete?: 'cascade' | 'null'
  readonly encrypted?: boolean
  readonly referenceable?: boolean
  readonly deprecation?: unknown
  readonly json_schema?: unknown
  readonly description?: string

  readonly format?: Format
  /** A check without a word for it; runs last, on values of the right type. @returns Kong's sentence */
  check?(value: unknown, version: Version): string | undefined
  /** Only Kong Enterprise has it: what the registry of Kong OSS does not know. */
  readonly enterprise?: boolean
  /** A list of references (`{ name }` or `{ id }`, with further keys) to entities of this set. */
  readonly links?: string
  /** How state files nest the entity: `only` inside its owner, or `may` also be at the top. */
  readonly nest?: 'only' | 'may'
  /** A list of ids of this set: the named entities cannot be deleted. */
  readonly holds?: string
  /** A foreign field: state files refer by `{ name }`, not by the plain name. */
  readonly mapping?: boolean
  /** A value that must never be shown, although Kong's schema does not mark it `encrypted`. */
  readonly secret?: boolean
  readonly since?: string
  readonly until?: string
  /** The field beside it that versions from `until` on have in its place. */
  readonly renamed_to?: string
  /** Kong's table refuses null where its schema does not, and calls that a primary key violation. */
  readonly never_null?: boolean
  /** Kong sets it at every write, so that it takes any value. */
  readonly overwritten?: boolean
  /** Kong takes it although its schema does not print it. */
  readonly hidden?: boolean
  /** How the field was in versions before `until`: these words replace (undefined: remove) the ones above. */
  readonly was?: { readonly until: string } & { readonly [W in keyof Field]?: Field[W] | undefined }
}

/** Another way to write one or several fields; Kong expands it before it fills defaults. */
export interface Shorthand extends Field {
  /** `url`: protocol, host, port and path in one. */
  readonly expand?: 'url'
  /** The field of an old name that Kong's schema does not print as a `deprecation`. */
  readonly gives?: (value: unknown) => Values
  /** Fields that a value of this field sets: the first entry with the value, or one without values. */
  readonly implies?: readonly { readonly values?: readonly unknown[]; readonly sets: Values }[]
}

export type Fields = Readonly<Record<string, Field>>

/** The definition of a kind: one literal per kind, in `kinds/`. */
export interface Definition {
  /** Our word for it, as decK prints it: `service`, `key-auth`. */
  readonly kind: string
  /** Kong's schema name, for `reference` and `/schemas/<name>`: `keyauth_credentials`. */
  readonly schema: string
  /** The collection's path on the Admin API: `/services`, `/key-auths`. */
  readonly adminPath: string
  /** Below its owner, where that differs: `/consumers/{consumer}/key-auth`. */
  readonly nestedPath?: string
  /** False: the kind has no collection of its own, only the one below its owner (targets). */
  readonly collection?: boolean
  /** False: PUT only replaces existing entities (targets, in every recorded version). */
  readonly putCreates?: false
  /** The array in state files: `services`, `keyauth_credentials`. */
  readonly fileKey: string
  /** Order in JSON dumps and in the Manager's side bar. Default: at the end, by name. */
  readonly place?: number
  /** Its keys in decK's order for JSON dumps, separated by spaces; other keys follow by name. */
  readonly jsonKeys?: string
  /** decK's word for it in `--online-entities-list`, where it has one. */
  readonly onlineName?: string
  /** Paths whose defaults `deck file render` fills in (go-database-reconciler 1.41). */
  readonly rendered?: (entity: Values) => string
  /** How the Manager shows it. Absent: as the gateway's schema has it. */
  readonly present?: Presentation
  /** The field usable in URLs instead of the id. */
  readonly endpointKey?: string
  /**
   * A status 403 means that the gateway has none of this kind (decK 1.65), as for all kinds of Kong
   * Enterprise.
   */
  readonly optional?: boolean
  /** Only in Kong Enterprise, or in a Kong that enables it; not requested unless a file uses it. */
  readonly enterprise?: boolean
  /** A link without an id: in files a reference in the member, or the member in the owner's `ownerKey`. */
  readonly link?: { readonly owner: string; readonly member: string; readonly ownerKey: string }
  /** The foreign field below which it lives on the Admin API, where it is not nested there in files. */
  readonly home?: string
  /** In files: `{ type, id, fields }` in an array of several kinds, the type being the kind. */
  readonly wrapped?: true
  /** The end of its path on the Admin API, where that is not its id. */
  readonly address?: (entity: Values) => string
  /** Kong versions that know the kind; half-open. */
  readonly since?: string
  readonly until?: string
  /**
   * Natural keys, first match wins: fields that identify an entity without an id.
   * A foreign field counts as its id, a missing value as null; a key with only null values never matches.
   */
  readonly keys: readonly (readonly string[])[]
  /** Sets of fields that are unique together; single fields say `unique`. */
  readonly uniqueTogether?: readonly {
    readonly fields: readonly string[]
    readonly since?: string
    readonly until?: string
  }[]
  /** Kong's `cache_key`: declarative files derive ids from these values. Default: the endpoint key. */
  readonly cacheKey?: readonly string[]
  readonly fields: Fields
  readonly entity_checks?: readonly EntityCheck[]
  readonly shorthand_fields?: Readonly<Record<string, Shorthand>>
  /**
   * Kong's subschemas: a value of one field, or its first element, changes the other fields. Without
   * `types`, the types are defined elsewhere: plugins by name.
   */
  readonly subschema?: {
    readonly key: string
    readonly types?: Readonly<Record<string, Subschema>>
    /** The error for a type that is unknown here; no other check runs. */
    readonly unknown?: (value: unknown) => string
  }
  /** Fields that a state file must give although Kong makes them (decK's rule). */
  readonly demandedInFiles?: readonly string[]
  /** Fields that a dump always has, also at their defaults, because decK requires them. */
  readonly alwaysDumped?: readonly string[]
  /** Entities may have a `ttl` in seconds, which Kong prints with the entity but not in its schema. */
  readonly ttl?: boolean
  /** A check without a word for it, in Kong's sentences; runs after all others, with defaults. */
  readonly check?: (entity: Values, version: Version) => Violations | undefined
  /** Valid values that act otherwise than they seem to, by field. */
  readonly surprises?: (entity: Values, version: Version) => Readonly<Record<string, Surprise>>
  /** Checked only when written, such as an expiry date: stored entities and files keep it. */
  readonly checkWrite?: (entity: Values) => Violations | undefined
  /** A check against other entities; runs first, on the new and the existing entity. */
  readonly fits?: (given: Values, others: Neighbours, before?: Values) => Violations | undefined
  /** Values derived at a write (Kong's word): a password's hash, a certificate's digest. */
  readonly transformations?: readonly Transformation[]
  /** Fields and words that another router flavor replaces (`flavors.ts`). */
  readonly flavors?: Readonly<Partial<Record<RouterFlavor, Partial<Definition>>>>
  /** Entities that a gateway has from the beginning. */
  readonly atFirst?: readonly Values[]
  /** The order of its lists on the Admin API; by id where absent. */
  readonly listOrder?: 'newest-first'
  /** Requests meet it on their way: a gateway without any entity of this kind serves none. */
  readonly carriesTraffic?: boolean
  /** The title in reports (`creating service NAME`). Default: the endpoint key, else the id. */
  readonly title?: (entity: Values, nameOf: NameOf) => string
}

export interface Surprise {
  /** The effect of the value. */
  readonly message: string
  /** A better value. */
  readonly hint: string
}

/** Other entities, by their set. */
export interface Neighbours {
  get(schema: string, id: string): Values | undefined
  /** The entities whose field refers to an id. */
  referring(schema: string, field: string, id: string): readonly Values[]
}

/** Narrowed fields, and checks on top of the definition's own. */
export interface Subschema {
  readonly fields: Readonly<Record<string, Partial<Field>>>
  readonly entity_checks?: readonly EntityCheck[]
}

/** Gives the name of the entity that a foreign field refers to (its endpoint key, else its id). */
export type NameOf = (schema: string, id: string) => string

/** Kong's `fields` of an error: nested like the entity, with sentences; `@entity` for the whole. */
export type Violations = { [field: string]: string | readonly (string | Violations | null)[] | Violations }

/** Values of an entity, by field. */
type Values = Readonly<Record<string, unknown>>

/** A Kong version, compared by its first two numbers alone (patches change no schema). */
export interface Version {
  readonly major: number
  readonly minor: number
  /** In the gateway's form, e.g. "3.9.1" or "3.4.0.0-enterprise-edition". */
  readonly text: string
}

/** An entity as the Admin API prints it: every field present, absent values null. */
export type Entity = { readonly id: string } & Values

/** Keeps the literal's types; does nothing else. */
export function defineEntity<const D extends Definition>(definition: D): D {
  return definition
}
