/** An operation of an OpenAPI document: its routes, in the service of its path or in a separate one. */
import { kongName, sortedJson, type Values } from './document.ts'
import { type Conversion, type Level, none, ownService, saysService, sourceAt } from './levels.ts'
import {
  listed,
  type Plugins,
  pluginIdName,
  pluginsAt,
  withoutConsumers,
  withoutValidator,
  withPlugin,
} from './plugins.ts'
import { createRoutes, routeDefaults } from './routes.ts'
import { securityPlugin } from './security.ts'
import { type Served, type ServiceSource, serviceKey, withId } from './services.ts'
import { validatorPlugin } from './validator.ts'

export interface Operation {
  /** The path as the document has it. */
  readonly path: string
  readonly item: Values
  /** In lower case, as in the document. */
  readonly method: string
  readonly operation: Values
}

export function convertOperation(one: Operation, path: Level, conversion: Conversion): void {
  const { document, naming, marking, options } = conversion
  const { operation, item } = one
  const name = operationName(one, path, conversion)
  const own = saysService(operation)
  const served = own ? serviceOf(operation, name, path, conversion) : path.served
  const place = { document, path: item, operation }
  const plugins = withSecurity(pluginsOf(one, name, own, path, conversion), operation, path, conversion)
  const [rest, given] = withoutValidator(plugins, path.validator)
  const validator =
    given &&
    validatorPlugin({ ...given, ...withId(marking, pluginIdName(name, 'request-validator')) }, place, naming)
  const { stay, move } = withoutConsumers(withPlugin(rest, validator), 'route', name)
  conversion.plugins.push(...move)
  const defaults = routeDefaults(operation, document) ?? path.routeDefaults
  const source = {
    name,
    path: one.path,
    method: one.method.toUpperCase(),
    defaults,
    plugins: listed(stay),
    place,
  }
  served.service.routes.push(...createRoutes(source, marking, naming, options.byHeader))
}

function operationName(
  { method, operation }: Operation,
  path: Level,
  { naming, options }: Conversion,
): string {
  const given = kongName(operation)
  if (given !== '') return naming.join(options.insoCompatible ? path.rootName : path.name, naming.slug(given))
  const { operationId } = operation
  if (typeof operationId === 'string' && operationId !== '')
    return naming.join(path.rootName, naming.slug(operationId))
  return naming.join(path.name, naming.slug(method))
}

/** Services of operations carry no plugins, so any two that are alike can be one. */
function serviceOf(operation: Values, name: string, path: Level, conversion: Conversion): Served {
  const { document, options, shared } = conversion
  const source: ServiceSource = sourceAt(operation, path.source, document)
  const there = options.reuseServices ? shared.operation.get(serviceKey(source)) : undefined
  if (there !== undefined) return there
  const served = ownService(operation, name, source, path, conversion)
  if (options.reuseServices) shared.operation.set(serviceKey(source), served)
  return served
}

/** The route carries what its service does not. */
function pluginsOf(
  { item, operation }: Operation,
  name: string,
  own: boolean,
  path: Level,
  conversion: Conversion,
): Plugins {
  if (!own) return pluginsAt(operation, path.plugins, name, conversion)
  return [conversion.document, item, operation].reduce(
    (plugins, holder) => pluginsAt(holder, plugins, name, conversion),
    none,
  )
}

function withSecurity(
  plugins: Plugins,
  operation: Values,
  path: Level,
  { document, options, problems }: Conversion,
): Plugins {
  const plugin = securityPlugin(operation, document, options.security, problems, path.security)
  const isPaths = plugin === path.security || sortedJson(plugin ?? null) === sortedJson(path.security ?? null)
  return isPaths ? plugins : withPlugin(plugins, plugin)
}
