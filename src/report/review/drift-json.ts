/** A drift as a document for programs: docs/drift.schema.json. */
import { authors } from './drift-page.ts'
import type { DriftFacts, Review, ReviewedChange } from './review.ts'

export function renderDriftJson(review: Review, { base, failOn }: DriftFacts): string {
  const { changes, problems, notes, failures } = review
  const counts = authors.map(by => [by, changes.filter(({ drift }) => drift?.by === by).length])
  const errors = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  const document = {
    recorded: base.from !== 'nothing',
    base,
    fail_on: failOn,
    drift: changes.map(entryOf),
    summary: { ...Object.fromEntries(counts), total: changes.length },
    warnings: notes,
    errors: [...errors, ...failures],
    diagnostics: problems,
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

const states = { create: 'missing', update: 'different', delete: 'additional' } as const

/** `gateway` and `files`: the whole entity, where it is there. */
const entryOf = ({
  op,
  kind,
  name,
  old,
  new: wanted,
  changed_fields: fields,
  drift,
}: ReviewedChange): object => ({
  kind,
  name,
  by: drift?.by ?? 'unknown',
  gateway_is: states[op],
  fails: drift?.fails ?? false,
  changed_fields: fields.map(({ path, old: live, new: file }, index) => ({
    path,
    ...(drift?.recorded && { recorded: drift.recorded[index] ?? null }),
    gateway: live,
    files: file,
  })),
  gateway: old ?? null,
  files: wanted ?? null,
})
