/** Answers of plugins that are JSON whatever the client accepts. */
import type { Answer, Header } from '../../exchange/exchange.ts'
import { luaJson } from './lua-json.ts'

export const jsonAnswer = (
  status: number,
  value: unknown,
  headers: readonly Header[] = [],
  digits?: number,
): Answer => ({
  status,
  body: luaJson(value, digits),
  headers: [['Content-Type', 'application/json; charset=utf-8'], ...headers],
  from: 'plugin',
})

/**
 * A refusal whose status is configured; Kong's function for errors takes 400 to 599 and stumbles over others.
 */
export const refused = (status: number, message: string, headers: readonly Header[] = []): Answer =>
  status >= 400 && status <= 599
    ? { status, message, headers, from: 'plugin' }
    : { status: 500, message: 'An unexpected error occurred', headers: [], from: 'kong' }
