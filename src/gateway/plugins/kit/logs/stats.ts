/**
 * Common parts of statsd and datadog: the figures of an exchange by name, and a line of statsd's protocol.
 */
import type { Consumer } from '../../../../entities/kinds/consumer.ts'
import type { Exchange } from '../../../exchange/exchange.ts'
import type { Finished } from '../../../exchange/handler.ts'
import { latenciesOf, requestSize } from '../measures.ts'

const kinds = {
  gauge: 'g',
  counter: 'c',
  timer: 'ms',
  histogram: 'h',
  meter: 'm',
  set: 's',
  distribution: 'd',
} as const

export type StatType = keyof typeof kinds

/** Figures of an exchange, by the metric's name in the configuration. */
export function figuresOf(
  exchange: Exchange,
  { at, responseSize }: Finished,
): Readonly<Record<string, { readonly stat: string; readonly value: number }>> {
  const { request, proxy, kong } = latenciesOf(exchange, at)
  return {
    request_size: { stat: 'request.size', value: requestSize(exchange) },
    response_size: { stat: 'response.size', value: responseSize },
    latency: { stat: 'latency', value: request },
    upstream_latency: { stat: 'upstream_latency', value: proxy },
    kong_latency: { stat: 'kong_latency', value: kong },
    request_count: { stat: 'request.count', value: 1 },
  }
}

/** @example lineOf('kong.latency', 5, 'timer', 0.5) // 'kong.latency:5|ms|@0.5' */
export function lineOf(
  name: string,
  value: number | string,
  type: StatType,
  sampleRate: number | null | undefined,
): string {
  const rate = sampleRate === 1 || typeof sampleRate !== 'number' ? '' : `|@${sampleRate}`
  return `${name}:${value}|${kinds[type]}${rate}`
}

/** Dots part the levels of a statistic's name. */
export const withoutDots = (text: string): string => text.replaceAll('.', '_')

export type ConsumerIdentifier = 'consumer_id' | 'custom_id' | 'username'

export function consumerName(
  consumer: Consumer | undefined,
  identifier: ConsumerIdentifier | null | undefined,
): string | undefined {
  if (consumer === undefined || !identifier) return undefined
  return (identifier === 'consumer_id' ? consumer.id : consumer[identifier]) ?? undefined
}
