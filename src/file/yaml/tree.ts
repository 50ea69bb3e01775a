/**
 * A YAML text as a tree: what is written, and at which offsets. Both readers make it (`events.ts`,
 * `package.ts`); everything else works on it.
 */

export type Node = ScalarNode | MappingNode | SequenceNode | AliasNode

export type Style = 'plain' | 'single' | 'double' | 'literal' | 'folded'

interface Common {
  start: number
  /** Behind the last character; of a collection, behind its last value. */
  end: number
  readonly anchor?: string | undefined
}

export interface ScalarNode extends Common {
  readonly type: 'scalar'
  readonly style: Style
  /** Without quotes and escapes, lines folded. */
  readonly text: string
  /** For a block text: its indent, and the treatment of its final line breaks. */
  readonly block?: { readonly indent: number; readonly chomp: '' | '-' | '+' } | undefined
  /** The value of the text. Before `fillScalars`, it is set only for a tag or `%YAML 1.1`. */
  value?: unknown
}

export interface Pair {
  readonly key: Node
  readonly value: Node
}

export interface MappingNode extends Common {
  readonly type: 'mapping'
  readonly pairs: Pair[]
}

export interface SequenceNode extends Common {
  readonly type: 'sequence'
  readonly items: Node[]
}

export interface AliasNode extends Common {
  readonly type: 'alias'
  /** The anchor that it names. */
  readonly name: string
  /**
   * The anchored node; undefined if the anchor does not exist or contains the alias. Set by
   * `resolveAliases`.
   */
  target?: Exclude<Node, AliasNode>
}

/** A field whose name really is `<<` has its key in quotes. */
export const isMerge = ({ key }: Pair): boolean =>
  key.type === 'scalar' && key.style === 'plain' && key.text === '<<'

/** The node itself, or the target of an alias. */
export const followed = (node: Node | undefined): Exclude<Node, AliasNode> | undefined =>
  node?.type === 'alias' ? node.target : node

/** A plain scalar without text: `key:` and nothing behind it. */
export const isEmpty = (node: Node): boolean =>
  node.type === 'scalar' && node.style === 'plain' && node.text === ''

/** The last value inside a node, at any depth; the node itself if it has none. */
export function lastLeaf(node: Node): Node {
  const last =
    node.type === 'mapping'
      ? node.pairs.at(-1)?.value
      : node.type === 'sequence'
        ? node.items.at(-1)
        : undefined
  return last === undefined ? node : lastLeaf(last)
}

/** Calls `visit` for the children of a node: the items of a list, the keys and values of a mapping. */
export function eachChild(node: Node, visit: (child: Node) => void): void {
  if (node.type === 'sequence') for (const item of node.items) visit(item)
  if (node.type !== 'mapping') return
  for (const { key, value } of node.pairs) {
    visit(key)
    visit(value)
  }
}

/**
 * How deep a file may be nested: far more than any state file or OpenAPI document, and few enough for every
 * stage to recurse.
 */
export const maxDepth = 1000
