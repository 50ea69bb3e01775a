/**
 * A review as SARIF 2.1.0, for code scanning: problems at their places, and the changes, deletes as warnings.
 */
import type { Place } from '../../errors.ts'
import { driftText } from './drift-page.ts'
import type { Problem, Review, ReviewedChange } from './review.ts'

const schema = 'https://json.schemastore.org/sarif-2.1.0.json'

interface Result {
  readonly rule: string
  readonly level: 'error' | 'warning' | 'note'
  readonly text: string
  readonly where?: Place | undefined
  /** The entity of the result, if it has no place in a file. */
  readonly entity?: string
}

export function renderSarif(review: Review): string {
  const results = [
    ...review.failures.map((text): Result => ({ rule: 'run-failed', level: 'error', text })),
    ...review.problems.map(problemResult),
    ...review.changes.map(changeResult),
  ]
  const rules = [...new Set(results.map(({ rule }) => rule))].sort()
  const log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'deck', rules: rules.map(id => ({ id })) } },
        automationDetails: { id: `deck/${review.command.replaceAll(' ', '-')}/` },
        columnKind: 'utf16CodeUnits',
        results: results.map(result => resultOf(result, rules)),
      },
    ],
  }
  return `${JSON.stringify(log, undefined, 2)}\n`
}

function problemResult({ severity, code, message, where, hint }: Problem): Result {
  const text = hint === undefined ? message : `${message}\nhint: ${hint}`
  return { rule: code, level: severity, text, ...(where && { where }) }
}

const driftLevels = { conflict: 'error', hand: 'warning', unknown: 'warning', file: 'note' } as const

function changeResult({
  op,
  kind,
  name,
  status,
  where,
  drift,
  changed_fields: fields,
}: ReviewedChange): Result {
  const level = status === 'failed' ? 'error' : op === 'delete' ? 'warning' : 'note'
  const paths = fields.length > 0 ? ` (${fields.map(({ path }) => path).join(', ')})` : ''
  if (drift !== undefined) {
    const text = `${kind} ${name}${paths}: ${driftText(op, drift)}`
    return { rule: `drift-${drift.by}`, level: driftLevels[drift.by], text, where, entity: `${kind} ${name}` }
  }
  const text = `${op} ${kind} ${name}${paths}: ${status}`
  return { rule: `entity-${op}`, level, text, where, entity: `${kind} ${name}` }
}

function resultOf({ rule, level, text, where, entity }: Result, rules: readonly string[]): object {
  const physicalLocation = where && {
    artifactLocation: { uri: uriOf(where.file) },
    region: {
      startLine: where.line,
      startColumn: where.column,
      ...(where.length !== undefined && where.length > 0 && { endColumn: where.column + where.length }),
    },
  }
  const logicalLocations = entity === undefined ? undefined : [{ fullyQualifiedName: entity }]
  const location = {
    ...(physicalLocation && { physicalLocation }),
    ...(logicalLocations && { logicalLocations }),
  }
  return {
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level,
    message: { text },
    ...(Object.keys(location).length > 0 && { locations: [location] }),
  }
}

/** A path as a URI reference; of standard input, its name. */
const uriOf = (file: string): string =>
  encodeURI(file.replaceAll('\\', '/')).replaceAll('#', '%23').replaceAll('?', '%3F')
