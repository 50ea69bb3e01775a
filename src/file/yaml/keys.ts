/** The keys of a tree's mappings: texts, each of them once. */
import { mergedMappings } from './aliases.ts'
import type { Positions } from './positions.ts'
import type { Report } from './report.ts'
import type { Secrets } from './scalars.ts'
import { eachChild, isMerge, type Node, type Pair } from './tree.ts'

/**
 * A key that comes twice in a mapping: decK takes the last and drops the rest, silently. Where the first has
 * no value, nothing is dropped, and it is only worth a warning.
 */
export function checkKeys(root: Node, secrets: Secrets, positions: Positions, report: Report): void {
  function visit(node: Node): void {
    if (node.type === 'mapping') {
      checkPairs(node.pairs)
      if (node.pairs.some(isMerge)) mergedMappings(node, report)
    }
    eachChild(node, visit)
  }

  function checkPairs(pairs: readonly Pair[]): void {
    const seen = new Map<string, Pair>()
    for (const pair of pairs) {
      const { key } = pair
      if (key.type !== 'scalar') {
        report.add('yaml-syntax', 'a key must be a text', key.start)
        continue
      }
      if (isMerge(pair)) continue
      const name = String(key.value)
      const before = seen.get(name)
      if (before === undefined || isNothing(before)) seen.set(name, pair)
      if (before !== undefined) repeated(name, before, key)
    }
  }

  function repeated(name: string, before: Pair, key: Node): void {
    const shown = secrets.isIn(key) ? 'a key' : `"${name}"`
    const related = { ...positions.placeOf(before.key.start, name.length), message: 'first here' }
    const severity = isNothing(before) ? 'warning' : 'error'
    const nothing = severity === 'warning' ? ', the first time without a value' : ''
    const message = `${shown} comes twice in one mapping${nothing}`
    report.add('yaml-duplicate-key', message, key.start, name.length, { related, severity })
  }

  visit(root)
}

const isNothing = ({ value }: Pair): boolean => value.type === 'scalar' && value.value === null
