/**
 * A gateway as a table with Kong's three rules (references hold, unique keys do not clash, deletes cascade
 * or are refused), for property tests of plans.
 */
import type { AdminClient } from '../../src/admin-client/client.ts'
import { fixedPace } from '../../src/admin-client/pace.ts'
import type { Definition } from '../../src/entities/language/define.ts'
import { foreignFields } from '../../src/entities/language/identity.ts'
import type { Schemas } from '../../src/entities/language/schemas.ts'
import { AdminApiError } from '../../src/errors.ts'
import { uniqueKeys } from '../../src/plan/unique-keys.ts'
import { createState, type State, type StateEntity } from '../../src/state/state.ts'

type Values = Readonly<Record<string, unknown>>

export interface Model {
  readonly client: AdminClient
  state(): State
  /** Every refusal, in words. */
  readonly refusals: string[]
  /** `PUT /services/…`, in the order of arrival. */
  readonly requests: string[]
  /** Deletes of what is not there. */
  readonly missing: string[]
}

/** @param turn awaited before each request takes effect: where a test decides about the order */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: Kong's rules in one place, a short function each
export function model(start: State, schemas: Schemas, turn: () => Promise<void> = async () => {}): Model {
  const rows = new Map<string, Map<string, Values>>(
    schemas.kinds.map(({ kind }) => [
      kind,
      new Map(start.all(kind).map(({ id, fields }) => [id, { ...fields, id }])),
    ]),
  )
  const rowsOf = (kind: string): Map<string, Values> => rows.get(kind) ?? new Map()
  const refusals: string[] = []
  const requests: string[] = []
  const missing: string[] = []

  const idIn = (value: unknown): unknown => (value as { id?: unknown } | null | undefined)?.id

  function refuse(method: string, path: string, status: number, kongMessage: string): never {
    refusals.push(`${method} ${path}: ${kongMessage}`)
    throw new AdminApiError({ method, path, status, kongMessage })
  }

  function put(path: string, body: Values): Values {
    const { definition, id } = at(path)
    const owner = ownerIn(path)
    const entity = { ...body, ...owner }
    for (const { name, field } of foreignFields(definition)) {
      const wanted = idIn((entity as Values)[name])
      const kind = schemas.bySchema(field.reference)?.kind
      if (wanted !== undefined && kind !== undefined && !rowsOf(kind).has(String(wanted)))
        refuse('PUT', path, 400, `the foreign key ${name} does not exist`)
    }
    const keys = new Set(uniqueKeys(definition, entity).map(({ text }) => text))
    for (const [other, row] of rowsOf(definition.kind)) {
      if (other !== id && uniqueKeys(definition, row).some(({ text }) => keys.has(text)))
        refuse('PUT', path, 409, 'UNIQUE violation')
    }
    rowsOf(definition.kind).set(id, entity)
    return entity
  }

  /** Only what PUT cannot create is posted. */
  function post(path: string, body: Values): Values {
    const one = `${path}/${String(body['id'])}`
    if (at(one).definition.putCreates !== false) refuse('POST', path, 405, 'not allowed')
    return put(one, body)
  }

  /** An entity with all that its delete takes along. Kong deletes them in one transaction. */
  function takenBy(path: string, kind: string, id: string): { kind: string; id: string }[] {
    const { schema } = schemas.of(kind)
    const children = schemas.kinds.flatMap(definition =>
      foreignFields(definition)
        .filter(({ field }) => field.reference === schema)
        .flatMap(({ name, field }) =>
          [...rowsOf(definition.kind)]
            .filter(([, row]) => idIn(row[name]) === id)
            .map(([child]) => ({ kind: definition.kind, id: child, isTaken: field.on_delete === 'cascade' })),
        ),
    )
    for (const child of children)
      if (!child.isTaken) refuse('DELETE', path, 400, `an existing ${child.kind} references it`)
    return [{ kind, id }, ...children.flatMap(child => takenBy(path, child.kind, child.id))]
  }

  function remove(path: string, kind: string, id: string): void {
    if (!rowsOf(kind).has(id)) missing.push(`DELETE ${path}`)
    for (const taken of takenBy(path, kind, id)) rowsOf(taken.kind).delete(taken.id)
  }

  function at(path: string): { definition: Definition; id: string } {
    const parts = path.split('/').slice(1)
    const collection = parts.at(-2)
    const definition = schemas.kinds.find(
      one => (parts.length > 2 ? (one.nestedPath ?? one.adminPath) : one.adminPath) === collection,
    )
    if (definition === undefined) throw new Error(`no such path: ${path}`)
    return { definition, id: String(parts.at(-1)) }
  }

  function ownerIn(path: string): Values {
    const parts = path.split('/').slice(1)
    const { definition } = at(path)
    const owner = foreignFields(definition).find(({ field }) => field.nest === 'only')
    return owner === undefined ? {} : { [owner.name]: { id: parts[1] } }
  }

  const step = async <T>(method: string, path: string, work: () => T): Promise<T> => {
    await turn()
    requests.push(`${method} ${path}`)
    return work()
  }

  const client: AdminClient = {
    address: 'model',
    get: async () => undefined,
    put: (path, body) => step('PUT', path, () => put(path, body as Values)),
    post: (path, body) => step('POST', path, () => post(path, body as Values)),
    delete: path =>
      step('DELETE', path, () => {
        remove(path, at(path).definition.kind, at(path).id)
        return 204
      }),
    within: () => client,
    pace: fixedPace(10),
    holdSignals: () => () => {},
    hideFields: () => {},
    answers: () => 0,
    retries: () => 0,
    close: () => {},
  }

  return {
    refusals,
    requests,
    missing,
    client,
    state: () =>
      createState(
        schemas.kinds.flatMap(({ kind }) =>
          [...rowsOf(kind)].map(([id, fields]): StateEntity => ({ kind, id, fields })),
        ),
        schemas,
      ),
  }
}
