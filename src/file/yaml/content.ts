/**
 * A tree → plain values. The value of an alias is a copy, as in decK: a change at one place changes no
 * other.
 */
import { mergedMappings } from './aliases.ts'
import { isMerge, type MappingNode, type Node } from './tree.ts'

export type Content = Record<string, unknown>

export function nodeValue(node: Node): unknown {
  switch (node.type) {
    case 'scalar':
      return node.value
    case 'alias':
      return node.target === undefined ? null : nodeValue(node.target)
    case 'sequence':
      return node.items.map(nodeValue)
    case 'mapping':
      return contentOf(node)
  }
}

/** A mapping's own keys win over those merged with `<<`, and of those the first wins. */
export function contentOf(node: MappingNode): Content {
  const content: Content = {}
  let merges = false
  for (const pair of node.pairs) {
    if (isMerge(pair)) merges = true
    else if (pair.key.type === 'scalar') set(content, String(pair.key.value), nodeValue(pair.value))
  }
  if (!merges) return content
  for (const source of mergedMappings(node)) {
    for (const [name, value] of Object.entries(contentOf(source)))
      if (!Object.hasOwn(content, name)) set(content, name, value)
  }
  return content
}

/** `__proto__` is a key like any other. */
function set(content: Content, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(content, name, { value, writable: true, enumerable: true, configurable: true })
  else content[name] = value
}
