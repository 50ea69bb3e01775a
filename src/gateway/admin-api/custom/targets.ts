/**
 * Targets: they live below their upstream alone, are written in one form only, are listed newest first, are
 * never made by PUT, and can be marked healthy or unhealthy by hand.
 */

import type { Definition, Entity } from '../../../entities/language/define.ts'
import { isRecord } from '../../../entities/language/values.ts'
import { normaliseTarget, parseAddress } from '../../../entities/text/addresses.ts'
import { isUuid } from '../../../entities/text/formats.ts'
import { brokenSchema, uniqueKeyTaken } from '../../store/errors.ts'
import {
  type Admin,
  type AdminRequest,
  type Answer,
  created,
  type Endpoint,
  type Handler,
  noContent,
  notFound,
  ok,
  refuse,
  type Values,
} from '../endpoint.ts'
import { inputOf } from '../endpoints.ts'
import { pageAnswer, pageById, pageByNumber } from '../lists.ts'
import { findEntity } from '../lookup.ts'

const path = '/upstreams/{upstreams}/targets'

export function targetEndpoints(admin: Admin): Endpoint[] {
  const { store, writes } = admin
  const upstreams = store.schemas.of('upstream')
  const targets = store.schemas.of('target')
  const upstreamOf = (request: AdminRequest) =>
    findEntity(upstreams, request.params['upstreams'] ?? '', store)
  const below =
    (handler: (upstream: Entity, request: AdminRequest) => Answer): Handler =>
    request => {
      const upstream = upstreamOf(request)
      return upstream === undefined ? notFound : handler(upstream, request)
    }
  const one = (handler: (upstream: Entity, target: Entity, request: AdminRequest) => Answer): Handler =>
    below((upstream, request) => {
      const target = findTarget(admin, upstream, request.params['targets'] ?? '')
      return target === undefined ? notFound : handler(upstream, target, request)
    })
  const list = (rest: string, page: typeof pageById, all: (upstream: Entity) => readonly Entity[]): Handler =>
    below((upstream, request) =>
      ok(
        pageAnswer(
          page(all(upstream), request.query),
          `/upstreams/${request.rawParams['upstreams']}/${rest}`,
          '',
        ),
      ),
    )
  const change = one((_upstream, target, request) =>
    ok(writes.update(targets, target, inStoredForm(inputOf(request, targets, admin, target)))),
  )
  const mark = (healthy: boolean): Handler =>
    one((upstream, target, request) =>
      markTarget(admin, upstream, target, request.params['address'], healthy),
    )
  const marking = store.schemas.version.major >= 3 ? 'PUT' : 'POST'

  return [
    ...withoutUpstream,
    {
      path,
      handlers: {
        GET: list('targets', pageByNumber, upstream => newestFirst(admin, upstream)),
        POST: below((upstream, request) => createTarget(admin, targets, upstream, request)),
      },
    },
    {
      path: `${path}/all`,
      handlers: {
        GET: list('targets/all', pageById, upstream =>
          store.table('targets').referring('upstream', upstream.id),
        ),
      },
    },
    {
      path: `${path}/{targets}`,
      handlers: {
        GET: one((_upstream, target) => ok(target)),
        PUT: change,
        PATCH: change,
        DELETE: one((_upstream, target) => {
          writes.remove(targets, target)
          return noContent
        }),
      },
    },
    ...['', '/{address}'].flatMap(address => [
      { path: `${path}/{targets}${address}/healthy`, handlers: { [marking]: mark(true) } },
      { path: `${path}/{targets}${address}/unhealthy`, handlers: { [marking]: mark(false) } },
    ]),
  ]
}

/** Targets live below their upstreams alone: their own collection answers 404. */
const withoutUpstream: readonly Endpoint[] = [
  { path: '/targets', methods: ['GET', 'POST'] as const },
  { path: '/targets/{targets}', methods: ['GET', 'PUT', 'PATCH', 'DELETE'] as const },
  { path: '/targets/{targets}/upstream', methods: ['GET', 'PUT', 'PATCH', 'DELETE'] as const },
].map(({ path: address, methods }) => ({
  path: address,
  handlers: Object.fromEntries(methods.map(method => [method, () => notFound])),
  before: () => notFound,
}))

/** Of targets with the same address (2.8 can come to have them) only the newest is shown. */
export function newestFirst(admin: Admin, upstream: Entity): Entity[] {
  const all = admin.store.table('targets').referring('upstream', upstream.id).toReversed()
  const sorted = all.sort((a, b) => Number(b['created_at']) - Number(a['created_at']))
  const seen = new Set<unknown>()
  return sorted.filter(target => {
    if (seen.has(target['target'])) return false
    seen.add(target['target'])
    return true
  })
}

function findTarget(admin: Admin, upstream: Entity, text: string): Entity | undefined {
  if (!isUuid(text)) return newestFirst(admin, upstream).find(target => target['target'] === text)
  const target = admin.store.table('targets').get(text.toLowerCase())
  return isRecord(target?.['upstream']) && target['upstream']['id'] === upstream.id ? target : undefined
}

/** @throws KongError if the text is no address */
function inStoredForm(input: Values): Values {
  const { target } = input
  if (typeof target !== 'string') return input
  const normal = normaliseTarget(target)
  if ('problem' in normal) throw brokenSchema({ target: normal.problem })
  return { ...input, target: normal.target }
}

/** In 2.8, a POST of an existing target changes it, with a message that advises against this. */
function createTarget(admin: Admin, targets: Definition, upstream: Entity, request: AdminRequest): Answer {
  const input = { ...inputOf(request, targets, admin), upstream: { id: upstream.id } }
  const text = (input as Values)['target']
  const isOld = admin.store.schemas.version.major < 3
  const before = isOld && typeof text === 'string' ? findTarget(admin, upstream, text) : undefined
  if (before !== undefined && !isUuid(String(text))) {
    const body = admin.writes.update(targets, before, inStoredForm(input))
    return { status: 200, body, headers: { Deprecation: 'true' } }
  }
  const stored = inStoredForm(input)
  const twin = newestFirst(admin, upstream).find(target => target['target'] === stored['target'])
  if (isOld && twin !== undefined) throw uniqueKeyTaken({ target: stored['target'] })
  return created(admin.writes.insert(targets, stored))
}

function markTarget(
  admin: Admin,
  upstream: Entity,
  target: Entity,
  addressText: string | undefined,
  healthy: boolean,
): Answer {
  const known = admin.dataPlane.healthOf(upstream.id)
  if (known === undefined) return refuse(400, `Upstream ${upstream['name']} has no balancer`)
  if (known.health === 'HEALTHCHECKS_OFF')
    return refuse(400, `no healthchecker found for ${upstream['name']}`)
  const parsed = addressText === undefined ? undefined : parseAddress(addressText)
  const address = parsed && { ip: parsed.host, port: parsed.port ?? 8000 }
  // Kong accepts an address that does not belong to the target.
  admin.dataPlane.setHealth(upstream.id, target.id, address, healthy)
  return noContent
}
