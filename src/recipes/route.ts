/**
 * The recipe of `file route`: files → the report of what a request meets. The gateway's router decides;
 * nothing is started.
 */
import { everyKind } from '../entities/enterprise.ts'
import type { RouterFlavor } from '../entities/expressions/router-flavors.ts'
import type { Plugin } from '../entities/kinds/plugin.ts'
import type { Entity, Version } from '../entities/language/define.ts'
import { foreignFields, titleOf } from '../entities/language/identity.ts'
import { createSchemas, type Schemas } from '../entities/language/schemas.ts'
import { didYouMean } from '../entities/text/did-you-mean.ts'
import { exitCodes, type Place, refuseErrors, UsageError } from '../errors.ts'
import { namesFrom } from '../plan/diff.ts'
import {
  type Instance,
  type Named,
  type RouteReport,
  renderRouteJson,
  renderRouteText,
} from '../report/route-report.ts'
import type { OtherRoute, RouteCheck, RouteMatch } from '../route-check/check-route.ts'
import type { RequestText } from '../route-check/checked-request.ts'
import type { State } from '../state/state.ts'
import { entitySets, type FileEntities } from './entity-sets.ts'
import { loadStrictly } from './load-strictly.ts'
import { printDiagnostics } from './report-diagnostics.ts'
import type { Terminal } from './terminal.ts'

export interface RouteOptions {
  readonly files: readonly string[]
  readonly request: RequestText
  readonly version: Version
  readonly flavor: RouterFlavor
  /** Username, custom_id or id of the consumer that the request is from. */
  readonly consumer?: string | undefined
  readonly json: boolean
}

/** @returns the exit code: 1 where no route matches; @throws DeckError, for bad files a StateFileError */
export async function route(options: RouteOptions, io: Terminal): Promise<number> {
  const { version, flavor } = options
  const { pluginSchemasAt } = await import('../entities/plugin-registry.ts')
  const { file, diagnostics } = await loadStrictly(options.files, { version, mode: 'placeholders' }, io)
  const schemas = createSchemas(version, pluginSchemasAt(version), {
    definitions: everyKind,
    routerFlavor: flavor,
  })
  const entities = entitySets(file, schemas)
  // Kinds that this Kong does not have are irrelevant for routing.
  const found = [...diagnostics, ...entities.diagnostics.filter(({ code }) => code !== 'not-supported')]
  refuseErrors(found)
  printDiagnostics(found, [], io)
  const { checkRoute } = await import('../route-check/check-route.ts')
  const consumer = options.consumer === undefined ? undefined : consumerIn(entities.state, options.consumer)
  const check = checkRoute(entities.sets, options.request, {
    version,
    flavor,
    consumerId: consumer,
    isSecret: secretsOf(entities.state, schemas),
  })
  const report = reportOf(check, options, entities, schemas)
  io.stdout.write(options.json ? renderRouteJson(report) : renderRouteText(report, io.chalk))
  return check.found === undefined ? exitCodes.failure : exitCodes.done
}

/** @throws UsageError */
function consumerIn(state: State, text: string): string {
  const all = state.all('consumer')
  const found = all.find(({ id, fields }) => [id, fields['username'], fields['custom_id']].includes(text))
  if (found !== undefined) return found.id
  const names = all.map(({ fields }) => String(fields['username'] ?? fields['custom_id']))
  const hint = didYouMean(text, names)
  throw new UsageError(
    `--consumer: the files have no consumer ${JSON.stringify(text)}`,
    hint === undefined ? {} : { hint },
  )
}

/** Values that came from the environment are not shown. */
function secretsOf(state: State, schemas: Schemas) {
  const origins = new Map(
    schemas.kinds.flatMap(({ kind }) => state.all(kind).map(({ id, origin }) => [id, origin] as const)),
  )
  return (id: string, path: readonly (string | number)[]): boolean => {
    const origin = origins.get(id)
    return origin?.document.isSecret([...origin.path, ...path]) === true
  }
}

function reportOf(
  check: RouteCheck,
  options: RouteOptions,
  { state }: FileEntities,
  schemas: Schemas,
): RouteReport {
  const describe = describing(state, schemas)
  const { found } = check
  const request = {
    method: check.request.method,
    url: options.request.url,
    ...(options.consumer !== undefined && { consumer: options.consumer }),
  }
  const nearest = check.others.map(one => nearRoute(one, found, describe))
  const ties = check.others.filter(({ later }) => later?.isTie === true)
  const warnings = ties.flatMap(({ route }) => {
    if (found === undefined || (describe.givesId(route) && describe.givesId(found.route))) return []
    const names = [found.route, route].map(one => describe.named('route', one).name)
    return `${names.join(' and ')} are equal to Kong: the greater id wins, and the file does not say the ids`
  })
  if (found === undefined) return { request, ...nothing, nearest, warnings }
  return { request, ...foundReport(found, request, describe), nearest, warnings }
}

const nothing = {
  route: null,
  service: null,
  answered: null,
  plugins: [],
  disabled_plugins: [],
  upstream_request: null,
  upstream: null,
  targets: [],
} as const

interface Describe {
  named(kind: string, entity: Entity | { readonly id: string }): Named
  instance(plugin: Plugin): Instance
  givesId(entity: { readonly id: string }): boolean
  /** The value, or a replacement if it must not be shown. */
  shown(entity: { readonly id: string }, field: string, value: string): string
}

