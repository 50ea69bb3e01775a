/** `/plugins/enabled` and the old place of plugin schemas. */
import { toSchemaJson } from '../../../entities/language/schema-json.ts'
import { type Admin, type Endpoint, notFound, ok, refuse } from '../endpoint.ts'
import { findEntity } from '../lookup.ts'

export function pluginEndpoints(admin: Admin, generated: (path: string) => Endpoint): Endpoint[] {
  const { schemas } = admin.store
  const one = generated('/plugins/{plugins}')
  return [
    {
      ...one,
      handlers: {
        ...one.handlers,
        // Kong reads the plugin first, to know its type: for a missing one its message has fewer details
        // than for other kinds.
        PATCH: request => {
          const plugin = findEntity(schemas.of('plugin'), request.params['plugins'] ?? '', admin.store)
          if (plugin === undefined && request.input['name'] === undefined) return notFound
          return one.handlers.PATCH?.(request) ?? notFound
        },
      },
    },
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
