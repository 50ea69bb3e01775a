/** `/vaults-beta` of 2.8: a stock node has no vaults, so none can be made. */
import { checkFields } from '../../../entities/language/check-value.ts'
import { brokenSchema } from '../../store/errors.ts'
import { type Admin, type Endpoint, type Handler, noContent, notFound, ok } from '../endpoint.ts'
import { pageAnswer } from '../lists.ts'

export function vaultsBetaEndpoints({ store: { schemas } }: Admin): Endpoint[] {
  const vaults = schemas.bySchema('vaults_beta')
  if (vaults === undefined) return []
  const refuse: Handler = ({ input }) => {
    const { name } = input
    if (typeof name === 'string') throw brokenSchema({ name: `vault '${name}' is not installed` })
    throw brokenSchema(checkFields({ name }, { name: { type: 'string', required: true } }, schemas.version))
  }
  return [
    {
      path: '/vaults-beta',
      handlers: { GET: () => ok(pageAnswer({ data: [] }, '/vaults-beta', '')), POST: refuse },
    },
    {
      path: '/vaults-beta/{vaults_beta}',
      handlers: { GET: () => notFound, PUT: refuse, PATCH: () => notFound, DELETE: () => noContent },
    },
  ]
}
