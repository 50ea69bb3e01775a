/**
 * The Manager's presentation of a kind. The gateway's schemas have the fields and their types; fields that
 * are not named here are under "Advanced".
 */

export interface Presentation {
  readonly one: string
  readonly many: string
  /** The field that names one. Default: the endpoint key. */
  readonly key?: string
  /** Columns of its list, separated by blanks. */
  readonly columns: string
  /** The fields that its form begins with, separated by blanks. */
  readonly first: string
  /** Fields that belong together, by title. */
  readonly groups?: Readonly<Record<string, string>>
  /** Its pages are below its owner's, without an entry in the side bar. */
  readonly isBelow?: true
  /** The tab of its owner's page that it shares with other kinds. Default: its own tab. */
  readonly tab?: string
  /** The list is also below its owner's configuration, as in Kong's guides. */
  readonly isBelowConfiguration?: true
  /** Tabs that show no list, by their part of the address. */
  readonly moreTabs?: Readonly<Record<string, string>>
  /** Fields that matter only when another has one of these values, where the schema does not say so. */
  readonly when?: Readonly<Record<string, { readonly field: string; readonly in: readonly string[] }>>
  /**
   * Fields that hold ids of other entities without the schema saying so: the set of these. By path,
   * `config.anonymous`.
   */
  readonly references?: Readonly<Record<string, string>>
  /** A list whose first entry names an entity that has only an id. */
  readonly alias?: string
  /** The field that holds its certificate. */
  readonly certificate?: string
  /** Texts that usually have several lines, by path without places in lists: `config.access`. */
  readonly long?: readonly string[]
  /** Fields that are hidden until the user reveals them, separated by blanks. */
  readonly secret?: string
  /** Milliseconds and seconds, where the field's name does not say which. */
  readonly units?: Readonly<Record<string, 'ms' | 's'>>
  readonly help?: Readonly<Record<string, string>>
  /** Purpose of the kind: shown above an empty list. */
  readonly about: string
}
