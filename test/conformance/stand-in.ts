/**
 * What response-transformer does to headers when it adds them, and nothing else of it: the recordings of routing tell by such headers which route
 * was found. The gateway itself does not run that plugin yet.
 */
import type { Handler } from '../../src/gateway/plugins/define.ts'
import { headerOf } from '../../src/gateway/proxy/exchange.ts'

interface Config {
  readonly add: { readonly headers: readonly string[] }
}

export function headerAdder(): Handler {
  return {
    name: 'response-transformer',
    response: (exchange, plugin) => {
      const { add } = plugin.config as unknown as Config // made by the plugin's own schema
      for (const text of add.headers) {
        const [name = '', value = ''] = text.split(/:(.*)/s)
        const { upstream } = exchange
        if (headerOf(upstream?.headers ?? [], name) === undefined) exchange.addedHeaders.push([name, value])
      }
    },
  }
}
