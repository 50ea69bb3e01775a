/** What the groups of a route's regex path took of a request's path, for plugins that put it elsewhere. */
import { pcre } from '../../entities/text/pcre.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { regexOf } from './regex-paths.ts'

export interface Captures {
  /** All that the path's regex matched, where it has groups. */
  readonly whole?: string
  /** By their number, from 1. */
  readonly unnamed: readonly (string | undefined)[]
  readonly named: Readonly<Record<string, string>>
}

const none: Captures = { unnamed: [], named: {} }

/** Found out when it is asked for: few routes have groups, and fewer plugins want them. */
export function capturesOf({ route, path, snapshot }: Exchange): Captures {
  for (const text of route?.paths ?? []) {
    const source = regexOf(text, snapshot.version)
    const match = source === undefined ? null : matchOf(source, path)
    if (match !== null)
      return {
        ...(match.length > 1 && { whole: match[0] }),
        unnamed: match.slice(1),
        named: { ...match.groups },
      }
  }
  return none
}

function matchOf(source: string, path: string): RegExpExecArray | null {
  try {
    return pcre(`^(?:${source})`).exec(path)
  } catch {
    return null
  }
}
