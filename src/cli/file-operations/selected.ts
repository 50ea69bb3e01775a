/** The parts of a file that `--selector` flags select; JSONPath is loaded only if there is one. */
import { existsSync } from 'node:fs'
import { StateFileError, UsageError } from '../../errors.ts'
import type { Document } from '../../file/document.ts'
import type { Content } from '../../transform/owners.ts'
import type { Run } from '../base-command.ts'
import type { Selector, Target, Unmatched } from './unmatched.ts'

/** `-s *.yaml` gives all but the first file as arguments. @throws UsageError */
export function refuseFilesAsTags(flags: Run['flags'], tags: readonly string[]): void {
  const file = tags.find(
    tag => flags['in-place'] === true && /\.(?:ya?ml|json)$/i.test(tag) && existsSync(tag),
  )
  if (file !== undefined)
    throw new UsageError(`${JSON.stringify(file)} is a file, not a tag`, {
      hint: 'give each file its own --state, or a folder',
    })
}

/** The selectors, or the fallback. */
export function selectorsOf(
  flags: Readonly<Record<string, unknown>>,
  fallback: readonly string[] = [],
): Selector[] {
  const given = flags['selector']
  const texts = Array.isArray(given) && given.length > 0 ? given.map(String) : fallback
  return texts.map(text => ({ text }))
}

/** The selectors of one entry of a patch or plugin file; of the entry itself where it has none. */
export const selectorsInFile = (
  texts: readonly string[],
  document: Document,
  entry: readonly [list: string, index: number],
): Selector[] =>
  texts.map((text, index) => ({ text, where: document.whereIs([...entry, 'selectors', index]) }))

/** All parts that any of the selectors matches, each once. @throws UsageError for an invalid JSONPath */
export async function selectParts(
  content: Content,
  selectors: readonly Selector[],
  target: Target,
  unmatched: Unmatched,
): Promise<unknown[]> {
  if (selectors.length === 0) return []
  const { createSelection } = await import('../../transform/select.ts')
  const parts = createSelection(selectors.map(({ text }) => text))(content)
  for (const [index, selector] of selectors.entries()) unmatched.note(selector, parts[index] ?? [], target)
  return [...new Set(parts.flat())]
}

/**
 * The selected records; without selectors, those that may have tags.
 *
 * @throws StateFileError for tags that are no texts, each at its place
 */
export async function selectTagOwners(
  content: Content,
  flags: Readonly<Record<string, unknown>>,
  document: Document,
  unmatched: Unmatched,
): Promise<Content[]> {
  const { isContent, tagOwners } = await import('../../transform/owners.ts')
  const { tagProblems } = await import('../../transform/tags.ts')
  const selectors = selectorsOf(flags)
  const target = { is: isContent, name: 'a mapping' }
  const owners =
    selectors.length === 0
      ? tagOwners(content)
      : (await selectParts(content, selectors, target, unmatched)).filter(isContent)
  const problems = tagProblems(owners, content, document)
  if (problems.length > 0) throw new StateFileError(problems)
  return owners
}
