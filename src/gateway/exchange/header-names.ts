/**
 * A table by header name, in any case. Most headers are in no table, and each header is looked up in
 * several tables. Its length and first letter exclude most names without lower-casing the text.
 */
export class HeaderNames<T> {
  readonly #known: ReadonlyMap<string, T>
  /** By length: a bit for each first letter. */
  readonly #beginnings = new Int32Array(32)

  /** @param known by the name in lower case, of 31 characters at the most */
  constructor(known: Iterable<readonly [name: string, what: T]>) {
    this.#known = new Map(known)
    for (const name of this.#known.keys())
      this.#beginnings[name.length] = (this.#beginnings[name.length] ?? 0) | bitOf(name)
  }

  get(name: string): T | undefined {
    if (((this.#beginnings[name.length] ?? 0) & bitOf(name)) === 0) return undefined
    return this.#known.get(name.toLowerCase())
  }
}

/**
 * The same bit for both cases of a letter: 1 for a and A to 26 for z and Z; other characters share some of
 * them.
 */
const bitOf = (name: string): number => 1 << (name.charCodeAt(0) & 31)
