/**
 * Does what a plan says on a gateway without a database (`database = off`), which takes no single changes:
 * its whole configuration is sent at once, with `POST /config` (Kong's declarative format). All that is there
 * and that the plan does not speak of is sent back as it was, kinds that we do not know included. Either
 * everything is applied or nothing.
 */
import type { AdminClient } from '../admin-client/client.ts'
import { foreignFields } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { asStored, transformed } from '../entities/language/transformations.ts'
import { isAbsent, isRecord } from '../entities/language/values.ts'
import { AdminApiError, DeckError } from '../errors.ts'
import type { State } from '../state/state.ts'
import type { Outcome } from './apply.ts'
import { describe, problemOf, stillThere, unconfirmed } from './confirm.ts'
import type { Change } from './diff.ts'
import type { Plan } from './plan.ts'
import { wholeBody } from './requests.ts'

type Values = Readonly<Record<string, unknown>>

export interface WholeOptions {
  readonly schemas: Schemas
  /** All entities of the gateway, beyond the run's selection: an entity that is not sent back is deleted. */
  readonly everything: () => Promise<State>
  /** Called with all changes before the request. */
  readonly onStart?: ((changes: readonly Change[]) => void) | undefined
  /** Reads what `GET /config` has: YAML. */
  readonly readYaml: (text: string) => Promise<unknown>
}

/** Like `applyPlan`: one outcome for each change, and never throws. */
export async function* applyWhole(
  plan: Plan,
  client: AdminClient,
  { schemas, everything, onStart, readYaml }: WholeOptions,
): AsyncGenerator<Outcome> {
  if (plan.changes.length === 0) return
  let answer: unknown
  let stored: State | undefined
  try {
    const all = await everything()
    const configuration = declarative(plan, all, await others(client, schemas, readYaml), schemas)
    onStart?.(plan.changes)
    answer = await client.post('/config?flatten_errors=1', configuration, 'write')
    stored = isAsSent(answer, configuration, plan, schemas) ? undefined : await everything()
  } catch (error) {
    yield* refused(plan, error)
    return
  }
  for (const change of plan.changes) {
    const problem = stored && problemIn(stored, change, schemas)
    yield problem === undefined
      ? { change, status: 'applied' }
      : { change, status: 'failed', error: unconfirmed(describe(answer), problem) }
  }
}

/**
 * Kong responds with its new content, by set and id. For an empty configuration the response proves
 * nothing.
 */
function isAsSent(answer: unknown, configuration: Values, { changes }: Plan, schemas: Schemas): boolean {
  const lists = Object.entries(configuration).flatMap(([name, list]) =>
    Array.isArray(list) ? [[name, list.filter(isRecord)] as const] : [],
  )
  if (lists.length === 0 || !isRecord(answer)) return false
  const has = (schema: string, id: unknown): boolean => {
    const entities = answer[schema]
    return isRecord(entities) && isRecord(entities[String(id)])
  }
  return (
    lists.every(([name, list]) => list.every(({ id }) => id === undefined || has(name, id))) &&
    changes.every(({ op, kind, id }) => op !== 'delete' || !has(schemas.of(kind).schema, id))
  )
}

function problemIn(stored: State, change: Change, schemas: Schemas): string | undefined {
  const { op, kind, id, after } = change
  const found = stored.get(kind, id)?.fields
  if (op === 'delete') return found === undefined ? undefined : stillThere
  return problemOf(found, after ?? {}, change, schemas)
}

/**
 * The configuration after the plan. References are ids, and secrets are in their stored form (`_transform:
 * false`), as in `kong config db_export`.
 */
export function declarative(
  { changes }: Plan,
  everything: State,
  unknown: Values,
  schemas: Schemas,
): Record<string, unknown> {
  const changed = new Map(changes.map(change => [`${change.kind} ${change.id}`, change]))
  const lists = schemas.kinds.map(({ kind, schema }) => {
    const kept = everything.all(kind).flatMap(({ id, fields }) => {
      const change = changed.get(`${kind} ${id}`)
      if (change === undefined) return [flat({ kind, id }, fields, schemas)]
      return change.op === 'delete' ? [] : [flat(change, stored(change, schemas), schemas)]
    })
    const made = changes.filter(change => change.kind === kind && change.op === 'create')
    return [schema, [...kept, ...made.map(change => flat(change, stored(change, schemas), schemas))]] as const
  })
  return {
    ...unknown,
    _format_version: schemas.version.major >= 3 ? '3.0' : '2.1',
    _transform: false,
    ...Object.fromEntries(lists.filter(([, list]) => list.length > 0)),
  }
}

