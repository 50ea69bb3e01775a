/**
 * Workflow commands of GitHub Actions, which the runner reads from both streams of a step: a problem as an
 * annotation at its line of the pull request, and a long list as a group that can be opened. Source:
 * docs.github.com, "Workflow commands for GitHub Actions"; the escapes are those of `@actions/core`.
 *
 * @example ::error file=kong.yaml,line=4,col=5,title=unknown-field::unknown field "hots"
 */
import { isAbsolute, relative, resolve } from 'node:path'
import type { Place } from '../errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly text: string
  readonly where?: Place | undefined
}

interface Problem {
  readonly severity: 'error' | 'warning' | 'note'
  readonly code: string
  readonly message: string
  readonly where?: Place | undefined
  readonly hint?: string | undefined
}

export const isInGithubActions = (env: Environment): boolean => env['GITHUB_ACTIONS'] === 'true'

export const annotationOf = ({ severity, code, message, where, hint }: Problem): Annotation => ({
  level: severity === 'note' ? 'notice' : severity,
  title: code,
  text: hint === undefined ? message : `${message}\nhint: ${hint}`,
  where,
})

/** Each in a line of its own. */
export const annotationLines = (annotations: readonly Annotation[], env: Environment): string =>
  annotations.map(one => `${commandOf(one, env)}\n`).join('')

/** GitHub shows ten of a level for each step; all others would only repeat what is printed before them. */
export const mostOfALevel = 10

/** What GitHub will show of the problems of a run. */
export function problemLines(problems: readonly Problem[], env: Environment): string {
  const levels = ['error', 'warning', 'note'] as const
  const shown = levels.flatMap(level =>
    problems.filter(({ severity }) => severity === level).slice(0, mostOfALevel),
  )
  return annotationLines(shown.map(annotationOf), env)
}

/** @param text lines, each with its end */
export const groupOf = (title: string, text: string): string =>
  `::group::${escaped(title)}\n${text}::endgroup::\n`

function commandOf({ level, title, text, where }: Annotation, env: Environment): string {
  const isFile = where !== undefined && where.file !== '-' && where.file !== 'STDIN'
  const properties = {
    ...(isFile && { file: pathInWorkspace(where.file, env), line: where.line, col: where.column }),
    ...(isFile &&
      where.length !== undefined &&
      where.length > 0 && { endColumn: where.column + where.length }),
    title,
  }
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(String(value))}`)
  return `::${level} ${list.join(',')}::${escaped(text)}`
}

/** A step may run below the folder of the repository. */
function pathInWorkspace(file: string, { GITHUB_WORKSPACE: workspace = '.' }: Environment): string {
  const path = relative(resolve(workspace), resolve(file))
  const isOutside = path.startsWith('..') || isAbsolute(path)
  return (isOutside ? file : path).replaceAll('\\', '/')
}

const escaped = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapedProperty = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
