/**
 * `deck file lint --recommended`: runs the enabled rules on the entities of a file and adds the places of
 * the findings.
 */
import type { RouterFlavor } from '../entities/expressions/router-flavors.ts'
import type { Entity, NameOf, Version } from '../entities/language/define.ts'
import { ownerField } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import type { Place } from '../errors.ts'
import type { State, StateEntity } from '../state/state.ts'
import type { Finding, LintedFile, Rule } from './rule.ts'
import { rules } from './rules.ts'

export interface RecommendedInput {
  readonly sets: ReadonlyMap<string, ReadonlyMap<string, Entity>>
  readonly state: State
  readonly schemas: Schemas
  readonly nameOf: NameOf
  readonly version: Version
  readonly flavor: RouterFlavor
  /** Of the file. */
  readonly lines: readonly string[]
}

export interface RuleFinding {
  readonly rule: Rule
  readonly message: string
  readonly place: Place | undefined
  /** Where the entity begins. */
  readonly entityPlace: Place | undefined
}

/** By rule, then in the order of the file. */
export async function recommendedFindings(
  input: RecommendedInput,
  isOn: (rule: Rule) => boolean,
): Promise<RuleFinding[]> {
  const { file, entityOf } = await lintedFile(input)
  return rules.filter(isOn).flatMap(rule => rule.find(file).map(finding => placed(rule, finding, entityOf)))
}

function placed(
  rule: Rule,
  { id, path = [], message }: Finding,
  entityOf: (id: string) => StateEntity | undefined,
): RuleFinding {
  const origin = entityOf(id)?.origin
  const entityPlace = origin?.document.whereIs(origin.path)
  return {
    rule,
    message,
    place: origin?.document.whereIs([...origin.path, ...path]) ?? entityPlace,
    entityPlace,
  }
}

async function lintedFile(input: RecommendedInput) {
  const { sets, state, schemas, nameOf, version, flavor, lines } = input
  const { unreachedRoutes, pluginNames, authenticates } = await import('../route-check/check-route.ts')
  const entities = schemas.kinds.flatMap(({ kind }) => state.all(kind))
  const byId = new Map(entities.map(entity => [entity.id, entity]))
  const entityOf = (id: string): StateEntity | undefined => byId.get(id)
  const givesId = (id: string): boolean => entityOf(id)?.origin?.givesId === true
  // completed by their definitions
  const set = <T>(schema: string): T[] => [...(sets.get(schema)?.values() ?? [])] as unknown as T[]
  const plugins: LintedFile['plugins'] = set('plugins')
  const routes: LintedFile['routes'] = set('routes')
  const services: LintedFile['services'] = set('services')
  const targets: LintedFile['targets'] = set('targets')
  const byService = grouped(routes, ({ service }) => service?.id)
  const byUpstream = grouped(targets, ({ upstream }) => upstream.id)
  const file: LintedFile = {
    schemas,
    entities,
    plugins,
    routes,
    services,
    upstreams: set('upstreams'),
    targets,
    consumers: set('consumers'),
    unreached: unreachedRoutes(sets, { version, flavor }, givesId),
    says: (id, field) => (entityOf(id)?.fields[field] ?? undefined) !== undefined,
    called: id => {
      const entity = entityOf(id)
      return entity === undefined ? id : calledOf(entity, schemas, nameOf)
    },
    placeOf: id => {
      const origin = entityOf(id)?.origin
      const place = origin?.document.whereIs(origin.path)
      return place === undefined ? id : `${place.file}:${place.line}:${place.column}`
    },
    hosts: new Set(services.map(({ host }) => host)),
    routesOf: ({ id }) => byService.get(id) ?? [],
    targetsOf: ({ id }) => byUpstream.get(id) ?? [],
    pluginsOf: pluginNames(plugins, version),
    authenticates,
    isFilledIn: (id, path) => {
      const origin = entityOf(id)?.origin
      const place = origin?.document.whereIs([...origin.path, ...path])
      return place !== undefined && lines[place.line - 1]?.includes('${{') === true
    },
  }
  return { file, entityOf }
}

/** A credential by its consumer alone: its own name may be the secret. */
function calledOf({ kind, fields }: StateEntity, schemas: Schemas, nameOf: NameOf): string {
  const definition = schemas.of(kind)
  const owner = ownerField(definition)
  const ownerId =
    owner === undefined ? undefined : (fields[owner.name] as { readonly id?: string } | null)?.id
  if (owner !== undefined && ownerId !== undefined)
    return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} of ${owner.name} ${JSON.stringify(nameOf(owner.field.reference, ownerId))}`
  const name = fields[definition.endpointKey ?? 'name'] ?? fields['name']
  return typeof name === 'string' ? `${kind} ${JSON.stringify(name)}` : `a ${kind}`
}

function grouped<T>(list: readonly T[], keyOf: (one: T) => string | undefined): Map<string | undefined, T[]> {
  const groups = new Map<string | undefined, T[]>()
  for (const one of list) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return groups
}
