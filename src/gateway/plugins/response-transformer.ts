/**
 * response-transformer: headers and JSON bodies of responses, of the gateway's own too, are changed before
 * they are sent.
 */
import { responseTransformer as schema } from '../../entities/plugins/response-transformer.ts'
import { headerOf, withoutHeader } from '../exchange/exchange.ts'
import { configOf, type Handler, type Surroundings } from '../exchange/handler.ts'
import { headerTransformer } from './response-transformer/headers.ts'
import { jsonTransformer } from './response-transformer/json-body.ts'

export function responseTransformer({ version }: Surroundings): Handler {
  const isJson = version.major >= 3 ? isJsonType : (type: string) => /application\/json/i.test(type)
  return {
    name: schema.name,
    configure: plugin => {
      const config = configOf(plugin, schema)
      const changeHeaders = headerTransformer(config)
      const changeBody = jsonTransformer(config)
      return {
        response: (exchange, head) => {
          const type = () => headerOf(head.headers, 'content-type') ?? ''
          // The type that was there at first decides about the length, that which is sent about the body.
          const wasJson = isJson(type())
          changeHeaders?.(head)
          if (changeBody === undefined || !wasJson) return
          head.headers = withoutHeader(head.headers, 'content-length')
          if (!isJson(type())) return
          const before = exchange.rewriteBody
          exchange.rewriteBody = body => changeBody(before?.(body) ?? body)
        },
      }
    },
  }
}

/** `application/json`, and what is made of it: `application/problem+json`. */
const isJsonType = (header: string): boolean =>
  header.split(',').some(type => /^\s*application\/(?:[^\s;+]+\+)*json\s*(?:;|$)/i.test(type))
