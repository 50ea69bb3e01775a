/**
 * Header changes of response-transformer, in Kong's order: remove, rename, replace, add, append (source:
 * 2.8.5 and 3.9.1).
 */
import {
  type Header,
  headersOf,
  type ResponseHead,
  withHeader,
  withoutHeader,
} from '../../exchange/exchange.ts'
import { responseName } from '../kit/lua-tables.ts'
import { type NameValue, namesAndValues } from '../kit/name-value.ts'

export interface HeaderConfig {
  readonly headers: readonly string[]
}

type Step = 'remove' | 'rename' | 'replace' | 'add' | 'append'

/** @returns undefined if there is nothing to change */
export function headerTransformer(
  config: Readonly<Record<Step, HeaderConfig>>,
): ((head: ResponseHead) => void) | undefined {
  const listed = (step: Step): NameValue[] =>
    namesAndValues(config[step].headers).map(({ name, value }) => ({ name: responseName(name), value }))
  const [removed, renamed, replaced] = [listed('remove'), listed('rename'), listed('replace')]
  const [added, appended] = [listed('add'), listed('append')]
  if ([removed, renamed, replaced, added, appended].every(list => list.length === 0)) return undefined
  return head => {
    // The original headers decide: a removed header is not added again.
    const first = head.headers
    const had = (name: string) => headersOf(first, name).length > 0
    for (const { name } of removed) head.headers = withoutHeader(head.headers, name)
    for (const { name, value } of renamed) {
      if (value === undefined || !had(name)) continue
      const next = responseName(value)
      // The old name is cleared last: who renames a header to itself loses it.
      const isSame = next.toLowerCase() === name.toLowerCase()
      const values = isSame ? [] : headersOf(first, name).map((text): Header => [next, text])
      head.headers = [...withoutHeader(withoutHeader(head.headers, next), name), ...values]
    }
    for (const { name, value } of replaced)
      if (value !== undefined && had(name)) head.headers = withHeader(head.headers, name, value)
    for (const { name, value } of added)
      if (value !== undefined && !had(name)) head.headers = withHeader(head.headers, name, value)
    for (const { name, value } of appended)
      if (value !== undefined) head.headers = [...head.headers, [name, value]]
  }
}
