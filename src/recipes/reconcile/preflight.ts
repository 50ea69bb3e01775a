/**
 * The last check before the first write: changes that are known to fail are not begun. Values are checked
 * with the gateway's own schemas, which the run has read anyway. Only values that those refuse, and plugins
 * with unknown rules, are sent to the gateway, whose answer decides.
 */
import { inParallel } from '../../admin-client/in-parallel.ts'
import { completeEntity } from '../../entities/language/defaults.ts'
import type { Definition } from '../../entities/language/define.ts'
import { isPlainlyValid } from '../../entities/language/plainly-valid.ts'
import { validateEntity } from '../../entities/language/validate.ts'
import type { Diagnostic } from '../../errors.ts'
import type { Change } from '../../plan/diff.ts'
import { isOpen } from '../server-checks.ts'
import type { Comparison } from './comparison.ts'
import type { Recheck } from './moved-since.ts'
import { outsideProblems } from './outside-selection.ts'

/** Codes of warnings that forecast a refusal. */
const forecasts = ['refused-by-schema', 'no-such-kind']

export interface Preflight {
  readonly problems: readonly Diagnostic[]
  /** What the rechecks have found. */
  readonly moved: readonly Diagnostic[]
}

/** @param last requests that are sent after the others, in the same round trip where possible */
export async function preflight(
  changes: readonly Change[],
  comparison: Comparison,
  last: readonly Recheck[],
): Promise<Preflight> {
  const possible = changes.filter(({ kind }) => !comparison.doubtful.has(kind))
  const questions = await questionsAbout(possible, comparison)
  const [outside, answers] = await Promise.all([
    outsideProblems(possible, comparison),
    inParallel([...questions, ...last], comparison.client.pace, ask => ask()),
  ])
  const refused = answers.slice(0, questions.length).flat()
  return { problems: [...refused, ...outside], moved: answers.slice(questions.length).flat() }
}

/**
 * The problems of the files after a preflight, which has turned each forecast into an error or disproved
 * it.
 */
export const resolveForecasts = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.flatMap(diagnostic => {
    if (!forecasts.includes(diagnostic.code)) return [diagnostic]
    // No request is needed for a collection that does not exist.
    return diagnostic.code === 'no-such-kind' ? [{ ...diagnostic, severity: 'error' as const }] : []
  })

/** Requests for what only the gateway can decide. */
async function questionsAbout(
  changes: readonly Change[],
  comparison: Comparison,
): Promise<(() => Promise<Diagnostic[]>)[]> {
  const { client, schemas, target, file } = comparison
  const isUnknown = await unknownPlugins(changes, comparison)
  const doubtful = changes.filter(change => isUnknown(change) || isRefusedBySchema(change, comparison))
  if (doubtful.length === 0) return []
  const { gatewayVerdict, judging } = await import('../gateway-verdict.ts')
  const judge = judging(client, file, target, schemas)
  return doubtful.map(({ kind, id }) => async () => {
    const entity = target.get(kind, id)
    return entity === undefined ? [] : gatewayVerdict(entity, judge)
  })
}

function isRefusedBySchema(
  { op, kind, id, after }: Change,
  { schemas, target, refused }: Comparison,
): boolean {
  const definition = schemas.of(kind)
  if (op === 'delete' || after === undefined || !hasSchema(definition)) return false
  if (isOpen(definition)) {
    const entity = target.get(kind, id)
    return entity !== undefined && refused.has(entity)
  }
  return (
    !isPlainlyValid(kind, after, schemas) &&
    validateEntity(kind, completeEntity(kind, after, schemas), schemas, { defaulted: after }) !== undefined
  )
}

/** Links are no entities and have no schema. */
const hasSchema = ({ link, address }: Definition): boolean => link === undefined && address === undefined

/** Plugins that Kong does not bundle may have rules that their schema does not print. */
async function unknownPlugins(
  changes: readonly Change[],
  { schemas }: Comparison,
): Promise<(change: Change) => boolean> {
  const isInQuestion = ({ op, kind }: Change): boolean => op !== 'delete' && isOpen(schemas.of(kind))
  if (!changes.some(isInQuestion)) return () => false
  const { pluginSchema } = await import('../../entities/plugin-registry.ts')
  const isBundled = new Map<string, boolean>()
  return change => {
    const name = change.after?.[schemas.of(change.kind).subschema?.key ?? '']
    if (!isInQuestion(change) || typeof name !== 'string') return false
    const known = isBundled.get(name) ?? pluginSchema(name, schemas.version) !== undefined
    isBundled.set(name, known)
    return !known
  }
}
