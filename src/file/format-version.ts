/** Whether a file's `_format_version` suits a gateway: Kong 3.0 changed what paths of routes mean. */
import type { Version } from '../entities/define.ts'
import type { Diagnostic } from '../errors.ts'
import type { Path } from '../state/state.ts'
import type { StateFile } from './merge.ts'
import { describe, type FileEntity } from './nesting.ts'
import { problem } from './problem.ts'

/** The version of a file that says none. */
const oldest = '1.1'

/** Kong 2.x and decK take a path with any other character for a regular expression (source: decK's rule `route-regex-path-format`). */
const looksLikeRegex = (path: string): boolean => /[^a-zA-Z0-9._~/%-]/.test(path)

/**
 * Gateways below 3.0 take files of every version (as decK does). Above, a file of before 3.0 is applied with a warning where no path could mean
 * something else there, and refused at the paths that could; other versions are refused, as decK does.
 */
export function formatVersionProblems(file: StateFile, version: Version): Diagnostic[] {
  if (version.major < 3) return []
  const said = file.formatVersion
  const written = said?.value ?? oldest
  if (written === '3.0') return regexPaths(file, path => !path.startsWith('~/')).map(warnOfPath)
  const where = said?.document.whereIs(said.path)
  if (!/^[12]\.\d+$/.test(written)) {
    const message = `cannot apply '${written}' config format version to Kong version 3.0 or above`
    return [problem('format-version', message, where, { hint: '_format_version: "3.0"' })]
  }
  const regexes = regexPaths(file, path => !path.startsWith('~'))
  if (regexes.length > 0) return regexes.map(({ entity, at }) => refusePath(entity, at, written))
  const missing =
    said === undefined
      ? 'no _format_version is given, which stands for "1.1"'
      : `_format_version is "${written}"`
  return [
    problem(
      'format-version',
      `${missing}, but Kong is version ${version.text}: the file is taken as "3.0"`,
      where,
      {
        severity: 'warning',
        hint: 'write _format_version: "3.0"',
      },
    ),
  ]
}

interface RegexPath {
  readonly entity: FileEntity
  readonly at: Path
}

/** Paths of the fields that the registry's `router-path` marks. */
function regexPaths(file: StateFile, isOpen: (path: string) => boolean): RegexPath[] {
  return file.entities.flatMap(entity => {
    const fields = Object.entries(entity.definition.fields)
    return fields.flatMap(([name, field]) => {
      const list = entity.values[name]
      if (field.elements?.format !== 'router-path' || !Array.isArray(list)) return []
      return list.flatMap((path: unknown, index) =>
        typeof path === 'string' && looksLikeRegex(path) && isOpen(path)
          ? [{ entity, at: [...entity.path, name, index] }]
          : [],
      )
    })
  })
}

function warnOfPath({ entity, at }: RegexPath): Diagnostic {
  return problem(
    'route-regex-path-format',
    `this path looks like a regular expression, but Kong 3 takes only what begins with "~/" for one (${describe(entity)})`,
    entity.document.whereIs(at),
    { severity: 'warning', hint: 'put "~" before it, if a regular expression is meant' },
  )
}

function refusePath(entity: FileEntity, at: Path, written: string): Diagnostic {
  return problem(
    'format-version',
    `cannot apply '${written}' config format version to Kong version 3.0 or above: this path means something else there (${describe(entity)})`,
    entity.document.whereIs(at),
    { hint: 'deck file convert --from kong-gateway-2.x --to kong-gateway-3.x' },
  )
}
