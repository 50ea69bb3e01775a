/**
 * Forms and query strings: `name=value` pairs become nested values. `a.b=1` and `a[]=1` nest in all
 * versions, `a[b]=1` since 3.0. Values stay texts; `coerce.ts` converts them.
 */

/** A name's value: a text; several texts; true where there was no `=`. Multipart parts come as texts too. */
export type FormValue = string | true | readonly (string | true)[]

/** Decodes `%xx` and `+`; invalid escapes stay unchanged. */
export function unescapeForm(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced.replace(/(%[0-9A-Fa-f]{2})+/g, run =>
      Buffer.from(run.replaceAll('%', ''), 'hex').toString(),
    )
  }
}

/** Pairs by name, in the order in which names first appear. */
export function parsePairs(text: string): Map<string, FormValue> {
  const pairs = new Map<string, FormValue>()
  for (const part of text.split('&')) {
    const at = part.indexOf('=')
    const name = unescapeForm(at === -1 ? part : part.slice(0, at))
    if (name !== '') addPair(pairs, name, at === -1 ? true : unescapeForm(part.slice(at + 1)))
  }
  return pairs
}

export function addPair(pairs: Map<string, FormValue>, name: string, value: string | true): void {
  const before = pairs.get(name)
  if (before === undefined) pairs.set(name, value)
  else pairs.set(name, typeof before === 'object' ? [...before, value] : [before, value])
}

type Tree = Map<string | number, unknown>

/** An index to append at, where the brackets are empty. */
const append = Symbol('append')
type Step = string | number | typeof append

export function nestPairs(
  pairs: ReadonlyMap<string, FormValue>,
  namesInBrackets: boolean,
): Record<string, unknown> {
  const tree: Tree = new Map()
  for (const [name, value] of pairs) put(tree, stepsOf(name, namesInBrackets), value)
  return plainObject(tree)
}

/** No field is so deep; a longer name is one step, whatever is in it. */
const longestPath = 500

function stepsOf(name: string, namesInBrackets: boolean): Step[] {
  if (name.length > longestPath) return [name]
  // Kong takes a name that begins or ends with a dot for a field called "name".
  if (name.startsWith('.') || name.endsWith('.')) return ['name']
  const unescaped = name.replace(/%5B(.*?)%5D/gi, '[$1]')
  const parts = namesInBrackets
    ? (unescaped.match(/(?:[^.[]|\[[^\]]*\]|\[)+/g) ?? [])
    : unescaped.split('.').filter(part => part !== '')
  return parts.flatMap((part, index) => {
    const steps = bracketSteps(part, namesInBrackets)
    // `a[].b` is `a.b` to Kong.
    return index < parts.length - 1 && steps.at(-1) === append ? steps.slice(0, -1) : steps
  })
}

/** `a[1][]` → a, 1, append. */
function bracketSteps(part: string, namesInBrackets: boolean): Step[] {
  const bracket = namesInBrackets ? /^(.+?)((?:\[[^\]]*\])+)$/ : /^(.+?)((?:\[\d*\])+)$/
  const match = bracket.exec(part)
  if (match === null) return [part]
  const keys = [...(match[2] ?? '').matchAll(/\[([^\]]*)\]/g)].map(([, key = '']): Step => {
    if (key === '') return append
    return /^\d+$/.test(key) ? Number(key) : key
  })
  return [match[1] ?? part, ...keys]
}

function put(tree: Tree, steps: readonly Step[], value: FormValue): void {
  let node = tree
  steps.forEach((step, index) => {
    if (index === steps.length - 1) {
      if (step === append)
        for (const item of typeof value === 'object' ? value : [value]) node.set(free(node), item)
      else node.set(step, typeof value === 'object' ? listTree(value) : value)
      return
    }
    const key = step === append ? 1 : step
    const next = node.get(key)
    const inner: Tree = next instanceof Map ? next : next === undefined ? new Map() : listTree([next])
    node.set(key, inner)
    node = inner
  })
}

const listTree = (items: readonly unknown[]): Tree => new Map(items.map((item, index) => [index + 1, item]))

function free(node: Tree): number {
  let index = 1
  while (node.has(index)) index++
  return index
}

/** Keys 1 to n make a list; all else is a record. */
function plain(value: unknown): unknown {
  if (!(value instanceof Map)) return value
  const tree: Tree = value
  const indexes = Array.from({ length: tree.size }, (_, index) => index + 1)
  if (tree.size > 0 && indexes.every(index => tree.has(index)))
    return indexes.map(index => plain(tree.get(index)))
  return plainObject(tree)
}

const plainObject = (tree: Tree): Record<string, unknown> =>
  Object.fromEntries([...tree].map(([key, value]) => [String(key), plain(value)]))
