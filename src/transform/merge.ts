/**
 * `deck file merge`: several files as one, without looking at what they say (decK 1.65): arrays at the top
 * are joined, of other keys the last one stays.
 */
import { DeckError } from '../errors.ts'
import type { Content } from './owners.ts'

interface Part {
  readonly name: string
  readonly content: Content
}

/**
 * @throws DeckError naming the first file whose `_format_version` or `_transform` does not go with those
 *   before it
 */
export function mergeContents(parts: readonly Part[]): Content {
  let merged: Content = {}
  let version: readonly [number, number] = [0, 0]
  let transform: unknown
  for (const [index, { name, content }] of parts.entries()) {
    const incompatible = (why: string) =>
      new DeckError(`failed to merge ${name}: files are incompatible; ${why}`)
    const { _transform = true } = content
    if (index === 0) transform = _transform
    else if (_transform !== transform) {
      throw incompatible("files with '_transform: true' (default) and '_transform: false' are not compatible")
    }
    const own = versionOf(content, incompatible)
    if (version[0] !== 0 && own[0] !== 0 && own[0] !== version[0]) {
      throw incompatible(`major versions are incompatible; ${version.join('.')} and ${own.join('.')}`)
    }
    version = [version[0] || own[0], Math.max(version[1], own[1])]
    merged = joined(merged, content)
  }
  delete merged['_ignore']
  if (version[0] > 0) merged['_format_version'] = version.join('.')
  else delete merged['_format_version']
  return merged
}

function joined(before: Content, after: Content): Content {
  const both = { ...before, ...after }
  for (const [key, value] of Object.entries(after)) {
    const there = before[key]
    if (Array.isArray(there) && Array.isArray(value)) both[key] = [...there, ...value]
  }
  return both
}

/** `[0, 0]` where the file names none. */
function versionOf(content: Content, incompatible: (why: string) => DeckError): readonly [number, number] {
  const { _format_version: version } = content
  if (version === undefined || version === null) return [0, 0]
  const found = typeof version === 'string' ? /^(\d+)(?:\.(\d+))?$/.exec(version) : null
  if (found === null) throw incompatible("expected field '._format_version' to be a string in 'x.y' format")
  return [Number(found[1]), Number(found[2] ?? 0)]
}