function describing(state: State, schemas: Schemas): Describe {
  const nameOf = namesFrom([state], schemas)
  const isSecret = secretsOf(state, schemas)
  const shown: Describe['shown'] = ({ id }, field, value) => (isSecret(id, [field]) ? '[masked]' : value)
  const named: Describe['named'] = (kind, { id }) => {
    const entity = state.get(kind, id)
    if (entity === undefined) return { name: id, place: null }
    const definition = schemas.of(kind)
    const { endpointKey = 'name' } = definition
    const hasName = typeof entity.fields[endpointKey] === 'string'
    const title = hasName ? titleOf(definition, entity.fields, nameOf) : undefined
    const given = entity.origin?.givesId === true ? id : `${definition.kind} without a name`
    const place = entity.origin?.document.whereIs(entity.origin.path)
    return { name: shown({ id }, endpointKey, title ?? given), place: placeOf(place) }
  }
  const scopes = foreignFields(schemas.of('plugin'))
  return {
    named,
    shown,
    givesId: ({ id }) => state.get('route', id)?.origin?.givesId === true,
    instance: plugin => {
      const values = plugin as Readonly<Record<string, unknown>>
      const parts = scopes.flatMap(({ name, field }) => {
        const owner = values[name] as { readonly id: string } | null | undefined
        if (owner === null || owner === undefined) return []
        return [
          `${name.replace('_', ' ')} ${named(schemas.bySchema(field.reference)?.kind ?? '', owner).name}`,
        ]
      })
      return { name: plugin.name, scope: parts.join(', ') || 'global', place: named('plugin', plugin).place }
    },
  }
}

const placeOf = (place: Place | undefined): Named['place'] =>
  place === undefined ? null : { file: place.file, line: place.line, column: place.column }

function foundReport(
  found: RouteMatch,
  { method, consumer }: RouteReport['request'],
  describe: Describe,
): Omit<RouteReport, 'request' | 'nearest' | 'warnings'> {
  const { route: own, service, destination } = found
  const upstream = destination?.upstream
  const isSent = destination !== undefined && answerOf(found) === null
  return {
    route: {
      ...describe.named('route', own),
      matched_path: Buffer.from(found.matchedPath, 'latin1').toString(),
    },
    service:
      service === undefined ? null : { ...describe.named('service', service), url: urlOf(service, describe) },
    answered: answerOf(found),
    plugins: found.plugins.map(({ name, priority, instance, forConsumers, forGroups, replaced }) => ({
      name,
      priority: priority ?? null,
      scope: instance === undefined ? null : describe.instance(instance).scope,
      place: instance === undefined ? null : describe.instance(instance).place,
      for_consumers: [...(consumer === undefined ? forConsumers : [])].map(([id, plugin]) => ({
        consumer: describe.named('consumer', { id }).name,
        ...describe.instance(plugin),
      })),
      for_consumer_groups: [...forGroups].map(([id, plugin]) => ({
        consumer_group: describe.named('consumer-group', { id }).name,
        ...describe.instance(plugin),
      })),
      replaces: replaced.map(describe.instance),
    })),
    disabled_plugins: found.disabledPlugins.map(describe.instance),
    upstream_request: isSent
      ? {
          method,
          path: service === undefined ? destination.path : describe.shown(service, 'path', destination.path),
          host: hostShown(found, describe),
        }
      : null,
    upstream:
      upstream === undefined
        ? null
        : { ...describe.named('upstream', upstream), algorithm: upstream.algorithm ?? 'round-robin' },
    targets: (destination?.targets ?? []).map(({ target, share }) => ({
      ...describe.named('target', target),
      name: describe.shown(target, 'target', target.target ?? ''),
      weight: target.weight ?? 100,
      share,
    })),
  }
}

function answerOf({ route: own, service, httpsOnly }: RouteMatch): RouteReport['answered'] {
  if (httpsOnly !== undefined) return { status: httpsOnly, reason: 'the route is for https alone' }
  if (isForGrpc(own.protocols)) return { status: 415, reason: 'the route is for gRPC alone' }
  return service === undefined ? { status: 503, reason: 'the route has no service' } : null
}

const isForGrpc = (protocols: readonly string[]): boolean => protocols.some(one => one.startsWith('grpc'))

function urlOf(service: NonNullable<RouteMatch['service']>, { shown }: Describe): string {
  const { protocol, host, port, path } = service
  return `${protocol}://${shown(service, 'host', host)}:${port}${shown(service, 'path', path ?? '')}`
}

function hostShown({ route: own, service, destination }: RouteMatch, { shown }: Describe): string | null {
  const host = destination?.host
  if (host === undefined || service === undefined) return null
  if (own.preserve_host) return host
  const { upstream } = destination ?? {}
  return upstream === undefined ? shown(service, 'host', host) : shown(upstream, 'host_header', host)
}

function nearRoute(
  { route: own, reasons, later }: OtherRoute,
  found: RouteMatch | undefined,
  describe: Describe,
): RouteReport['nearest'][number] {
  const winner = found === undefined ? '' : describe.named('route', found.route).name
  const all =
    later === undefined
      ? reasons
      : [{ condition: 'order', message: `matches too, but ${winner} ${later.why}` }]
  return {
    ...describe.named('route', own),
    service: own.service === null ? null : describe.named('service', own.service).name,
    reasons: all.map(({ condition, message }) => ({ condition, message })),
  }
}
