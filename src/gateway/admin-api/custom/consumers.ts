/** `/consumers?custom_id=…`: the only list with a filter by another field than its key. */
import { type Admin, type Endpoint, ok, refuse } from '../endpoint.ts'

export function consumerEndpoints(admin: Admin, generated: (path: string) => Endpoint): Endpoint[] {
  const list = generated('/consumers')
  return [
    {
      ...list,
      handlers: {
        ...list.handlers,
        GET: request => {
          const { custom_id } = request.query
          if (custom_id === undefined) return list.handlers.GET?.(request) ?? refuse(404, 'Not found')
          if (typeof custom_id !== 'string' || custom_id === '') {
            return refuse(400, 'custom_id must be an unempty string')
          }
          const found = admin.store.table('consumers').byField('custom_id', custom_id)
          return ok({ data: found === undefined ? [] : [found], next: null })
        },
      },
    },
  ]
}
