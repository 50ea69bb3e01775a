/** Where requests for a model arrive, and how Kong finds out which model they are for. */
import type { Values } from '../../entities/language/values.ts'
import { sortedKeys } from '../../file/sorted-keys.ts'
import type { Model, ModelRoute } from './document.ts'
import { wireFormat } from './endpoints.ts'
import { unique } from './notes.ts'
import { routeOf } from './settings.ts'

/** Body size of requests that are read for their model. */
const leastBodySize = 8_388_608

export const basePaths = ({ config }: Model): string[] => {
  const paths = (config?.route?.paths ?? []).filter(path => path !== '')
  return paths.length === 0 ? ['/ai'] : paths
}

export const formatOf = ({ formats: [first] = [] }: Model): string => wireFormat(first?.type)

/** The name by which clients choose the model, where the document has one. */
export const aliasOf = ({ config }: Model): string | undefined => config?.route?.model?.path_aliases?.[0]

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

/** The limit of ai-model-selector for a route's models: the largest of theirs, at least Kong's own. */
export const selectorBodySize = (models: readonly Model[]): number =>
  Math.max(leastBodySize, ...models.map(({ config }) => config?.max_request_body_size ?? 0))
