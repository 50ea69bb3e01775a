/**
 * The order of steps in reports: by kind as references require, then by title; a required entity comes before
 * its dependents.
 */
import { levels } from '../entities/language/levels.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import type { Draft } from './draft.ts'

/**
 * @returns all steps, each after those that it needs, late ones at the end; the same for the same changes in
 *   any order
 */
export function inOrder(drafts: readonly Draft[], schemas: Schemas): Draft[] {
  const rank = ranks(schemas)
  const before = (a: Draft, b: Draft): number => {
    if (a.late !== b.late) return a.late ? 1 : -1
    const [left, right] = [rank(a), rank(b)]
    if (left !== right) return left - right
    return a.change.title < b.change.title ? -1 : a.change.title > b.change.title ? 1 : 0
  }
  const placed = new Set<Draft>()
  for (const draft of [...drafts].sort(before)) place(draft, before, placed)
  return [...placed]
}

/** A step after all that it needs, without recursion: chains may be as long as the list. */
function place(first: Draft, before: (a: Draft, b: Draft) => number, placed: Set<Draft>): void {
  const stack = [first]
  for (let draft = stack.at(-1); draft !== undefined; draft = stack.at(-1)) {
    const missing = [...draft.needs].filter(need => !placed.has(need)).sort(before)
    if (missing.length === 0) {
      placed.add(draft)
      stack.pop()
    } else stack.push(...missing.reverse())
  }
}

/** Referenced entities are written first, and deleted last. */
function ranks(schemas: Schemas): (draft: Draft) => number {
  const byLevel = levels(schemas.kinds)
  const level = new Map(byLevel.flatMap((kinds, index) => kinds.map(({ kind }) => [kind, index] as const)))
  const place = new Map(schemas.kinds.map(({ kind }, index) => [kind, index]))
  return ({ change, action }) => {
    const depth = level.get(change.kind) ?? 0
    const turned = action === 'delete' ? byLevel.length - depth : depth
    return turned * schemas.kinds.length + (place.get(change.kind) ?? 0)
  }
}
