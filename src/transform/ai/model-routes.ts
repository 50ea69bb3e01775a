/** Where requests for a model arrive, and how Kong finds out which model they are for. */
import type { Values } from '../../entities/language/values.ts'
import { sortedKeys } from '../../file/sorted-keys.ts'
import type { Model, ModelRoute } from './document.ts'
import { type Endpoint, wireFormat } from './endpoints.ts'
import { unique } from './notes.ts'
import { routeOf } from './settings.ts'

/** Body size of requests that are read for their model. */
const leastBodySize = 8_388_608

export const basePaths = ({ config }: Model): string[] => {
  const paths = (config?.route?.paths ?? []).filter(path => path !== '')
  return paths.length === 0 ? ['/'] : paths
}

export const formatOf = ({ formats: [first] = [] }: Model): string => wireFormat(first?.type)

/** The name by which clients choose the model. */
export const aliasOf = ({ name = '', config }: Model): string => {
  const { values = [], path_aliases = [] } = config?.route?.model ?? {}
  return values[0] ?? path_aliases[0] ?? name
}

/** Models with the same key share a route: everything but the model's name. */
export function routeKey({ config, access }: Model): string {
  const { model: _model, ...route } = config?.route ?? {}
  const identities = unique(access?.identity_providers).sort()
  return JSON.stringify([identities, sortedKeys(route)])
}

export function modelRoute(
  settings: ModelRoute | undefined,
  name: string,
  paths: readonly string[],
  methods: readonly string[],
): Values {
  const { model: _model, ...rest } = settings ?? {}
  const route = routeOf(rest, name)
  return { methods, strip_path: false, ...route, name, paths }
}

/** Where requests say their model: as the document has it, else as the endpoint's format has it. */
export function selectorsOf(model: Model, endpoint: Endpoint): Values[] {
  const { path, body, header } = model.config?.route?.model ?? {}
  const size = { max_request_body_size: bodySize(model) }
  const { paths = [] } = model.config?.route ?? {}
  const standard = endpoint.selector === undefined ? [] : [{ ...endpoint.selector, ...size }]
  if (path?.path_param !== undefined) {
    if (!isCaptured(paths, path.path_param, endpoint)) return standard
    const capture = { source: 'path', pcre_capture_name: path.path_param, ...size }
    return paths.map(pattern => ({ ...capture, pcre_pattern: pattern }))
  }
  if (body?.body_param !== undefined) return [{ source: 'body', body_path: body.body_param, ...size }]
  if (header?.header_param !== undefined) return [{ source: 'header', header_name: header.header_param }]
  return standard
}

const bodySize = ({ config }: Model): number => Math.max(config?.max_request_body_size ?? 0, leastBodySize)

/** Each path is a regular expression with a group of the name. */
const isCaptured = (paths: readonly string[], name: string, { isRegex }: Endpoint): boolean =>
  paths.length > 0 && paths.every(path => (isRegex || path.startsWith('~')) && path.includes(`(?<${name}>`))

/** The configuration of ai-model-selector for all models of a route; undefined where requests say none. */
export function selectorConfig(selectors: readonly Values[]): Values | undefined {
  const sizes = selectors.flatMap(({ max_request_body_size: size }) =>
    typeof size === 'number' ? [size] : [],
  )
  const sources = new Map(
    selectors.map(({ max_request_body_size: _size, ...source }) => [
      JSON.stringify(sortedKeys(source)),
      source,
    ]),
  )
  if (sources.size === 0) return undefined
  return {
    sources: [...sources.values()],
    ...(sizes.length > 0 && { max_request_body_size: Math.max(...sizes) }),
  }
}
