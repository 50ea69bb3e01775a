/**
 * The last check before the first write: whatever is known to fail is not begun. Values are checked with the gateway's own schemas, which
 * the run has read anyway; the gateway is asked only about what those refuse (its word counts) and about plugins of which we know no rules.
 */
import { inParallel } from '../../admin-client/in-parallel.ts'
import { completeEntity } from '../../entities/language/defaults.ts'
import type { Definition } from '../../entities/language/define.ts'
import { validateEntity } from '../../entities/language/validate.ts'
import type { Diagnostic } from '../../errors.ts'
import type { Change } from '../../plan/diff.ts'
import type { Wanted } from './build-target.ts'
import { outsideProblems } from './outside-selection.ts'

/** Codes of warnings that foretell a refusal: here the refusal is found out, or is certain. */
const foretold = ['refused-by-schema', 'no-such-kind']

/** @returns the diagnostics of the files as they are then: foretold refusals are errors or gone, and new ones are added */
export async function preflight(changes: readonly Change[], wanted: Wanted): Promise<Diagnostic[]> {
  const possible = changes.filter(({ kind }) => !wanted.doubtful.has(kind))
  const [refused, outside] = await Promise.all([
    refusals(possible, wanted),
    outsideProblems(possible, wanted),
  ])
  const certain = wanted.diagnostics.flatMap(one => {
    if (!foretold.includes(one.code)) return [one]
    return one.code === 'no-such-kind' ? [{ ...one, severity: 'error' as const }] : []
  })
  return [...certain, ...refused, ...outside]
}

async function refusals(changes: readonly Change[], wanted: Wanted): Promise<Diagnostic[]> {
  const { client, schemas, target, file } = wanted
  const isUnknown = await unknownPlugins(changes, wanted)
  const doubtful = changes.filter(change => isUnknown(change) || isRefusedBySchema(change, wanted))
  if (doubtful.length === 0) return []
  const { gatewayVerdict, judging } = await import('../gateway-verdict.ts')
  const judge = judging(client, file, target, schemas)
  const answers = await inParallel(doubtful, client.pace, async ({ kind, id }) => {
    const entity = target.get(kind, id)
    return entity === undefined ? [] : gatewayVerdict(entity, judge)
  })
  return answers.flat()
}

function isRefusedBySchema({ op, kind, after }: Change, { schemas }: Wanted): boolean {
  if (op === 'delete' || after === undefined || !hasSchema(schemas.of(kind))) return false
  return (
    validateEntity(kind, completeEntity(kind, after, schemas), schemas, { defaulted: after }) !== undefined
  )
}

/** What is no entity of its own has no schema to be checked with. */
const hasSchema = ({ link, address }: Definition): boolean => link === undefined && address === undefined

/** Plugins that Kong does not bundle may have rules that their schema does not print. */
async function unknownPlugins(
  changes: readonly Change[],
  { schemas }: Wanted,
): Promise<(change: Change) => boolean> {
  const isOpen = ({ op, kind }: Change): boolean => {
    const { subschema } = schemas.of(kind)
    return op !== 'delete' && subschema !== undefined && subschema.types === undefined
  }
  if (!changes.some(isOpen)) return () => false
  const { pluginSchema } = await import('../../entities/plugin-registry.ts')
  return change => {
    const name = change.after?.[schemas.of(change.kind).subschema?.key ?? '']
    return isOpen(change) && typeof name === 'string' && pluginSchema(name, schemas.version) === undefined
  }
}
