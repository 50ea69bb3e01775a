/** `name:value`, as the transformers are configured. */
export interface NameValue {
  readonly name: string
  /** Undefined if nothing follows the colon. */
  readonly value: string | undefined
}

/** Where there are several colons, all of the first run part name and value: `a::b` is `a` and `b`. */
export const namesAndValues = (list: readonly string[] | null | undefined): NameValue[] =>
  (list ?? []).flatMap(text => {
    const [, name, value] = /^([^:]+):*(.*)$/s.exec(text) ?? []
    return name === undefined ? [] : [{ name, value: value === '' ? undefined : value }]
  })
