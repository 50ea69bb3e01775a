/**
 * standard-webhooks: a body must be signed by its sender, and not be older than allowed (behaviour: Kong
 * 3.9.1).
 */

import { createHmac } from 'node:crypto'
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import { standardWebhooks as schema } from '../../entities/plugins/standard-webhooks.ts'
import { readableBody, readBody } from '../exchange/bodies.ts'
import { type Exchange, headerOf } from '../exchange/exchange.ts'
import { configOf, type Handler, type Surroundings } from '../exchange/handler.ts'
import { sameBytes } from './kit/same-bytes.ts'

type Config = ConfigOf<typeof schema>

export function standardWebhooks({ now }: Surroundings): Handler {
  return {
    name: schema.name,
    configure: plugin => {
      const config = configOf(plugin, schema)
      const check = (exchange: Exchange) => {
        if (exchange.answer === undefined && !isTrusted(exchange, config, now()))
          exchange.exit({ status: 400, message: 'Bad request', from: 'plugin' })
      }
      return { access: exchange => readBody(exchange).then(() => check(exchange)) }
    },
  }
}

function isTrusted(exchange: Exchange, config: Config, now: number): boolean {
  const { headers } = exchange
  const id = headerOf(headers, 'webhook-id')
  const signature = headerOf(headers, 'webhook-signature')
  const said = headerOf(headers, 'webhook-timestamp')
  if (id === undefined || signature === undefined || said === undefined) return false
  const time = Number(said) || 0
  const body = readableBody(exchange)
  if (now / 1000 - time > config.tolerance_second || body === undefined || body.length === 0) return false
  const made = createHmac('sha256', config.secret_v1).update(`${id}.${time}.`).update(body).digest('base64')
  return sameBytes(Buffer.from(signature), Buffer.from(`v1,${made}`))
}
