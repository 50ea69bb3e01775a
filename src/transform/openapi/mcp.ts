/**
 * An OpenAPI document as a state file whose operations are tools of the Model Context Protocol: a route with
 * the ai-mcp-proxy plugin (Kong Enterprise) in the document's service. Made as decK 1.65 makes it (`deck file
 * openapi2mcp`).
 */
import { uuidV5 } from '../../entities/text/uuid.ts'
import { DeckError } from '../../errors.ts'
import type { Bundle } from './bundle.ts'
import { followed, kongObject, listOf, recordOf, textOf, type Values } from './document.ts'
import { type AccessRules, accessRules, toolAccess } from './mcp-access.ts'
import { fromOpenApi, namespace, refuseAll } from './openapi-to-kong.ts'
import { operationsOf } from './operations.ts'
import type { Problems } from './problems.ts'
import { routeDefaults } from './routes.ts'
import { parametersOf } from './validator.ts'

export interface McpOptions {
  readonly tags?: readonly string[]
  readonly name?: string
  readonly withIds: boolean
  /** `conversion` or `conversion-listener`. */
  readonly mode: string
  /** Prefix of the route; absent: `/` and its name. */
  readonly pathPrefix?: string
  /** Also routes for each operation. */
  readonly withDirectRoutes: boolean
  /** Tools whose requirements cannot be expressed have none. */
  readonly ignoreSecurityErrors: boolean
}

/** @throws DeckError, as `fromOpenApi`; for security requirements that no rule can be made of */
export function fromOpenApiToMcp(bundle: Bundle, options: McpOptions): Values {
  const { content: document, problems } = bundle
  const { tags, name, withIds } = options
  const { upstreams, services, ...rest } = fromOpenApi(bundle, {
    ...(tags && { tags }),
    ...(name !== undefined && { name }),
    insoCompatible: false,
    withIds,
    security: 'tools',
    ignoreCircular: false,
    byHeader: true,
    reuseServices: false,
  })
  const [service, ...others] = listOf(services).map(recordOf)
  if (service === undefined) throw new DeckError('no services generated')
  const routes = options.withDirectRoutes ? listOf(service['routes']) : []
  const route = problems.attempt(() => mcpRoute(document, service, options, problems), document)
  refuseAll(problems)
  return {
    ...rest,
    services: [{ ...service, routes: [route, ...routes] }, ...others],
    ...(listOf(upstreams).length > 0 && { upstreams }),
  }
}

function mcpRoute(document: Values, owner: Values, options: McpOptions, problems: Problems): Values {
  const { pathPrefix, mode } = options
  const name = `${owner['name']}-mcp`
  const { service, ...defaults } = routeDefaults(document, document) ?? {}
  const idOf = (text: string) => (options.withIds ? { id: uuidV5(namespace, text) } : {})
  const rules = accessRules(document, mode)
  const { tools, ...given } = kongObject(document, 'x-kong-mcp-proxy', document) ?? {}
  const config = {
    mode,
    tools: toolsOf(document, rules, options.ignoreSecurityErrors, problems),
    ...rules?.config,
    ...given,
  }
  const { tags } = owner
  return {
    ...defaults,
    ...idOf(`${name}.route`),
    name,
    paths: [pathPrefix ? pathPrefix : `/${name}`],
    tags,
    plugins: [{ ...idOf(`${name}.plugin.ai-mcp-proxy`), name: 'ai-mcp-proxy', config, tags }],
  }
}

function toolsOf(
  document: Values,
  rules: AccessRules | undefined,
  lenient: boolean,
  problems: Problems,
): unknown[] {
  const paths = recordOf(document['paths'])
  return Object.keys(paths)
    .filter(path => !path.startsWith('x-'))
    .sort()
    .flatMap(path => {
      const item = recordOf(paths[path])
      const listed = operationsOf(item).map(([method, operation]) => ({
        method,
        operation: recordOf(operation),
      }))
      return listed
        .filter(({ operation }) => operation['x-kong-mcp-exclude'] !== true)
        .map(({ method, operation }) => {
          const access = rules && toolAccess(operation, document, lenient, `${method} ${path}`, problems)
          const place = { document, path: item, operation }
          const tool = problems.attempt(() => toolOf(path, method, place), operation)
          return { ...tool, ...(access && { acl: access }) }
        })
    })
}

function toolOf(
  path: string,
  method: string,
  place: { readonly document: Values; readonly path: Values; readonly operation: Values },
): Values {
  const { operation, document } = place
  const id = kebab(textOf(operation['operationId']))
  const summary = textOf(operation['summary'])
  const description =
    textOf(operation['x-kong-mcp-tool-description']) || textOf(operation['description']) || summary
  const parameters = parametersOf(place)
  const above = parameters.path.filter(({ name }) => parameters.operation.every(one => one['name'] !== name))
  const all = [...parameters.operation, ...above]
  const body = operation['requestBody']
  return {
    name: textOf(operation['x-kong-mcp-tool-name']) || id || kebab(`${method}-${path.replaceAll('/', '-')}`),
    method: method.toUpperCase(),
    path,
    ...(description !== '' && { description }),
    ...(summary !== '' && { annotations: { title: summary } }),
    ...(all.length > 0 && { parameters: all.map(one => toolParameter(one, document)) }),
    ...(body !== undefined && { request_body: toolBody(followed(body, document), document) }),
  }
}

/** `getUserById`, `get_user_by_id` → `get-user-by-id` */
const kebab = (text: string): string =>
  text
    .replace(/[_ ]/g, '-')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/-{2,}/g, '-')
    .replace(/^-|-$/g, '')

function toolParameter({ name, in: where, required, description, schema }: Values, document: Values): Values {
  return {
    name,
    in: where,
    required: required === true,
    ...(textOf(description) !== '' && { description }),
    ...(schema !== undefined && { schema: simplified(schema, document) }),
  }
}

function toolBody({ required, content }: Values, document: Values): Values {
  const media = Object.entries(recordOf(content)).map(([type, value]) => {
    const { schema } = followed(value, document)
    return [type, schema === undefined ? {} : { schema: simplified(schema, document) }]
  })
  return {
    ...(typeof required === 'boolean' && { required }),
    ...(content !== undefined && { content: Object.fromEntries(media) }),
  }
}

/** The description of a value for a model: its type and its content. A recursive type is described once. */
function simplified(schema: unknown, document: Values, around: readonly Values[] = []): Values {
  const found = followed(schema, document)
  if (around.includes(found)) return {}
  const inside = [...around, found]
  const { type: types, properties, required, items } = found
  const [type] = [types].flat()
  return {
    ...(type !== undefined && { type }),
    ...(type === 'object' &&
      properties !== undefined && {
        properties: Object.fromEntries(
          Object.entries(recordOf(properties)).map(([name, inner]) => [
            name,
            simplified(inner, document, inside),
          ]),
        ),
        ...(listOf(required).length > 0 && { required }),
      }),
    ...(type === 'array' && items !== undefined && { items: simplified(items, document, inside) }),
  }
}
