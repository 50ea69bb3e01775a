/**
 * An exchange as the proxy serves it: with all of the configuration, and the plugins that apply. Plugins see
 * only the exchange.
 */
import type { Exchange } from '../exchange/exchange.ts'
import type { Work } from '../exchange/handler.ts'
import type { Snapshot } from './snapshot.ts'

export interface ServedExchange extends Exchange {
  readonly snapshot: Snapshot
  /** The plugins of this exchange by priority; undefined until they are looked for. */
  works: Work[] | undefined
}
