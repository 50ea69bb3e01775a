/**
 * Random states that a gateway could hold, from so few ids and names that two of them always have much to
 * quarrel about.
 */
import fc from 'fast-check'
import { foreignFields } from '../../src/entities/language/identity.ts'
import { createSchemas, type Schemas } from '../../src/entities/language/schemas.ts'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { uniqueKeys } from '../../src/plan/unique-keys.ts'
import { createState, type State, type StateEntity } from '../../src/state/state.ts'

const version = parseVersion('3.9.1')
if (version === undefined) throw new Error('3.9.1 is a version')

const config = {
  type: 'record',
  required: true,
  fields: { minute: { type: 'number' }, policy: { type: 'string', default: 'local' } },
} as const

export const schemas: Schemas = createSchemas(version, name => ({ name, fields: { config } }))

export const uuid = (kind: string, index: number): string =>
  `${[...kind]
    .reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
    .toString(16)
    .padStart(8, '0')}-0000-4000-8000-${String(index).padStart(12, '0')}`

const index = fc.nat({ max: 4 })
const name = fc.constantFrom('a', 'b', 'c', 'd')
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const reference = (kind: string) => index.map(at => ({ id: uuid(kind, at) }))

const fieldsOf: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  service: fc.record({ name: maybe(name), host: name, port: maybe(fc.nat({ max: 3 })) }),
  route: fc.record({ name: maybe(name), paths: fc.constant(['/']), service: maybe(reference('service')) }),
  consumer: fc.record({ username: maybe(name), custom_id: maybe(name) }),
  'key-auth': fc.record({ key: name, consumer: reference('consumer') }),
  upstream: fc.record({ name, slots: maybe(fc.constantFrom(10, 20)) }),
  target: fc.record({
    target: name.map(one => `${one}:80`),
    weight: maybe(fc.nat(9)),
    upstream: reference('upstream'),
  }),
  plugin: fc.record({
    name: fc.constantFrom('p', 'q'),
    instance_name: maybe(name),
    config: fc.record({ minute: maybe(fc.nat(3)) }),
    service: maybe(reference('service')),
    route: maybe(reference('route')),
  }),
}

export const anyState: fc.Arbitrary<State> = fc
  .tuple(
    ...Object.entries(fieldsOf).map(([kind, fields]) =>
      fc
        .array(fc.record({ at: index, fields }), { maxLength: 5 })
        .map(list => list.map(({ at, fields }): StateEntity => ({ kind, id: uuid(kind, at), fields }))),
    ),
  )
  .map(lists => consistent(lists.flat()))

const deal = <T>(...values: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...values], { minLength: values.length })
const names = deal('a', 'b', 'c', 'd', undefined)

/**
 * States of the same few entities, which have the same few unique values in another order: between two of
 * them names change hands in circles of any length, several in one entity.
 */
export const dealtState: fc.Arbitrary<State> = fc
  .record({
    services: names,
    usernames: names,
    customIds: names,
    instances: names,
    scopes: deal(0, 1, 2, 3, undefined),
    missing: fc.subarray([0, 1, 2, 3], { maxLength: 1 }),
  })
  .map(({ services, usernames, customIds, instances, scopes, missing }) => {
    const at = [0, 1, 2, 3].filter(one => !missing.includes(one))
    const scope = (one: number | undefined) => one !== undefined && { service: { id: uuid('service', one) } }
    const entities = (kind: string, fields: (one: number) => Record<string, unknown>): StateEntity[] =>
      at.map(one => ({ kind, id: uuid(kind, one), fields: fields(one) }))
    return consistent([
      ...entities('service', one => ({ name: services[one], host: 'h' })),
      ...entities('consumer', one => ({ username: usernames[one], custom_id: customIds[one] })),
      ...entities('plugin', one => ({
        name: 'p',
        instance_name: instances[one],
        config: {},
        ...scope(scopes[one]),
      })),
    ])
  })

/** Leaves out what would break a rule, from what is referred to downwards. */
function consistent(entities: readonly StateEntity[]): State {
  const kept = new Map<string, StateEntity>()
  const keys = new Set<string>()
  for (const entity of entities) {
    const definition = schemas.of(entity.kind)
    const own = uniqueKeys(definition, entity.fields).map(({ text }) => text)
    const dangling = foreignFields(definition).some(({ name, field }) => {
      const id = (entity.fields[name] as { id: string } | undefined)?.id
      return id !== undefined && !kept.has(`${schemas.bySchema(field.reference)?.kind} ${id}`)
    })
    const key = `${entity.kind} ${entity.id}`
    if (dangling || kept.has(key) || own.some(text => keys.has(text))) continue
    kept.set(key, entity)
    for (const text of own) keys.add(text)
  }
  return createState(kept.values(), schemas)
}
