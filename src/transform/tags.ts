/**
 * `deck file add-tags | remove-tags | list-tags`: tags of the selected records. `tags: null` counts as
 * none.
 */
import { isRecord } from '../entities/language/values.ts'
import type { Diagnostic } from '../errors.ts'
import type { Document } from '../file/document.ts'
import { problem } from '../file/problem.ts'
import type { Content } from './owners.ts'

type Path = Parameters<Document['whereIs']>[0]

const tagsOf = (owner: Content): string[] | undefined =>
  Array.isArray(owner['tags']) ? owner['tags'].map(String) : undefined

/**
 * Values in `tags` that are no texts: written back they would change.
 *
 * @param owners records of `content`
 * @param document the original of `content`
 */
export function tagProblems(owners: readonly Content[], content: Content, document: Document): Diagnostic[] {
  const wrong = new Set(owners.filter(({ tags }) => !isTags(tags)))
  return wrong.size === 0
    ? []
    : pathsOf(content, wrong).flatMap(([path, { tags }]) => problemsOf(tags, [...path, 'tags'], document))
}

const isTags = (tags: unknown): boolean =>
  tags === undefined || tags === null || (Array.isArray(tags) && tags.every(tag => typeof tag === 'string'))

function problemsOf(tags: unknown, path: Path, document: Document): Diagnostic[] {
  if (!Array.isArray(tags))
    return [problem('wrong-type', 'tags: expected a list of texts', document.whereIs(path))]
  return tags.flatMap((tag: unknown, index) => {
    if (typeof tag === 'string') return []
    const isWord = typeof tag === 'number' || typeof tag === 'boolean'
    const hint = isWord ? { hint: `put it in quotes: "${tag}"` } : {}
    const message = `tags: a tag is a text, this is ${nameOf(tag)}`
    return [problem('wrong-type', message, document.whereIs([...path, index]), hint)]
  })
}

const nameOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : isRecord(value)
        ? 'a mapping'
        : `a ${typeof value}`

/** The place of each record, in the order of the file. */
function pathsOf(content: Content, records: ReadonlySet<Content>): (readonly [Path, Content])[] {
  const found: (readonly [Path, Content])[] = []
  const visit = (value: unknown, path: Path): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...path, index])
    else if (isRecord(value)) {
      if (records.has(value)) found.push([path, value])
      for (const [name, item] of Object.entries(value)) visit(item, [...path, name])
    }
  }
  visit(content, [])
  return found
}

/** In their order, after existing ones; none twice. */
export function addTags(owners: readonly Content[], tags: readonly string[]): void {
  for (const owner of owners) owner['tags'] = [...new Set([...(tagsOf(owner) ?? []), ...tags])]
}

/** @param keepEmpty keeps `tags: []` after the last tag is removed */
export function removeTags(
  owners: readonly Content[],
  isRemoved: (tag: string) => boolean,
  keepEmpty: boolean,
): void {
  for (const owner of owners) {
    const left = tagsOf(owner)?.filter(tag => !isRemoved(tag))
    if (left === undefined) continue
    if (left.length > 0 || keepEmpty) owner['tags'] = left
    else delete owner['tags']
  }
}

/** Each once, sorted. */
export const listTags = (owners: readonly Content[]): string[] =>
  [...new Set(owners.flatMap(owner => tagsOf(owner) ?? []))].sort()
