/**
 * What response-transformer does to headers when it adds them, and nothing else of it: the recordings of routing tell by such headers which route
 * was found. The gateway itself does not run that plugin yet.
 */
import { configOf, type Handler } from '../../src/gateway/plugins/define.ts'
import { headerOf } from '../../src/gateway/proxy/exchange.ts'

interface Config {
  readonly add: { readonly headers: readonly string[] }
}

export function headerAdder(): Handler {
  return {
    name: 'response-transformer',
    configure: plugin => {
      const { add } = configOf<Config>(plugin)
      return {
        response: (_exchange, head) => {
          for (const text of add.headers) {
            const [name = '', value = ''] = text.split(/:(.*)/s)
            if (headerOf(head.headers, name) === undefined) head.headers.push([name, value])
          }
        },
      }
    },
  }
}
