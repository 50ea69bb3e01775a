/** An exchange as the upstream's side sees it: with the balancers and the TLS of services. */
import type { Balancer } from '../balancer/balancer.ts'
import type { ConfigurationView } from '../exchange/configuration-view.ts'
import type { Exchange } from '../exchange/exchange.ts'
import type { UpstreamTlsOf } from '../tls/upstream-tls.ts'

export interface UpstreamView extends ConfigurationView {
  /** By the upstream's name. */
  readonly balancersByName: ReadonlyMap<string, Balancer>
  readonly tlsOf: UpstreamTlsOf
}

export interface ForwardedExchange extends Exchange {
  readonly snapshot: UpstreamView
}
