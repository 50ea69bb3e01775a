/**
 * `/consumers/{consumers}/acls/{acls}`: a consumer's group is found by its name too; nowhere else, for many
 * consumers may be in it.
 */
import { randomBytes } from 'node:crypto'
import { isUuid } from '../../../entities/text/formats.ts'
import {
  type Admin,
  type AdminRequest,
  type Answer,
  type Endpoint,
  type Handler,
  notFound,
} from '../endpoint.ts'
import { findEntity } from '../lookup.ts'

export function aclEndpoints(admin: Admin, generated: (path: string) => Endpoint): Endpoint[] {
  const { store, around } = admin
  const one = generated('/consumers/{consumers}/acls/{acls}')
  const consumers = store.schemas.of('consumer')

  const idOf = ({ params }: AdminRequest, group: string): string | undefined => {
    const consumer = findEntity(consumers, params['consumers'] ?? '', store)
    const all = consumer === undefined ? [] : store.table('acls').referring('consumer', consumer.id)
    return all.find(acl => acl['group'] === group)?.id
  }

  /** Kong answers here as its proxy does. */
  const unknown = (): Answer =>
    store.schemas.version.major < 3
      ? notFound
      : { status: 404, body: { message: 'Not found', request_id: randomBytes(16).toString('hex') } }

  const byGroup =
    (handle: Handler): Handler =>
    request => {
      const group = request.params['acls'] ?? ''
      if (isUuid(group)) return handle(request)
      const isPut = request.method === 'PUT'
      const id = idOf(request, group) ?? (isPut ? around.uuid() : undefined)
      if (id === undefined) return unknown()
      const input = isPut ? { group, ...request.input } : request.input
      return handle({ ...request, input, params: { ...request.params, acls: id } })
    }

  const handlers = Object.entries(one.handlers).map(([method, handle]) => [method, byGroup(handle)] as const)
  return [{ ...one, handlers: Object.fromEntries(handlers) }]
}
