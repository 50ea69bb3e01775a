/** Whether a file's `_format_version` suits a gateway: Kong 3.0 changed what paths of routes mean. */
import type { Definition, Version } from '../entities/language/define.ts'
import type { Diagnostic } from '../errors.ts'
import type { Path } from '../state/state.ts'
import type { StateFile } from './merge.ts'
import { describe, type FileEntity } from './nesting.ts'
import { problem } from './problem.ts'

/** The version of a file that says none. */
const oldest = '1.1'

/**
 * Kong 2.x and decK take a path with any other character for a regular expression (source: decK's rule
 * `route-regex-path-format`).
 */
const looksLikeRegex = (path: string): boolean => /[^a-zA-Z0-9._~/%-]/.test(path)

/**
 * Gateways below 3.0 take files of every version. Above, only "3.0" is taken (both as decK): paths that look
 * like regular expressions mean something else there, and each of these paths is reported.
 */
export function formatVersionProblems(file: StateFile, version: Version): Diagnostic[] {
  if (version.major < 3) return []
  const said = file.formatVersion
  const written = said?.value ?? oldest
  if (written === '3.0') return regexPathWarnings(file)
  const regexes = regexPaths(file, path => !path.startsWith('~'))
  const missing = said === undefined ? ' (no _format_version is given, which stands for "1.1")' : ''
  const message = `cannot apply '${written}' config format version to Kong version 3.0 or above${missing}`
  const hint =
    regexes.length === 0
      ? 'no path here looks like a regular expression, so the file means the same in 3.x: write _format_version: "3.0"'
      : 'deck file convert --from kong-gateway-2.x --to kong-gateway-3.x writes the paths below anew'
  const where = said?.document.whereIs(said.path)
  return [
    problem('format-version', message, where, { hint }),
    ...regexes.map(({ entity, at }) => refusePath(entity, at)),
  ]
}

/**
 * decK's `gateway validate` accepts every valid version, also one that no gateway of this version would
 * accept.
 */
export function unreadableVersion({ formatVersion: said }: StateFile): Diagnostic[] {
  if (said === undefined || /^\d+(\.\d+)*$/.test(said.value)) return []
  const message = `_format_version: ${JSON.stringify(said.value)} is no version`
  return [
    problem('format-version', message, said.document.whereIs(said.path), { hint: '_format_version: "3.0"' }),
  ]
}

/** Paths that Kong 2.x took for regular expressions and 3.x does not. */
export const regexPathWarnings = (file: StateFile): Diagnostic[] =>
  regexPaths(file, path => !path.startsWith('~/')).map(warnOfPath)

interface RegexPath {
  readonly entity: FileEntity
  readonly at: Path
}

/** Paths of the fields that the registry's `router-path` marks. */
function regexPaths(file: StateFile, isOpen: (path: string) => boolean): RegexPath[] {
  const known = new Map<Definition, readonly string[]>()
  return file.entities.flatMap(entity => {
    const { definition } = entity
    const fields = known.get(definition) ?? pathFields(definition)
    known.set(definition, fields)
    return fields.flatMap(name => {
      const list = entity.values[name]
      if (!Array.isArray(list)) return []
      return list.flatMap((path: unknown, index) =>
        typeof path === 'string' && looksLikeRegex(path) && isOpen(path)
          ? [{ entity, at: [...entity.path, name, index] }]
          : [],
      )
    })
  })
}

const pathFields = ({ fields }: Definition): string[] =>
  Object.keys(fields).filter(name => fields[name]?.elements?.format === 'router-path')

function warnOfPath({ entity, at }: RegexPath): Diagnostic {
  return problem(
    'route-regex-path-format',
    `this path looks like a regular expression, but Kong 3 takes only what begins with "~/" for one (${describe(entity)})`,
    entity.document.whereIs(at),
    { severity: 'warning', hint: 'put "~" before it, if a regular expression is meant' },
  )
}

function refusePath(entity: FileEntity, at: Path): Diagnostic {
  return problem(
    'format-version',
    `this path is a regular expression to Kong 2, and a plain text to Kong 3 (${describe(entity)})`,
    entity.document.whereIs(at),
    { hint: 'put "~" before it' },
  )
}
