/**
 * The last check before the first write: changes that are known to fail are not begun. Values are checked
 * with the gateway's own schemas, which the run has read anyway. Only values that those refuse, and plugins
 * with unknown rules, are sent to the gateway, whose answer decides.
 */
import { inParallel } from '../../admin-client/in-parallel.ts'
import { completeEntity } from '../../entities/language/defaults.ts'
import type { Definition } from '../../entities/language/define.ts'
import { validateEntity } from '../../entities/language/validate.ts'
import type { Diagnostic } from '../../errors.ts'
import type { Change } from '../../plan/diff.ts'
import type { Comparison } from './comparison.ts'
import { outsideProblems } from './outside-selection.ts'

/** Codes of warnings that forecast a refusal. */
const forecasts = ['refused-by-schema', 'no-such-kind']

export async function preflight(changes: readonly Change[], comparison: Comparison): Promise<Diagnostic[]> {
  const possible = changes.filter(({ kind }) => !comparison.doubtful.has(kind))
  const problems = await Promise.all([refusals(possible, comparison), outsideProblems(possible, comparison)])
  return problems.flat()
}

/** The problems of the files after a preflight, which has turned each forecast into an error or disproved it. */
export const resolveForecasts = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.flatMap(diagnostic => {
    if (!forecasts.includes(diagnostic.code)) return [diagnostic]
    // No request is needed for a collection that does not exist.
    return diagnostic.code === 'no-such-kind' ? [{ ...diagnostic, severity: 'error' as const }] : []
  })

async function refusals(changes: readonly Change[], comparison: Comparison): Promise<Diagnostic[]> {
  const { client, schemas, target, file } = comparison
  const isUnknown = await unknownPlugins(changes, comparison)
  const doubtful = changes.filter(change => isUnknown(change) || isRefusedBySchema(change, comparison))
  if (doubtful.length === 0) return []
  const { gatewayVerdict, judging } = await import('../gateway-verdict.ts')
  const judge = judging(client, file, target, schemas)
  const answers = await inParallel(doubtful, client.pace, async ({ kind, id }) => {
    const entity = target.get(kind, id)
    return entity === undefined ? [] : gatewayVerdict(entity, judge)
  })
  return answers.flat()
}

function isRefusedBySchema({ op, kind, after }: Change, { schemas }: Comparison): boolean {
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
  { schemas }: Comparison,
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
