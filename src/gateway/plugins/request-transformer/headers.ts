/** Header changes of request-transformer (behaviour: Kong 2.8.5, 3.9.1). */
import { type Exchange, type Header, withHeader, withoutHeader } from '../../exchange/exchange.ts'
import { headerValues } from '../kit/lua-tables.ts'
import type { Scope } from './expression.ts'
import { type Steps, valueFor } from './steps.ts'

export function transformHeaders(exchange: Exchange, steps: Steps, scope: Scope): void {
  const { major } = exchange.snapshot.version
  let headers = exchange.headers
  const has = (name: string) => headerValues(headers, name).length > 0
  for (const { name } of steps.remove) if (!isHost(name)) headers = withoutHeader(headers, name)
  for (const item of steps.rename) {
    const next = valueFor(item, scope)
    if (next === undefined || isHost(item.name) || !has(item.name)) continue
    // 3.x writes the new name in lower case, but where only the case changes.
    const isSame = next.toLowerCase() === item.name.toLowerCase()
    const written = major >= 3 && !isSame ? next.toLowerCase() : next
    const values = headerValues(headers, item.name).map((value): Header => [written, value])
    headers = [...withoutHeader(withoutHeader(headers, item.name), written), ...values]
  }
  // Without a value after the colon, the client's value stays.
  for (const item of steps.replace) {
    const value = valueFor(item, scope)
    if (value === undefined) continue
    if (isHost(item.name)) exchange.upstreamHost = value
    else if (has(item.name)) headers = withHeader(headers, item.name, value)
  }
  for (const item of steps.add) {
    const value = valueFor(item, scope)
    if (value !== undefined && !isHost(item.name) && !has(item.name))
      headers = withHeader(headers, item.name, value)
  }
  for (const item of steps.append) {
    const value = valueFor(item, scope)
    if (value !== undefined) headers = [...headers, [item.name, value]]
  }
  exchange.headers = headers
}

const isHost = (name: string): boolean => name.toLowerCase() === 'host'
