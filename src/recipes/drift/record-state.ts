/** Records what a gateway has, with what a run knows of it: the files' variables, the selection. */
import { allOf, type Scope } from '../../state/select.ts'
import type { State } from '../../state/state.ts'
import type { Comparison } from '../reconcile/comparison.ts'
import { entityKey, writeRecord } from './record.ts'

/** The selection of a run, in the form of a record. */
export const selectionOf = (
  { workspace, selectTags }: Pick<Comparison, 'workspace' | 'selectTags'>,
  scope: Scope = {},
) => ({
  workspace,
  select_tags: [...selectTags].sort(),
  scope: Object.fromEntries(Object.entries(scope).filter(([, value]) => value === true)),
})

/** @throws DeckError where it cannot be written */
export async function recordState(
  path: string,
  state: State,
  comparison: Comparison,
  scope: Scope | undefined,
  key: string | undefined,
): Promise<void> {
  const { schemas, target } = comparison
  const origins = new Map(
    allOf(target, schemas).flatMap(entity =>
      entity.origin ? [[entityKey(entity), entity.origin] as const] : [],
    ),
  )
  await writeRecord(path, { state, schemas, origins }, selectionOf(comparison, scope), { key })
}
