/** Answers of plugins that are JSON whatever the client accepts. */
import type { Answer, Header } from '../proxy/exchange.ts'

export const jsonAnswer = (status: number, value: unknown, headers: readonly Header[] = []): Answer => ({
  status,
  body: Buffer.from(JSON.stringify(value)),
  headers: [['Content-Type', 'application/json; charset=utf-8'], ...headers],
  from: 'plugin',
})
