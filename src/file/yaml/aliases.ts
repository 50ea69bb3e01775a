/** Anchors and aliases of a tree: resolves each alias, and limits their total size. */
import type { Report } from './report.ts'
import { type AliasNode, eachChild, followed, isMerge, type MappingNode, type Node } from './tree.ts'

type Target = Exclude<Node, AliasNode>

/** Sets the target of each alias. An anchor that comes twice counts from its place on. */
export function resolveAliases(root: Node, report: Report): void {
  const anchors = new Map<string, Target>()
  const open = new Set<Node>()
  let isBroken = false

  function visit(node: Node): void {
    if (node.type === 'alias') {
      const target = anchors.get(node.name)
      const length = node.end - node.start
      if (target !== undefined && !open.has(target)) {
        node.target = target
        return
      }
      isBroken = true
      if (target === undefined)
        report.add('yaml-alias', `no anchor &${node.name} before this`, node.start, length)
      else
        report.add(
          'yaml-alias',
          `*${node.name} stands within what it repeats: &${node.name} would never end`,
          node.start,
          length,
        )
      return
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node)
    if (node.type === 'scalar') return
    open.add(node)
    eachChild(node, visit)
    open.delete(node)
  }

  visit(root)
  if (anchors.size > 0 && !isBroken) checkSize(root, report)
}

/** Values that aliases may add up to beside those that are written, and how many characters. */
const mostValues = 100_000
const mostCharacters = 100_000_000

interface Size {
  readonly values: number
  readonly characters: number
}

/** Nested aliases multiply: a few lines can expand beyond any memory. */
function checkSize(root: Node, report: Report): void {
  const sizes = new Map<Node, Size>()
  let written = 0

  function sizeOf(node: Node): Size {
    if (node.type === 'alias') return (node.target && sizes.get(node.target)) ?? { values: 1, characters: 0 }
    written += 1
    let values = 1
    let characters = node.type === 'scalar' ? node.text.length : 0
    eachChild(node, child => {
      const size = sizeOf(child)
      values += size.values
      characters += size.characters
    })
    const size = { values, characters }
    if (node.anchor !== undefined) sizes.set(node, size)
    return size
  }

  const { values, characters } = sizeOf(root)
  if (values > mostValues + 20 * written || characters > mostCharacters + 20 * root.end)
    report.add('yaml-alias', 'the aliases in this file expand to too much', root.start)
}

/** Values of `<<` must be mappings. */
export function mergedMappings(map: MappingNode, report?: Report): MappingNode[] {
  return map.pairs.filter(isMerge).flatMap(({ key, value }) => {
    const taken = followed(value)
    const found = taken?.type === 'sequence' ? taken.items.map(followed) : [taken]
    const wrong = found.find(source => source?.type !== 'mapping')
    if (wrong !== undefined)
      report?.add('yaml-merge', 'what "<<" takes in must be a mapping, or a list of them', key.start)
    return found.filter((source): source is MappingNode => source?.type === 'mapping')
  })
}
