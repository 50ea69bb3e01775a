/**
 * How a kind is presented. The Manager has it from the kind's definition; what it does not have, the page
 * makes of the gateway's schema.
 */
import type { NamedField } from './schema.ts'

export interface Group {
  readonly title: string
  readonly fields: readonly string[]
}

/** A list below an entity. */
export interface Below {
  readonly schema: string
  /** `/consumers/{id}/<path>` */
  readonly path: string
  /** The field that refers to the owner. */
  readonly field?: string
}

export interface Tab {
  readonly slug: string
  readonly title: string
  readonly lists: readonly Below[]
  /** Its lists are also below the configuration, as in Kong's guides. */
  readonly isBelowConfiguration?: boolean
}

export interface Kind {
  /** Kong's name of the set: what `/schemas/<schema>` and `reference` say. */
  readonly schema: string
  /** Its collection on the Admin API, and its page here. */
  readonly path: string
  readonly one: string
  readonly many: string
  /** The field that names one. */
  readonly key: string
  readonly columns: readonly string[]
  readonly first: readonly string[]
  readonly groups?: readonly Group[]
  readonly tabs?: readonly Tab[]
  /** Its pages are below its owner's. */
  readonly home?: 'below'
  /** Fields that matter only when another has one of these values, where the schema does not say so. */
  readonly when?: Readonly<Record<string, { readonly field: string; readonly in: readonly string[] }>>
  /**
   * Fields that hold ids of other entities without the schema saying so: the kind of these. By path,
   * `config.anonymous`.
   */
  readonly references?: Readonly<Record<string, string>>
  /** Fields of an entity beyond its schema. */
  readonly more?: readonly NamedField[]
  /** A list whose first entry names an entity that has only an id. */
  readonly alias?: string
  /** The field that holds its certificate. */
  readonly certificate?: string
  /** Texts that usually have several lines, by path without places in lists: `config.access`. */
  readonly long?: readonly string[]
  readonly secret?: readonly string[]
  /** Milliseconds and seconds, where the field's name does not say which. */
  readonly units?: Readonly<Record<string, 'ms' | 's'>>
  readonly help?: Readonly<Record<string, string>>
  /** Purpose of the kind: shown in an empty list. */
  readonly about: string
  /** A field whose value decides what `config` may contain: `/schemas/<config.from>/<value>`. */
  readonly config?: { readonly by: string; readonly from: string }
}
