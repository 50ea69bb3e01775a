/** The attempts of a campaign and what failed, and the table of both. */

export interface Failure {
  readonly what: string
  readonly input: string
  readonly output: string
}

export interface Report {
  /** @param wrong empty where the attempt went well */
  tried(part: string, wrong: readonly string[], failure: () => Failure): void
  /** What else is worth a number: faults, writes. */
  counted(part: string, what: string, count?: number): void
  /** A part that this machine cannot run. */
  skipped(part: string, why: string): void
  table(): string
  failures(): readonly (Failure & { readonly part: string; readonly wrong: readonly string[] })[]
}

interface Row {
  tries: number
  failed: number
  why?: string
  readonly counts: Map<string, number>
}

export function createReport(): Report {
  const parts = new Map<string, Row>()
  const failures: (Failure & { part: string; wrong: readonly string[] })[] = []
  const at = (part: string) => {
    const known: Row = parts.get(part) ?? { tries: 0, failed: 0, counts: new Map() }
    parts.set(part, known)
    return known
  }
  return {
    tried: (part, wrong, failure) => {
      const row = at(part)
      row.tries += 1
      if (wrong.length === 0) return
      row.failed += 1
      failures.push({ part, wrong, ...failure() })
    },
    counted: (part, what, count = 1) => {
      const { counts } = at(part)
      counts.set(what, (counts.get(what) ?? 0) + count)
    },
    skipped: (part, why) => {
      at(part).why = why
    },
    table: () => {
      const rows = [...parts].map(([part, { tries, failed, why, counts }]) => [
        [part, ...[...counts].map(([what, count]) => `${count} ${what}`)].join('; '),
        why === undefined ? String(tries) : `not run: ${why}`,
        why === undefined ? String(failed) : '',
      ])
      return table([['part', 'attempts', 'failures'], ...rows])
    },
    failures: () => failures,
  }
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...rest] = rows
  return [line(head), `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line)].join(
    '\n',
  )
}
