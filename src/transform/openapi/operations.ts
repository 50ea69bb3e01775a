/** The operations of a path item, in the order of their routes. */
import { isRecord } from '../../entities/language/values.ts'
import { methods, type Values } from './document.ts'

/** The method in the document, its operation, and their object. */
export type Listed = readonly [method: string, operation: unknown, holder: Values]

/** All operations, including empty ones. */
export function operationsOf(item: Values): Listed[] {
  const { additionalOperations: more } = item
  const usual = methods.filter(method => method in item).map((method): Listed => [method, item[method], item])
  const additional = isRecord(more)
    ? Object.entries(more).map(([method, operation]): Listed => [method, operation, more])
    : []
  return [...usual, ...additional].sort(([a], [b]) => (a < b ? -1 : 1))
}
