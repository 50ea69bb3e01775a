/**
 * `/certificates`: certificates are found by a server name too, and their `snis` are entities of their own,
 * which a write makes and removes and an answer lists by name.
 */
import type { Definition, Entity } from '../../../entities/language/define.ts'
import { isRecord } from '../../../entities/language/values.ts'
import { isUuid } from '../../../entities/text/formats.ts'
import { noEntityWithId } from '../../store/errors.ts'
import {
  type Admin,
  type AdminRequest,
  type Answer,
  type Endpoint,
  type Handler,
  noContent,
  notFound,
  refuse,
  type Values,
} from '../endpoint.ts'
import { inputOf } from '../endpoints.ts'
import { findEntity } from '../lookup.ts'
import { createServerNames, type ServerNames, withName } from './server-names.ts'

const unknownName = refuse(404, 'SNI not found')

export function certificateEndpoints(admin: Admin, generated: (path: string) => Endpoint): Endpoint[] {
  const { store, writes } = admin
  const names = createServerNames(admin)
  const certificate = store.schemas.of('certificate')
  const existing = (id: string): Entity | undefined => store.table('certificates').get(id)
  const at = handlerOf(admin, names)
  const write = writerOf(certificate, names)
  const list = generated('/certificates')
  const one = generated('/certificates/{certificates}')
  return [
    {
      ...list,
      handlers: {
        GET: request => {
          const answer = list.handlers.GET?.(request) ?? notFound
          if (!isRecord(answer.body) || !Array.isArray(answer.body['data'])) return answer
          return { ...answer, body: { ...answer.body, data: answer.body['data'].map(names.addTo) } }
        },
        POST: request => write(list.handlers.POST, request, inputOf(request, certificate, admin)),
      },
    },
    {
      ...one,
      handlers: {
        GET: at((_request, id) => {
          const entity = existing(id)
          if (entity === undefined) throw noEntityWithId(id)
          return { status: 200, body: names.addTo(entity) }
        }),
        PUT: request => {
          const text = request.params['certificates'] ?? ''
          const input = withName(inputOf(request, certificate, admin), isUuid(text) ? undefined : text)
          return at((byId, id) => write(one.handlers.PUT, byId, input, id))(request)
        },
        PATCH: at((request, id) => {
          const input = inputOf(request, certificate, admin, existing(id))
          const { snis } = input
          const listed = typeof snis === 'string' ? { ...input, snis: [snis] } : input
          return write(one.handlers.PATCH, request, listed, id)
        }),
        DELETE: at((_request, id) => {
          const entity = existing(id)
          if (entity === undefined) return noContent
          // Names are deleted first: they stay deleted even if the certificate is in use, as in Kong.
          names.replace(id, [])
          writes.remove(certificate, entity)
          return noContent
        }),
      },
    },
    below(generated('/certificates/{certificates}/snis'), admin, at),
    below(generated('/certificates/{certificates}/snis/{snis}'), admin, at),
    {
      path: '/snis/{snis}/certificate',
      handlers: { GET: () => notFound, PUT: () => notFound, PATCH: () => notFound, DELETE: () => notFound },
    },
  ]
}

/** Writes a certificate, then its names where the input lists some. */
const writerOf =
  (certificate: Definition, serverNames: ServerNames) =>
  (handler: Handler | undefined, request: AdminRequest, input: Values, own?: string): Answer => {
    const { snis: listed, ...rest } = input
    const snis = isRecord(listed) && Object.keys(listed).length === 0 ? [] : listed
    const names = Array.isArray(snis) ? serverNames.check(snis, own) : snis === null ? [] : undefined
    // Before 3.0 the list is not a field of the schema: a value that is not a list is ignored.
    const isField = certificate.fields['snis']?.hidden !== true
    const passed = isField && snis !== undefined ? { ...rest, snis } : rest
    const answer = handler?.({ ...request, input: passed, typed: true }) ?? notFound
    if (!isRecord(answer.body)) return answer
    if (names !== undefined) serverNames.replace(String(answer.body['id']), names)
    return { ...answer, body: serverNames.addTo(answer.body) }
  }

type ById = (handle: (request: AdminRequest, id: string) => Answer) => Handler

/** A handler by the id in the path, or of the name in the path; for a PUT by an unused name, by a new id. */
function handlerOf({ around }: Admin, names: ServerNames): ById {
  const idAt = ({ params, method }: AdminRequest): string | undefined => {
    const text = params['certificates'] ?? ''
    if (isUuid(text)) return text.toLowerCase()
    return names.holder(text) ?? (method === 'PUT' ? around.uuid() : undefined)
  }
  return handle => request => {
    const id = idAt(request)
    if (id === undefined) return unknownName
    return handle({ ...request, params: { ...request.params, certificates: id } }, id)
  }
}

const below = (endpoint: Endpoint, { store }: Admin, at: ById): Endpoint => ({
  ...endpoint,
  before: ({ certificates = '' }) =>
    isUuid(certificates) || findEntity(store.schemas.of('sni'), certificates, store) !== undefined
      ? undefined
      : unknownName,
  handlers: Object.fromEntries(
    Object.entries(endpoint.handlers).map(([method, handler]) => [method, at(handler)]),
  ),
})
