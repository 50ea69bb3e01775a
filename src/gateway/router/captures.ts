/** What the groups of a route's regex path took of a request's path, for plugins that put it elsewhere. */
import { rustOfPath } from '../../entities/expressions/router-expression.ts'
import type { Version } from '../../entities/language/define.ts'
import { pcreOrNever, rustOrNever } from '../../entities/regex/or-never.ts'
import type { RegexMatch } from '../../entities/regex/regex.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { pcreOfPath, regexOf } from './regex-paths.ts'

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
    const match = source === undefined ? undefined : matchOf(source, path, snapshot.version)
    if (match !== undefined)
      return {
        ...(match.groups.length > 0 && { whole: match.whole }),
        unnamed: match.groups,
        named: match.named,
      }
  }
  return none
}

function matchOf(source: string, path: string, version: Version): RegexMatch | undefined {
  if (version.major >= 3) return rustOrNever(rustOfPath(source)).match(path)
  return pcreOrNever(pcreOfPath(source, version), version, { anchored: true }).match(path)
}
