/**
 * A review as workflow commands of GitHub Actions: each problem is an annotation at its line of the pull
 * request, e.g. `::error file=kong.yaml,line=4,col=5,title=unknown-field::unknown field "hots"`. Source:
 * docs.github.com, "Workflow commands for GitHub Actions"; the escapes are those of `@actions/core`.
 */
import type { Place } from '../../errors.ts'
import { driftText } from './drift-page.ts'
import { pageOf } from './page.ts'
import type { Problem, Review, ReviewedChange } from './review.ts'

interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly text: string
  readonly where?: Place | undefined
}

/** @param pathIn a file's name as a path in the repository */
export function renderGithub(review: Review, pathIn: (file: string) => string): string {
  const { command, failures, notes, problems, changes } = review
  const title = `deck ${command}`
  const annotations: readonly Annotation[] = [
    ...failures.map((text): Annotation => ({ level: 'error', title, text })),
    ...notes.map((text): Annotation => ({ level: 'warning', title, text })),
    ...problems.map(ofProblem),
    ...changes.flatMap(ofChange),
    ...(changes.length === 0
      ? []
      : [{ level: 'notice', title, text: pageOf(review).headline } satisfies Annotation]),
  ]
  return annotations.map(one => `${commandOf(one, pathIn)}\n`).join('')
}

function ofProblem({ severity, code, message, where, hint }: Problem): Annotation {
  const text = hint === undefined ? message : `${message}\nhint: ${hint}`
  return { level: severity === 'note' ? 'notice' : severity, title: code, text, where }
}

/** GitHub shows ten annotations of a level for each step: those that ask for a look. */
function ofChange({ op, kind, name, status, where, drift }: ReviewedChange): Annotation[] {
  if (drift !== undefined) {
    const level = drift.fails ? 'error' : 'warning'
    return [{ level, title: `drift-${drift.by}`, text: `${kind} ${name}: ${driftText(op, drift)}`, where }]
  }
  const isFailed = status === 'failed'
  if (!isFailed && op !== 'delete') return []
  const level = isFailed ? 'error' : 'warning'
  return [{ level, title: `entity-${op}`, text: `${op} ${kind} ${name}: ${status}`, where }]
}

function commandOf({ level, title, text, where }: Annotation, pathIn: (file: string) => string): string {
  const isFile = where !== undefined && where.file !== '-'
  const properties = {
    ...(isFile && { file: pathIn(where.file), line: where.line, col: where.column }),
    ...(isFile &&
      where.length !== undefined &&
      where.length > 0 && { endColumn: where.column + where.length }),
    title,
  }
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(String(value))}`)
  return `::${level} ${list.join(',')}::${escaped(text)}`
}

const escaped = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapedProperty = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
