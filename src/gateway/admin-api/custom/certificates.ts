/**
 * `/certificates`: certificates are found by a server name too, and their `snis` are entities of their own,
 * which a write makes and removes and an answer lists by name.
 */
import type { Entity } from '../../../entities/language/define.ts'
import { isRecord } from '../../../entities/language/values.ts'
import { isUuid } from '../../../entities/text/formats.ts'
import { brokenSchema, noEntityWithId } from '../../store/errors.ts'
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

const unknownName = refuse(404, 'SNI not found')

export function certificateEndpoints(admin: Admin, generated: (path: string) => Endpoint): Endpoint[] {
  const { store, writes } = admin
  const certificate = store.schemas.of('certificate')
  const sni = store.schemas.of('sni')
  const snisOf = (id: unknown): readonly Entity[] => store.table('snis').referring('certificate', String(id))

  const withNames = (body: unknown): unknown =>
    isRecord(body)
      ? {
          ...body,
          snis: snisOf(body['id'])
            .map(one => String(one['name']))
            .sort(),
        }
      : body

  /**
   * @throws KongError where a name is no name, stands twice in the list, or belongs to another certificate
   */
  const checkNames = (names: readonly unknown[], own?: string): string[] => {
    const seen = new Set<string>()
    for (const name of names) {
      if (typeof name !== 'string') throw brokenSchema({ snis: 'expected a list of names' })
      if (seen.has(name)) throw brokenSchema({ snis: `${name} is duplicated` })
      seen.add(name)
    }
    for (const name of [...seen].sort()) {
      const holder = findEntity(sni, name, store)?.['certificate']
      if (!isRecord(holder) || holder['id'] === own) continue
      throw brokenSchema({
        snis: `${name} already associated with existing certificate '${holder['id']}'`,
      })
    }
    return [...seen]
  }

  const replaceNames = (id: string, names: readonly string[]): void => {
    const before = snisOf(id)
    for (const name of names) {
      if (!before.some(one => one['name'] === name)) writes.insert(sni, { name, certificate: { id } })
    }
    for (const one of before) if (!names.includes(String(one['name']))) writes.remove(sni, one)
  }

  /** Writes the certificate, then its names where the write speaks of them. */
  const write = (
    handler: Handler | undefined,
    request: AdminRequest,
    input: Values,
    own?: string,
  ): Answer => {
    const { snis: given, ...rest } = input
    const snis = isRecord(given) && Object.keys(given).length === 0 ? [] : given
    const names = Array.isArray(snis) ? checkNames(snis, own) : snis === null ? [] : undefined
    // Before 3.0 the list is not a field of the schema: a value that is not a list is ignored.
    const isField = certificate.fields['snis']?.hidden !== true
    const passed = isField && snis !== undefined ? { ...rest, snis } : rest
    const answer = handler?.({ ...request, input: passed, typed: true }) ?? notFound
    if (!isRecord(answer.body)) return answer
    if (names !== undefined) replaceNames(String(answer.body['id']), names)
    return { ...answer, body: withNames(answer.body) }
  }

  /** The id in the path, or of the name in the path; a new id for a PUT by an unused name. */
  const idAt = (request: AdminRequest): string | undefined => {
    const text = request.params['certificates'] ?? ''
    if (isUuid(text)) return text.toLowerCase()
    const holder = findEntity(sni, text, store)?.['certificate']
    if (isRecord(holder)) return String(holder['id'])
    return request.method === 'PUT' ? admin.around.uuid() : undefined
  }
  const at =
    (handle: (request: AdminRequest, id: string) => Answer): Handler =>
    request => {
      const id = idAt(request)
      if (id === undefined) return unknownName
      return handle({ ...request, params: { ...request.params, certificates: id } }, id)
    }
  const below = (endpoint: Endpoint): Endpoint => ({
    ...endpoint,
    before: ({ certificates = '' }) =>
      isUuid(certificates) || findEntity(sni, certificates, store) !== undefined ? undefined : unknownName,
    handlers: Object.fromEntries(
      Object.entries(endpoint.handlers).map(([method, handler]) => [method, at(handler)]),
    ),
  })

  const list = generated('/certificates')
  const one = generated('/certificates/{certificates}')
  return [
    {
      ...list,
      handlers: {
        GET: request => {
          const answer = list.handlers.GET?.(request) ?? notFound
          if (!isRecord(answer.body) || !Array.isArray(answer.body['data'])) return answer
          return { ...answer, body: { ...answer.body, data: answer.body['data'].map(withNames) } }
        },
        POST: request => write(list.handlers.POST, request, inputOf(request, certificate, admin)),
      },
    },
    {
      ...one,
      handlers: {
        GET: at((_request, id) => {
          const found = store.table('certificates').get(id)
          if (found === undefined) throw noEntityWithId(id)
          return { status: 200, body: withNames(found) }
        }),
        PUT: request => {
          const text = request.params['certificates'] ?? ''
          const input = withName(inputOf(request, certificate, admin), isUuid(text) ? undefined : text)
          return at((found, id) => write(one.handlers.PUT, found, input, id))(request)
        },
        PATCH: at((request, id) => {
          const input = inputOf(request, certificate, admin, store.table('certificates').get(id))
          const { snis } = input
          const listed = typeof snis === 'string' ? { ...input, snis: [snis] } : input
          return write(one.handlers.PATCH, request, listed, id)
        }),
        DELETE: at((_request, id) => {
          const found = store.table('certificates').get(id)
          if (found === undefined) return noContent
          // Names are deleted first: they stay deleted even if the certificate is in use, as in Kong.
          for (const name of snisOf(id)) writes.remove(sni, name)
          writes.remove(certificate, found)
          return noContent
        }),
      },
    },
    below(generated('/certificates/{certificates}/snis')),
    below(generated('/certificates/{certificates}/snis/{snis}')),
    {
      path: '/snis/{snis}/certificate',
      handlers: { GET: () => notFound, PUT: () => notFound, PATCH: () => notFound, DELETE: () => notFound },
    },
  ]
}

/**
 * A PUT says all names: none where it lists none; and where it lists some, the one in the path is among them.
 */
function withName(input: Values, name: string | undefined): Values {
  const { snis } = input
  if (snis === undefined || snis === null) return { ...input, snis: null }
  const given: unknown[] = Array.isArray(snis) ? snis : [snis]
  return { ...input, snis: name === undefined || given.includes(name) ? given : [...given, name] }
}
