/** What request-transformer does to headers (behaviour: Kong 2.8.5, 3.9.1). */
import { type Exchange, type Header, headerOf, headersOf, withoutHeader } from '../../proxy/exchange.ts'
import { type Steps, valueFor } from './steps.ts'

export function transformHeaders(exchange: Exchange, steps: Steps, major: number): void {
  let headers = exchange.headers
  const has = (name: string) => headerOf(headers, name) !== undefined
  // An empty value takes the header away, as nginx has it.
  const set = (name: string, value: string) => {
    headers = value === '' ? withoutHeader(headers, name) : replaced(headers, name, value)
  }
  for (const { name } of steps.remove) if (!isHost(name)) headers = withoutHeader(headers, name)
  for (const item of steps.rename) {
    const next = valueFor(item, exchange)
    if (next === undefined || isHost(item.name) || !has(item.name)) continue
    // 3.x writes the new name in lower case, but where only the case changes.
    const isSame = next.toLowerCase() === item.name.toLowerCase()
    const written = major >= 3 && !isSame ? next.toLowerCase() : next
    const values = headersOf(headers, item.name).map((value): Header => [written, value])
    headers = [...withoutHeader(withoutHeader(headers, item.name), written), ...values]
  }
  for (const item of steps.replace) {
    const value = valueFor(item, exchange) ?? ''
    if (isHost(item.name)) exchange.upstreamHost = value
    else if (has(item.name)) set(item.name, value)
  }
  for (const item of steps.add) {
    const value = valueFor(item, exchange) ?? ''
    if (!isHost(item.name) && !has(item.name)) set(item.name, value)
  }
  for (const item of steps.append) {
    const value = valueFor(item, exchange)
    if (value !== undefined && value !== '') headers = [...headers, [item.name, value]]
  }
  exchange.headers = headers
}

const isHost = (name: string): boolean => name.toLowerCase() === 'host'

/** Where it stands, under the name that it has. */
function replaced(headers: Header[], name: string, value: string): Header[] {
  const lower = name.toLowerCase()
  const at = headers.findIndex(([one]) => one.toLowerCase() === lower)
  if (at === -1) return [...headers, [name, value]]
  return headers.flatMap((header, index): Header[] => {
    if (index === at) return [[header[0], value]]
    return header[0].toLowerCase() === lower ? [] : [header]
  })
}
