/** request-size-limiting: bodies up to a size (behaviour: Kong 2.8.5 and 3.9.1, sentences recorded). */
import { requestSizeLimiting as schema } from '../../entities/plugins/request-size-limiting.ts'
import { hasBody, readWholeBody } from '../exchange/bodies.ts'
import { type Exchange, headerOf } from '../exchange/exchange.ts'
import { configOf, filled, type Handler } from '../exchange/handler.ts'

const units = { megabytes: 1024 * 1024, kilobytes: 1024, bytes: 1 } as const

export function requestSizeLimiting(): Handler {
  return {
    name: schema.name,
    configure: plugin => {
      const { allowed_payload_size, size_unit, require_content_length } = filled(
        configOf(plugin, schema),
        schema.config,
      )
      const most = allowed_payload_size * units[size_unit]
      const check = (exchange: Exchange, size: number) => {
        if (size <= most) return
        const expects = headerOf(exchange.headers, 'expect')?.trim().toLowerCase() === '100-continue'
        exchange.exit({ status: expects ? 417 : 413, message: 'Request size limit exceeded', from: 'plugin' })
      }
      return {
        access: exchange => {
          const length = headerOf(exchange.headers, 'content-length')
          if (length !== undefined && /^\d+$/.test(length)) return check(exchange, Number(length))
          const isChunked = headerOf(exchange.headers, 'transfer-encoding') === 'chunked'
          if (require_content_length && !isChunked) {
            const message = 'A valid Content-Length header is required'
            return exchange.exit({ status: 411, message, from: 'plugin' })
          }
          if (!hasBody(exchange)) return undefined
          return readWholeBody(exchange).then(() => check(exchange, exchange.body?.length ?? 0))
        },
      }
    },
  }
}
