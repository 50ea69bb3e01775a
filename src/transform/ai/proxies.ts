/** The plugin ai-proxy-advanced: one for each model on a route. */
import type { Values } from '../../entities/language/values.ts'
import type { Model } from './document.ts'
import type { Endpoint } from './endpoints.ts'
import { formatOf } from './model-routes.ts'
import type { Plugin } from './plugins.ts'
import { given, proxyOf } from './settings.ts'

/** The input of the plugin. */
export interface Proxied {
  /** The first that came to it. */
  readonly model: Model
  readonly endpoint: Endpoint
  readonly route: string
  /** The model that requests name, where the plugin is for that one alone. */
  readonly scope?: string
  readonly embeddings: unknown
  /** Requests name a model, which a header of the response may say. */
  readonly namesModel: boolean
  /** Each once. */
  readonly targets: Map<string, Values>
}

export function proxyPlugin({ model, endpoint, route, scope, ...rest }: Proxied): Plugin {
  const { balancer, response_streaming, max_request_body_size, proxy, model: naming } = model.config ?? {}
  const config = given({
    balancer: balancerOf(balancer),
    llm_format: formatOf(model),
    genai_category: endpoint.category,
    targets: [...rest.targets.values()],
    vectordb: balancer?.['vectordb'] ?? undefined,
    embeddings: rest.embeddings ?? undefined,
    response_streaming,
    model_name_header: rest.namesModel ? naming?.name_header : false,
    max_request_body_size,
    proxy_config: proxyOf(proxy),
  })
  return {
    name: 'ai-proxy-advanced',
    ...(model.enabled === false && { enabled: false }),
    route,
    config,
    ...(scope !== undefined && scope !== '' && { model: scope }),
  }
}

function balancerOf(balancer: Values = {}): Values {
  const { vectordb: _vectordb, embeddings: _embeddings, algorithm, ...rest } = balancer
  const isNamed = typeof algorithm === 'string' && algorithm !== ''
  return { ...rest, algorithm: isNamed ? algorithm : 'round-robin' }
}