/** Values that the gateway would derive from a write but does not here: hashes of passwords. */
function stored({ kind, before = {}, after = {} }: Change, schemas: Schemas): Values {
  const definition = schemas.of(kind)
  const time = isAbsent(before['created_at']) ? {} : { created_at: before['created_at'] }
  const same = asStored(definition, after, before)
  const isAsBefore = (definition.transformations ?? []).every(({ input }) => same[input] === before[input])
  return { ...time, ...(isAsBefore ? same : transformed(definition, after, after)) }
}

function flat({ kind, id }: { kind: string; id: string }, entity: Values, schemas: Schemas): Values {
  const definition = schemas.of(kind)
  const body = wholeBody({ kind, id }, entity, schemas)
  for (const { name } of foreignFields(definition)) {
    if (isRecord(body[name])) body[name] = body[name]['id']
  }
  for (const [name, field] of Object.entries(definition.fields))
    if (field.transient === true) delete body[name]
  return body
}

/**
 * Lists of kinds that are not ours to manage (filter chains, partials): Kong prints them in `GET /config`.
 */
async function others(
  client: AdminClient,
  schemas: Schemas,
  readYaml: WholeOptions['readYaml'],
): Promise<Values> {
  const answer = await client.get('/config').catch((error: unknown) => {
    if (error instanceof AdminApiError && (error.status === 404 || error.status === 405)) return undefined
    throw error
  })
  const text = isRecord(answer) ? answer['config'] : undefined
  if (typeof text !== 'string') return {}
  const content = await readYaml(text)
  const ours = new Set(schemas.kinds.map(({ schema }) => schema))
  return Object.fromEntries(
    Object.entries(isRecord(content) ? content : {}).filter(
      ([name, list]) => !ours.has(name) && !name.startsWith('_') && !isAbsent(list),
    ),
  )
}

/**
 * Kong names the entities that it refuses the configuration for; nothing was done for any of the others
 * either.
 */
function* refused({ changes }: Plan, error: unknown): Generator<Outcome> {
  const wrong = new Map(entityErrors(error).map(one => [one.id, one.error]))
  const [first] = changes
  const isNamed = changes.some(({ id }) => wrong.has(id))
  for (const change of changes) {
    const own = wrong.get(change.id) ?? (isNamed || change !== first ? undefined : asWhole(error))
    yield own === undefined ? { change, status: 'not-attempted' } : { change, status: 'failed', error: own }
  }
}

const asWhole = (error: unknown): unknown =>
  error instanceof AdminApiError
    ? new DeckError(`the gateway refuses the configuration as a whole: ${error.message}`, { cause: error })
    : error

function entityErrors(error: unknown): { id: string; error: AdminApiError }[] {
  if (!(error instanceof AdminApiError) || !Array.isArray(error.flattened)) return []
  return error.flattened.filter(isRecord).flatMap(one => {
    const id = one['entity_id'] ?? (isRecord(one['entity']) ? one['entity']['id'] : undefined)
    const errors = Array.isArray(one['errors']) ? one['errors'].filter(isRecord) : []
    if (typeof id !== 'string') return []
    const sentences = errors.map(({ field, message }) => (field ? `${field}: ${message}` : String(message)))
    const { method, path, status } = error
    const kongMessage = `schema violation (${sentences.join('; ')})`
    return [{ id, error: new AdminApiError({ method, path, status, kongMessage, fields: nested(errors) }) }]
  })
}

/** `paths.1` → `{ paths: ['…'] }`; Lua counts from one. */
function nested(errors: readonly Values[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const { field, message } of errors) {
    if (typeof field !== 'string') continue
    const [name = '', ...rest] = field.split('.')
    fields[name] = rest.reduceRight<unknown>((inner, step) => {
      if (!/^\d+$/.test(step)) return { [step]: inner }
      return [...Array.from({ length: Number(step) - 1 }), inner]
    }, message)
  }
  return fields
}
