/**
 * Conflicts with entities outside of the selected tags: those that hold a required unique key, and those
 * that refer to an entity to be deleted. Each affected kind is listed once; a run without tags has read
 * everything.
 */
import { fetchKinds } from '../../admin-client/fetch-state.ts'
import { collectionPath } from '../../admin-client/paths.ts'
import type { Definition } from '../../entities/language/define.ts'
import { foreignFields } from '../../entities/language/identity.ts'
import { isAbsent, isRecord } from '../../entities/language/values.ts'
import type { Diagnostic } from '../../errors.ts'
import type { Change } from '../../plan/diff.ts'
import { type UniqueKey, uniqueKeys } from '../../plan/unique-keys.ts'
import type { StateEntity } from '../../state/state.ts'
import type { Comparison } from './comparison.ts'

export async function outsideProblems(
  changes: readonly Change[],
  comparison: Comparison,
): Promise<Diagnostic[]> {
  const { client, schemas, selectTags, current } = comparison
  if (selectTags.length === 0) return []
  const taken = changes.map(change => ({ change, keys: newKeys(change, schemas.of(change.kind)) }))
  const takers = taken.filter(({ keys }) => keys.length > 0)
  const deletes = changes.filter(({ op }) => op === 'delete')
  const referring = schemas.kinds.filter(definition => refersTo(definition, deletes, comparison).length > 0)
  const kinds = new Set([...takers.map(({ change }) => schemas.of(change.kind)), ...referring])
  const listed = [...kinds].filter(definition => collectionPath(definition) !== undefined)
  const found = await fetchKinds(client, listed, schemas)
  const outside = found
    .flatMap(({ entities }) => entities ?? [])
    .filter(({ kind, id }) => current.get(kind, id) === undefined)
  return [...keyProblems(takers, outside, comparison), ...referenceProblems(deletes, outside, comparison)]
}

/**
 * Keys that a change takes. What is created under a name is looked up by that name already
 * (owned-elsewhere.ts).
 */
function newKeys({ op, before, after }: Change, definition: Definition): UniqueKey[] {
  if (after === undefined) return []
  const held = new Set(before === undefined ? [] : uniqueKeys(definition, before).map(({ text }) => text))
  return uniqueKeys(definition, after).filter(({ text, fields }) => {
    const isName = op === 'create' && fields.length === 1 && fields[0] === definition.endpointKey
    return !held.has(text) && !isName
  })
}

interface Taker {
  readonly change: Change
  readonly keys: readonly UniqueKey[]
}

function keyProblems(
  takers: readonly Taker[],
  outside: readonly StateEntity[],
  { schemas, selectTags }: Comparison,
): Diagnostic[] {
  const holders = new Map(
    outside.flatMap(entity =>
      uniqueKeys(schemas.of(entity.kind), entity.fields).map(({ text }) => [text, entity] as const),
    ),
  )
  return takers.flatMap(({ change, keys }) => {
    const key = keys.find(({ text }) => {
      const holder = holders.get(text)
      return holder !== undefined && holder.id !== change.id
    })
    if (key === undefined) return []
    const { kind, title, origin } = change
    const where = origin?.document.whereIs([...origin.path, key.fields[0] ?? ''])
    const what = key.fields.filter(name => !isAbsent(change.after?.[name])).join(', ')
    return [
      {
        severity: 'error' as const,
        code: 'owned-elsewhere',
        message: `${kind} ${title}: a ${kind} outside of the selection has the same ${what}`,
        ...(where && { where }),
        hint: `give the existing entity the tags ${selectTags.join(', ')} to take it over, or use another value here`,
      },
    ]
  })
}

/** The fields of a kind that refer to something of these deletes and keep it from being deleted. */
const refersTo = (definition: Definition, deletes: readonly Change[], { schemas }: Comparison): string[] =>
  foreignFields(definition)
    .filter(({ field }) => field.on_delete !== 'cascade' && field.on_delete !== 'null')
    .filter(({ field }) => deletes.some(({ kind }) => schemas.of(kind).schema === field.reference))
    .map(({ name }) => name)

function referenceProblems(
  deletes: readonly Change[],
  outside: readonly StateEntity[],
  comparison: Comparison,
): Diagnostic[] {
  const deleted = new Map(
    deletes.map(change => [`${comparison.schemas.of(change.kind).schema} ${change.id}`, change]),
  )
  return outside.flatMap(({ kind, fields }) => {
    const definition = comparison.schemas.of(kind)
    return refersTo(definition, deletes, comparison).flatMap(name => {
      const value = fields[name]
      const { reference } = definition.fields[name] ?? {}
      const change = isRecord(value) ? deleted.get(`${reference} ${String(value['id'])}`) : undefined
      if (change === undefined) return []
      const own = definition.endpointKey === undefined ? undefined : fields[definition.endpointKey]
      return [
        {
          severity: 'error' as const,
          code: 'referred-to',
          message: `${change.kind} ${change.title} cannot be deleted: ${kind} ${String(own ?? fields['id'])}, outside of the selection, refers to it`,
          hint: `give the existing entity the tags ${comparison.selectTags.join(', ')}, delete it, or keep the ${change.kind}`,
        },
      ]
    })
  })
}
