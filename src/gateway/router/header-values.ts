/** The values of a request's header, as Lua code of Kong finds them by a name. */
import { type Header, headersOf } from '../exchange/exchange.ts'

/**
 * `x_a` finds the header `X-A` where the client sends no `X_A` (source: `ngx.req.get_headers` of
 * lua-nginx-module).
 */
export function headerValues(headers: readonly Header[], name: string): readonly string[] {
  const exact = headersOf(headers, name)
  return exact.length > 0 || !name.includes('_') ? exact : headersOf(headers, name.replaceAll('_', '-'))
}
