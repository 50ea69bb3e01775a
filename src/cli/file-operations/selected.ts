/** What `--selector` flags select of a file; JSONPath is loaded only where there is one. */
import { StateFileError } from '../../errors.ts'
import type { Document } from '../../file/document.ts'
import type { Content } from '../../transform/owners.ts'

/** The selectors, or the fallback. */
export function selectorsOf(
  flags: Readonly<Record<string, unknown>>,
  fallback: readonly string[] = [],
): readonly string[] {
  const given = flags['selector']
  return Array.isArray(given) && given.length > 0 ? given.map(String) : fallback
}

/** @throws UsageError for a selector that is no JSONPath */
export async function selectParts(content: Content, selectors: readonly string[]): Promise<unknown[]> {
  const { createSelection } = await import('../../transform/select.ts')
  return createSelection(selectors)(content)
}

/**
 * The records that are selected; without selectors, those that may carry tags.
 *
 * @throws StateFileError for tags that are no texts, each at its place
 */
export async function selectTagOwners(
  content: Content,
  flags: Readonly<Record<string, unknown>>,
  document: Document,
): Promise<Content[]> {
  const { isContent, tagOwners } = await import('../../transform/owners.ts')
  const { tagProblems } = await import('../../transform/tags.ts')
  const selectors = selectorsOf(flags)
  const owners =
    selectors.length === 0 ? tagOwners(content) : (await selectParts(content, selectors)).filter(isContent)
  const problems = tagProblems(owners, content, document)
  if (problems.length > 0) throw new StateFileError(problems)
  return owners
}
