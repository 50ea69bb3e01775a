/** `/plugins/enabled` and the old place of plugin schemas. */
import { toSchemaJson } from '../../../entities/schema-json.ts'
import { type Admin, type Endpoint, ok, refuse } from '../endpoint.ts'

export function pluginEndpoints(admin: Admin): Endpoint[] {
  const { schemas } = admin.store
  return [
    {
      path: '/plugins/enabled',
      handlers: { GET: () => ok({ enabled_plugins: admin.plugins.map(plugin => plugin.name) }) },
    },
    {
      path: '/plugins/schema/{name}',
      handlers: {
        GET: request => {
          const name = request.params['name'] ?? ''
          const config = schemas.plugin(name)?.fields['config']
          if (config === undefined) return refuse(404, `No plugin named '${name}'`)
          return ok(
            toSchemaJson(
              { fields: config.fields ?? {}, entity_checks: config.entity_checks ?? [] },
              schemas.version,
            ),
          )
        },
      },
    },
  ]
}
