/** Reports of `deck diff` and `deck sync` on the page. */
import type { VNodeChild } from 'vue'

interface Entry {
  readonly name: string
  readonly kind: string
  readonly status: string
  readonly changed_fields: readonly {
    readonly path: string
    readonly old?: unknown
    readonly new?: unknown
  }[]
}

interface Diagnostic {
  readonly severity: string
  readonly message: string
  readonly hint?: string
  readonly where?: {
    readonly line: number
    readonly column: number
    readonly source?: string
    readonly length?: number
  }
}

export interface Report {
  readonly changes: Readonly<Record<string, readonly Entry[] | undefined>>
  readonly summary: {
    readonly creating: number
    readonly updating: number
    readonly deleting: number
    readonly total: number
  }
  readonly warnings: readonly string[]
  readonly errors: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
  /** For a recorded sync: the command that undoes it. */
  readonly undo?: string
}

const operations = [
  ['creating', 'create'],
  ['updating', 'update'],
  ['deleting', 'delete'],
] as const

/** Each at its line, where it has one. */
export function problemsOf(found: Report, goTo: (line: number) => void) {
  const listed = new Set(found.diagnostics.map(({ message }) => message))
  const others = found.errors.filter(message => !listed.has(message))
  if (found.diagnostics.length === 0 && others.length === 0 && found.warnings.length === 0) return null
  return (
    <section aria-labelledby="problems-title" class="problems">
      <h2 id="problems-title">Problems</h2>
      <ul>
        {found.diagnostics.map((one, at) => (
          <li key={at} class={one.severity}>
            {one.where && (
              <button type="button" class="link" onClick={() => goTo(one.where?.line ?? 1)}>
                Line {one.where.line}
              </button>
            )}{' '}
            {one.severity === 'warning' && <strong>Warning: </strong>}
            {one.message}
            {one.where?.source !== undefined && (
              <pre>
                {one.where.source}
                {`\n${' '.repeat(Math.max(0, one.where.column - 1))}${'^'.repeat(one.where.length ?? 1)}`}
              </pre>
            )}
            {one.hint && <small>{one.hint}</small>}
          </li>
        ))}
        {others.map(message => (
          <li key={message} class="error">
            {message}
          </li>
        ))}
        {found.warnings.map(message => (
          <li key={message} class="warning">
            <strong>Warning: </strong>
            {message}
          </li>
        ))}
      </ul>
    </section>
  )
}

/**
 * Events in the words of the command line, and the fields of an update. @param sync a button beside the
 * title
 */
export const planOf = (found: Report, title: string, sync: VNodeChild) => (
  <section aria-labelledby="plan-title" class="plan">
    <header>
      <h2 id="plan-title">{title}</h2>
      {sync}
    </header>
    <p class="summary" role="status">
      <span class="create">Created: {found.summary.creating}</span>{' '}
      <span class="update">Updated: {found.summary.updating}</span>{' '}
      <span class="delete">Deleted: {found.summary.deleting}</span>
    </p>
    {found.summary.total === 0 && found.errors.length === 0 && (
      <p>The gateway is as the file says: nothing to do.</p>
    )}
    <ul class="changes">
      {operations.flatMap(([list, operation]) =>
        (found.changes[list] ?? []).map(entry => (
          <li key={`${list} ${entry.kind} ${entry.name}`} class={operation}>
            {list} {entry.kind} {entry.name}
            {entry.status === 'failed' && <strong> (failed)</strong>}
            {operation === 'update' && entry.changed_fields.length > 0 && (
              <ul>
                {entry.changed_fields.map(one => (
                  <li key={one.path}>
                    {one.path}: <del>{valueText(one.old)}</del> → <ins>{valueText(one.new)}</ins>
                  </li>
                ))}
              </ul>
            )}
          </li>
        )),
      )}
    </ul>
  </section>
)

const valueText = (value: unknown): string => (value === undefined ? 'null' : JSON.stringify(value))
